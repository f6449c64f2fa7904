#!/usr/bin/env bash
# Builds the pair of pair.yaml with plain ip and tc, for somebody who debugs at a shell, and removes it at the end.
#
#   sudo netns/by-hand.sh              a shell inside the client
#   sudo netns/by-hand.sh COMMAND...   runs COMMAND inside the client
#
# Inside, these run too:
#   on client|server COMMAND...        COMMAND at that host
#   lose syn|syn-ack|ack|fin|rst       lose all of these on their way to the server (syn-ack: to the client)
#   heal                               lose nothing any more
#   lost                               what the qdiscs saw and dropped
#
# Nothing of the machine's own network is touched.
set -euo pipefail

die() {
    echo "by-hand.sh: $1" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || die "needs root: sudo $0"
for tool in ip tc; do
    command -v "$tool" > /dev/null || die "needs '$tool' (package iproute2)"
done

command -v ethtool > /dev/null ||
    echo "by-hand.sh: no ethtool: offloads stay on, so captures show large packets and wrong checksums" >&2

folder=$(cd "$(dirname "$0")" && pwd)
export CLIENT="tcpfault-client-$$" SERVER="tcpfault-server-$$"
TOOLS=$(mktemp -d)
cleanup() {
    ip netns del "$CLIENT" 2> /dev/null || true
    ip netns del "$SERVER" 2> /dev/null || true
    rm -rf "$TOOLS"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Writes what baseline.yaml pins, as far as this kernel has it.
pin() {
    sed -n 's/^  \(net\.[a-z0-9_.]*\): *\([^#]*[^# ]\).*/\1 \2/p' "$folder/baseline.yaml" |
        ip netns exec "$1" sh -c '
            while read -r key value; do
                file=/proc/sys/$(echo "$key" | tr . /)
                [ ! -e "$file" ] || echo "$value" > "$file" || echo "by-hand.sh: $key is not $value" >&2
            done'
}

# host NAMESPACE INTERFACE NUMBER PEER'S-NUMBER
host() {
    ip -n "$1" link set lo up
    ip -n "$1" address add "198.18.0.$3/24" dev "$2"
    ip -n "$1" address add "fd7c:fa17::$3/64" dev "$2" nodad
    if command -v ethtool > /dev/null; then
        ip netns exec "$1" ethtool -K "$2" tso off gso off gro off tx off rx off > /dev/null 2>&1 ||
            echo "by-hand.sh: ethtool could not switch the offloads of $2 off" >&2
    fi
    ip -n "$1" link set "$2" up
    # Permanent neighbours, so that nothing but TCP speaks; .99 is an address that no host has.
    for number in "$4:0$4" "99:63"; do
        for address in "198.18.0.${number%:*}" "fd7c:fa17::${number%:*}"; do
            ip -n "$1" neighbour replace "$address" lladdr "02:00:00:00:00:${number#*:}" dev "$2" nud permanent
        done
    done
    tc -n "$1" qdisc add dev "$2" clsact
}

ip netns add "$CLIENT"
ip netns add "$SERVER"
pin "$CLIENT"
pin "$SERVER"
ip -n "$CLIENT" link add to-server address 02:00:00:00:00:01 type veth \
    peer name to-client address 02:00:00:00:00:02 netns "$SERVER"
host "$CLIENT" to-server 1 2
host "$SERVER" to-client 2 1

cat > "$TOOLS/on" << 'END'
#!/bin/sh
case "${1:-}" in
client) namespace=$CLIENT ;;
server) namespace=$SERVER ;;
*) echo "usage: on client|server COMMAND..." >&2; exit 64 ;;
esac
shift
exec ip netns exec "$namespace" "$@"
END

# Classic BPF for cls_bpf's direct action, at the receiver's ingress: at the sender's egress TCP would learn of the drop.
#    if (ip->protocol == TCP && !fragment && (tcp->flags & 0x17) == FLAGS) return TC_ACT_SHOT;
#    return TC_ACT_UNSPEC;
# for IPv4 with options and IPv6 without extension headers. With "mask" 1 only FIN, with 4 only RST is looked at.
cat > "$TOOLS/lose" << 'END'
#!/bin/sh
mask=23 namespace=$SERVER interface=to-client
case "${1:-}" in
syn) flags=2 ;;
syn-ack) flags=18 namespace=$CLIENT interface=to-server ;;
ack) flags=16 ;;
fin) flags=1 mask=1 ;;
rst) flags=4 mask=4 ;;
*) echo "usage: lose syn|syn-ack|ack|fin|rst" >&2; exit 64 ;;
esac
program="17,40 0 0 12,21 0 6 2048,48 0 0 23,21 0 12 6,40 0 0 20,69 10 0 8191,177 0 0 14,5 0 0 4"
program="$program,21 0 7 34525,48 0 0 20,21 0 5 6,1 0 0 40,80 0 0 27,84 0 0 $mask,21 0 1 $flags,6 0 0 2,6 0 0 4294967295"
exec tc -n "$namespace" filter add dev "$interface" ingress protocol all bpf direct-action bytecode "$program"
END

cat > "$TOOLS/heal" << 'END'
#!/bin/sh
tc -n "$CLIENT" filter del dev to-server ingress
tc -n "$SERVER" filter del dev to-client ingress
END

cat > "$TOOLS/lost" << 'END'
#!/bin/sh
echo "client:" && tc -n "$CLIENT" -s qdisc show dev to-server clsact
echo "server:" && tc -n "$SERVER" -s qdisc show dev to-client clsact
END

chmod +x "$TOOLS"/*
export PATH="$TOOLS:$PATH"

if [ $# -gt 0 ]; then
    status=0
    ip netns exec "$CLIENT" "$@" || status=$?
    exit "$status"
fi
echo "client 198.18.0.1 fd7c:fa17::1, server 198.18.0.2 fd7c:fa17::2, nobody 198.18.0.99 fd7c:fa17::99"
echo "try: lose syn; on server COMMAND; lost; heal; exit"
ip netns exec "$CLIENT" "${SHELL:-/bin/sh}" || true
