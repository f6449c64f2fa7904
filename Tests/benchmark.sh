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
listener=
trap '[ -z "$listener" ] || kill "$listener" 2> /dev/null || true
      rm -rf "$scratch"
      for host in client server attacker; do ip netns del "$tag-$host" 2> /dev/null || true; done' EXIT

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

# The same SYNs (40 bytes, no options, made-up sources) by hping3 and by ours, against a listener with a backlog of 128;
# what counts is how many reach the server's TCP in a second. Ours has its taps at both ends meanwhile, and a client
# that connects; hping3 has nothing beside it.
attacked() { # 0|1: packets a second that the server got of hping3
    ip netns add "$tag-attacker"
    ip netns add "$tag-server"
    ip -n "$tag-attacker" link add to-server type veth peer name to-attacker netns "$tag-server"
    for end in attacker:to-server:1 server:to-attacker:2; do
        IFS=: read -r host interface number <<< "$end"
        ip -n "$tag-$host" link set lo up
        ip -n "$tag-$host" link set "$interface" addrgenmode none up
        ip -n "$tag-$host" address add "198.18.1.$number/24" dev "$interface"
    done
    ip -n "$tag-server" route add default via 198.18.1.1
    ip -n "$tag-attacker" route add blackhole default
    ip netns exec "$tag-server" sh -c "cd /proc/sys/net/ipv4; echo $1 > tcp_syncookies
        for file in conf/*/rp_filter; do echo 0 > \$file; done"
    ip netns exec "$tag-server" perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0);
        bind(S, sockaddr_in(5000, INADDR_ANY)) or die; listen(S, 128); sleep 60' &
    listener=$!
    sleep 0.5
    segments() { ip netns exec "$tag-server" awk '/^Tcp: [0-9]/ { print $11 }' /proc/net/snmp; }
    local before start
    before=$(segments) start=$(date +%s%N)
    ip netns exec "$tag-attacker" timeout -s INT 3 \
        hping3 --quiet --flood --rand-source --syn --destport 5000 198.18.1.2 > /dev/null 2>&1 || true
    awk -v got="$(($(segments) - before))" -v time="$(($(date +%s%N) - start))" 'BEGIN { print int(got * 1e9 / time) }'
    kill "$listener"
    listener=
    ip netns del "$tag-attacker"
    ip netns del "$tag-server"
}
number() { sed -n "s/.*\"$1\" : \([0-9]*\).*/\1/p" "$2" | head -n 1; }
lost=0
for cookies in 0 1; do
    what="SYNs a second, tcp_syncookies=$cookies: ours / hping3 --flood"
    "$bin/tcpfault" run Tests/flood-benchmark.yaml --set "server:net.ipv4.tcp_syncookies=$cookies" \
        --output "$scratch/flood-$cookies" --format json > "$scratch/flood-$cookies.json" 2> /dev/null || true
    judgement=$(find "$scratch/flood-$cookies" -name judgement.json)
    ours=$(awk -v got="$(number arrived "$judgement")" \
        -v from="$(sed -n '/"flooded"/,/}/s/.*"from" : \([0-9]*\).*/\1/p' "$judgement")" \
        -v to="$(sed -n '/"flooded"/,/}/s/.*"to" : \([0-9]*\).*/\1/p' "$judgement")" \
        'BEGIN { print int(got * 1e9 / (to - from)) }')
    lost=$((lost + $(sed -n 's/.*"lost" : \([0-9]*\).*/\1/p' "${judgement%/*}/record.json" | paste -sd+ | bc)))
    if [ "$(id -u)" = 0 ] && command -v ip > /dev/null && command -v hping3 > /dev/null; then
        theirs=$(attacked "$cookies")
        ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.1f", a / b }')
        row "$what" "$ratio x" ">= 1 x" "$(verdict "$ratio" 1 least) ($ours / $theirs)"
    else
        row "$what" "not measured" ">= 1 x" "needs root, ip and hping3; ours $ours"
    fi
done
row "frames that the taps lost during both floods" "$lost" "<= 0" "$(verdict "$lost" 0 most)"

# Both ends of 5,000 connections, one connection after the other: from the first connect() to the last accept(), with
# both taps and the whole timeline, against a loop of the same calls without any (bind(), connect(), poll(), accept() …).
looped() {
    build_by_hand
    ip netns exec "$tag-server" sh -c 'echo 8192 > /proc/sys/net/core/somaxconn'
    "$scratch/socket-loop" "/run/netns/$tag-client" "/run/netns/$tag-server" 198.18.0.1 198.18.0.2 5000
    remove_by_hand
}
harnessed() {
    rm -rf "$scratch/sockets"
    "$bin/tcpfault" run Tests/sockets-benchmark.yaml --output "$scratch/sockets" > /dev/null 2>&1
    # An event a line.
    awk '/"call":"(connect|accept)"/ {
             at = substr($0, index($0, "\"at\":") + 5) + 0; ended = substr($0, index($0, "\"ended\":") + 8) + 0
             if (!from) from = at; if (ended > to) to = ended }
         END { print to - from }' "$scratch/sockets/sockets-benchmark/ipv4/record.json"
}
least() { if [ -z "$1" ] || [ "$2" -lt "$1" ]; then echo "$2"; else echo "$1"; fi; }
what="10,000 sockets set up: ours / a bare loop"
if [ "$(id -u)" = 0 ] && command -v ip > /dev/null && clang -O2 -o "$scratch/socket-loop" Tests/socket-loop.c 2> /dev/null; then
    ours= theirs=
    for _ in 1 2 3 4 5; do
        theirs=$(least "$theirs" "$(looped)")
        ours=$(least "$ours" "$(harnessed)")
    done
    ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.1f", a / b }')
    row "$what" "$ratio x" "<= 1.5 x" "$(verdict "$ratio" 1.5 most) ($((ours / 1000000)) ms / $((theirs / 1000000)) ms)"
