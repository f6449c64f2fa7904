#!/usr/bin/env bash
# What tcpfault costs, beside what it is compared with, in the same run. Called by `make benchmark`.
#
# Machines differ and are noisy: every figure is a ratio, or a number that the kernel keeps (memory).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=${1:-.build/release}
times=${TIMES:-20}
scratch=$(mktemp -d)
tag=tcpfault-bench-$$
trap 'rm -rf "$scratch"; for host in client server; do ip netns del "$tag-$host" 2> /dev/null || true; done' EXIT

verdict() { awk -v got="$1" -v limit="$2" -v least="$3" 'BEGIN {
    ok = least == "least" ? got >= limit : got <= limit; print ok ? "ok" : "NOT REACHED" }'; }
row() { printf '%-52s %12s %14s  %s\n' "$@"; }
row "what" "measured" "goal" ""

# The same pair by ip and tc: as many programs as a shell script needs for it, and no sysctls at all.
build_by_hand() {
    ip netns add "$tag-client"
    ip netns add "$tag-server"
    ip -n "$tag-client" link add to-server address 02:00:00:00:00:01 type veth \
        peer name to-client address 02:00:00:00:00:02 netns "$tag-server"
    ip -n "$tag-client" link set lo up
    ip -n "$tag-server" link set lo up
    ip -n "$tag-client" link set to-server addrgenmode none up
    ip -n "$tag-server" link set to-client addrgenmode none up
    ip -n "$tag-client" address add 198.18.0.1/24 dev to-server
    ip -n "$tag-server" address add 198.18.0.2/24 dev to-client
    ip -n "$tag-client" address add fd7c:fa17::1/64 dev to-server nodad
    ip -n "$tag-server" address add fd7c:fa17::2/64 dev to-client nodad
    ip -n "$tag-client" neighbour add 198.18.0.2 lladdr 02:00:00:00:00:02 dev to-server nud permanent
    ip -n "$tag-server" neighbour add 198.18.0.1 lladdr 02:00:00:00:00:01 dev to-client nud permanent
    ip -n "$tag-client" neighbour add fd7c:fa17::2 lladdr 02:00:00:00:00:02 dev to-server nud permanent
    ip -n "$tag-server" neighbour add fd7c:fa17::1 lladdr 02:00:00:00:00:01 dev to-client nud permanent
    tc -n "$tag-server" qdisc add dev to-client clsact
    tc -n "$tag-server" filter add dev to-client ingress bpf direct-action bytecode '1,6 0 0 4294967295'
}
remove_by_hand() { ip netns del "$tag-client"; ip netns del "$tag-server"; }

if [ "$(id -u)" = 0 ] && command -v ip > /dev/null && command -v tc > /dev/null; then
    plan=$("$bin/tcpfault" plan connect-timeout --family ipv4 | tr -d '\n')
    echo "{\"measure\":{\"plan\":$plan,\"times\":$times}}" | "$bin/tcpfault-run" > "$scratch/ours"
    ours=$(sed -n 's/.*"measured":{"nanoseconds":\([0-9]*\).*/\1/p' "$scratch/ours")
    start=$(date +%s%N)
    for _ in $(seq "$times"); do build_by_hand; remove_by_hand; done
    theirs=$(($(date +%s%N) - start))
    ratio=$(awk -v a="$theirs" -v b="$ours" 'BEGIN { printf "%.1f", a / b }')
    row "pair built and removed, $times times: ip and tc / ours" "$ratio x" ">= 3 x" "$(verdict "$ratio" 3 least)"
else
    row "pair built and removed" "not measured" ">= 3 x" "needs root, ip and tc"
fi

# Ten pairs side by side in one runner: the whole suite of five scenarios on two families.
"$bin/tcpfault" run --all --output "$scratch/run" > "$scratch/suite" 2>&1 &
suite=$!
most=0
while kill -0 "$suite" 2> /dev/null; do
    for runner in $(pgrep -P "$suite" -x tcpfault-run || true); do
        now=$(awk '/^VmHWM:/ { print $2 }' "/proc/$runner/status" 2> /dev/null || true)
        if [ "${now:-0}" -gt "$most" ]; then most=$now; fi
    done
    sleep 0.5
done
wait "$suite"
wall=$(sed -n 's/.*wall time \([0-9.]*\) s.*/\1/p' "$scratch/suite" | tail -n 1)
longest=$(sed -n 's/.*longest [^ ]* \([0-9.]*\) s.*/\1/p' "$scratch/suite" | tail -n 1)
ratio=$(awk -v a="$wall" -v b="$longest" 'BEGIN { printf "%.3f", a / b }')
row "suite's wall time / its longest instance" "$ratio x" "<= 1.1 x" "$(verdict "$ratio" 1.1 most)"
row "resident memory of a runner with 10 pairs" "$((most / 1024)) MB" "< 60 MB" "$(verdict "$((most / 1024))" 59 most)"