else
    row "$what" "not measured" "<= 1.5 x" "needs root, ip and clang"
fi

# Runs tcpfault, and leaves in $alone the most that a runner, and in $together the most that all its programs had resident, in KiB.
resident() { awk '/^VmRSS:/ { sum += $2 } END { print sum + 0 }' "$@" 2> /dev/null || true; }
watched() { # arguments of tcpfault run
    rm -rf "$scratch/run"
    "$bin/tcpfault" run "$@" --output "$scratch/run" --format json > "$scratch/suite.json" 2> /dev/null &
    local program=$! files now
    alone=0 together=0
    while kill -0 "$program" 2> /dev/null; do
        files=
        for runner in $(pgrep -P "$program" -x tcpfault-run || true); do
            now=$(resident "/proc/$runner/status")
            if [ "${now:-0}" -gt "$alone" ]; then alone=$now; fi
            files="$files /proc/$runner/status"
        done
        # shellcheck disable=SC2086
        now=$(resident "/proc/$program/status" $files)
        if [ "${now:-0}" -gt "$together" ]; then together=$now; fi
        sleep 0.2
    done
    wait "$program" || true
    rm -rf "$scratch/run"
}
# Wall time, and the longest instance of those that run side by side with all of those that run alone.
times() {
    local names
    names=$(grep -lE '^alone: *(yes|true)' $(find scenarios -name '*.yaml') | sed 's|.*/||; s|\.yaml$||' | paste -sd' ')
    awk -v names="$names" '
        BEGIN { count = split(names, list, " "); for (i = 1; i <= count; i++) alone[list[i]] = 1 }
        /^ *"duration" :/ { lasted = $3 + 0 }
        /^ *"instance" :/ { split($3, part, /["\/]/); if (part[2] in alone) sum += lasted; else if (lasted > most) most = lasted }
        /^  "wall" :/ { wall = $3 + 0 }
        END { printf "%.3f %.0f %.0f %.0f\n", wall / (most + sum), wall / 1e9, most / 1e9, sum / 1e9 }' "$scratch/suite.json"
}

# Ten pairs side by side in one runner.
watched connect-syncnt connect-timeout syn-lost-twice syn-ack-lost-once connection-refused
row "resident memory of a runner with 10 pairs" "$((alone / 1024)) MB" "< 60 MB" "$(verdict "$((alone / 1024))" 59 most)"
watched --all
read -r ratio wall longest sum < <(times)
row "run --all: wall time / (longest + those alone)" "$ratio x" "<= 1.1 x" \
    "$(verdict "$ratio" 1.1 most) ($wall s / ($longest s + $sum s))"
row "run --all: resident memory of all programs" "$((together / 1024)) MB" "< 300 MB" \
    "$(verdict "$((together / 1024))" 299 most)"
