import Model
import Testing

@testable import Kernel

/// Requests byte by byte, on a little-endian machine. Each is what the command in its title sends (seen with
/// `strace -e trace=sendmsg -xx`), but for NLA_F_NESTED (0x8000), which ip and tc leave out and ethtool demands.
@Suite("Netlink requests", .enabled(if: 1.littleEndian == 1, "the bytes are written down for little-endian machines"))
struct NetlinkGoldenTests {
    /// Hexadecimal bytes and their story.
    typealias Row = (bytes: String, story: String)

    private func check(_ request: NetlinkRequest, _ rows: [Row]) {
        var offset = 0
        for row in rows {
            let have = request.bytes.dropFirst(offset).prefix(row.bytes.split(separator: " ").count)
            #expect(have.map(hexadecimal).joined(separator: " ") == row.bytes, "at byte \(offset): \(row.story)")
            offset += have.count
        }
        #expect(offset == request.bytes.count, "the message goes on after its story")
    }

    private func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private let near = MACAddress(bytes: [2, 0, 0, 0, 1, 1])
    private let far = MACAddress(bytes: [2, 0, 0, 0, 1, 2])

    @Test("ip link add to-server address … type veth peer name to-client address … netns …")
    func linkAdd() {
        let peer = VethPeer(name: "to-client", mac: far, namespace: 7)
        check(
            .linkAdd(veth: "to-server", mac: near, peer: peer),
            [
                ("a8 00 00 00", "168 bytes"), ("10 00", "RTM_NEWLINK"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00", "sequence: the session's affair"), ("00 00 00 00", "port 0: to the kernel"),
                ("00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "ifinfomsg: the kernel chooses the index"),
                ("0e 00 03 00", "IFLA_IFNAME, 10 bytes"), ("74 6f 2d 73 65 72 76 65 72 00", "to-server, NUL"),
                ("00 00", "padding"),
                ("0a 00 01 00", "IFLA_ADDRESS, 6 bytes"), ("02 00 00 00 01 01", "its address"), ("00 00", "padding"),
                ("08 00 1f 00 01 00 00 00", "IFLA_NUM_TX_QUEUES 1"),
                ("08 00 20 00 01 00 00 00", "IFLA_NUM_RX_QUEUES 1"),
                ("5c 00 12 80", "IFLA_LINKINFO, nested, 88 bytes"),
                ("09 00 01 00 76 65 74 68 00 00 00 00", "IFLA_INFO_KIND veth, NUL, padding"),
                ("4c 00 02 80", "IFLA_INFO_DATA, nested, 72 bytes"),
                ("48 00 01 80", "VETH_INFO_PEER, 68 bytes"),
                ("00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "ifinfomsg of the peer"),
                ("0e 00 03 00", "IFLA_IFNAME"), ("74 6f 2d 63 6c 69 65 6e 74 00", "to-client, NUL"),
                ("00 00", "padding"),
                ("0a 00 01 00", "IFLA_ADDRESS"), ("02 00 00 00 01 02", "its address"), ("00 00", "padding"),
                ("08 00 1f 00 01 00 00 00", "IFLA_NUM_TX_QUEUES 1"),
                ("08 00 20 00 01 00 00 00", "IFLA_NUM_RX_QUEUES 1"),
                ("08 00 1c 00 07 00 00 00", "IFLA_NET_NS_FD: descriptor 7"),
            ])
    }

    @Test("ip link set dev to-server addrgenmode none")
    func linkSetNoLinkLocal() {
        check(
            .linkSetNoLinkLocal(2),
            [
                ("30 00 00 00", "48 bytes"), ("10 00", "RTM_NEWLINK"), ("05 00", "REQUEST, ACK"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("00 00 00 00", "AF_UNSPEC"), ("02 00 00 00", "interface 2"),
                ("00 00 00 00 00 00 00 00", "flags as they are"),
                ("10 00 1a 80", "IFLA_AF_SPEC, nested"), ("0c 00 0a 80", "AF_INET6, nested"),
                ("05 00 08 00 01 00 00 00", "IFLA_INET6_ADDR_GEN_MODE: none, padding"),
            ])
    }

    @Test("ip link set dev to-server up")
    func linkSetUp() {
        check(
            .linkSetUp(2),
            [
                ("20 00 00 00", "32 bytes"), ("10 00", "RTM_NEWLINK"), ("05 00", "REQUEST, ACK"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("00 00 00 00", "AF_UNSPEC"), ("02 00 00 00", "interface 2"),
                ("01 00 00 00", "flags: IFF_UP"), ("01 00 00 00", "of which is changed: IFF_UP"),
            ])
    }

    @Test("ip address add fd00::1/64 dev to-server nodad")
    func addressAdd() {
        check(
            .addressAdd(Prefix(address("fd00::1"), 64), to: 2),
            [
                ("40 00 00 00", "64 bytes"), ("14 00", "RTM_NEWADDR"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("0a 40", "AF_INET6, 64 bits of network"), ("02", "IFA_F_NODAD"), ("00", "RT_SCOPE_UNIVERSE"),
                ("02 00 00 00", "interface 2"),
                ("14 00 02 00", "IFA_LOCAL"), ("fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "fd00::1"),
                ("14 00 01 00", "IFA_ADDRESS"), ("fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "fd00::1"),
            ])
    }

    @Test("ip route add 198.18.9.0/24 via 198.18.0.2 dev to-server")
    func routeAdd() {
        check(
            .routeAdd(Prefix(address("198.18.9.0"), 24), via: address("198.18.0.2"), interface: 2),
            [
                ("34 00 00 00", "52 bytes"), ("18 00", "RTM_NEWROUTE"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("02 18 00 00", "AF_INET, 24 bits of destination, none of source, no TOS"),
                ("fe 03 00 01", "RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST"),
                ("00 00 00 00", "no flags"),
                ("08 00 01 00 c6 12 09 00", "RTA_DST 198.18.9.0"),
                ("08 00 05 00 c6 12 00 02", "RTA_GATEWAY 198.18.0.2"),
                ("08 00 04 00 02 00 00 00", "RTA_OIF 2"),
            ])
    }

    @Test("ip route add blackhole 198.19.0.0/16")
    func routeAddBlackhole() {
        check(
            .routeAddBlackhole(Prefix(address("198.19.0.0"), 16)),
            [
                ("24 00 00 00", "36 bytes"), ("18 00", "RTM_NEWROUTE"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("02 10 00 00", "AF_INET, 16 bits of destination, none of source, no TOS"),
                ("fe 03 00 06", "RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_BLACKHOLE"),
                ("00 00 00 00", "no flags"),
                ("08 00 01 00 c6 13 00 00", "RTA_DST 198.19.0.0; neither gateway nor interface"),
            ])
    }

    @Test("ip -6 route add blackhole fd7c:fa17:1::/48")
    func routeAddBlackhole6() {
        check(
            .routeAddBlackhole(Prefix(address("fd7c:fa17:1::"), 48)),
            [
                ("30 00 00 00", "48 bytes"), ("18 00", "RTM_NEWROUTE"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("0a 30 00 00", "AF_INET6, 48 bits of destination, none of source, no TOS"),
                ("fe 03 00 06", "RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_BLACKHOLE"),
                ("00 00 00 00", "no flags"),
                ("14 00 01 00", "RTA_DST"), ("fd 7c fa 17 00 01 00 00 00 00 00 00 00 00 00 00", "fd7c:fa17:1::"),
            ])
    }

    @Test("ip route add unreachable 198.18.1.2")
    func routeAddUnreachable() {
        check(
            .routeAddUnreachable(Prefix(address("198.18.1.2"), 32)),
            [
                ("24 00 00 00", "36 bytes"), ("18 00", "RTM_NEWROUTE"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("02 20 00 00", "AF_INET, 32 bits of destination, none of source, no TOS"),
                ("fe 03 00 07", "RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNREACHABLE"),
                ("00 00 00 00", "no flags"),
                ("08 00 01 00 c6 12 01 02", "RTA_DST 198.18.1.2"),
            ])
    }

    @Test("ip route get fd00::1")
    func routeGet() {
        check(
            .routeGet(address("fd00::1")),
            [
                ("30 00 00 00", "48 bytes"), ("1a 00", "RTM_GETROUTE"), ("05 00", "REQUEST, ACK"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("0a 80 00 00", "AF_INET6, 128 bits of destination, none of source, no TOS"),
                ("00 00 00 00", "any table, protocol, scope and type"), ("00 00 00 00", "no flags"),
                ("14 00 01 00", "RTA_DST"), ("fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "fd00::1"),
            ])
    }

    @Test("ip neighbour add 198.18.0.2 lladdr 02:00:00:00:01:01 dev to-server nud permanent")
    func neighbourAdd() {
        check(
            .neighbourAdd(address("198.18.0.2"), near, on: 2),
            [
                ("30 00 00 00", "48 bytes"), ("1c 00", "RTM_NEWNEIGH"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("02 00 00 00", "AF_INET"), ("02 00 00 00", "interface 2"), ("80 00", "NUD_PERMANENT"),
                ("00 00", "no flags, no type"),
                ("08 00 01 00 c6 12 00 02", "NDA_DST 198.18.0.2"),
                ("0a 00 02 00 02 00 00 00 01 01 00 00", "NDA_LLADDR, padding"),
            ])
    }

    @Test("ss --tcp --all -6 state listening")
    func socketDump() {
        check(
            .socketDump(.ipv6, states: 1 << 10),
            [
                ("48 00 00 00", "72 bytes"), ("14 00", "SOCK_DIAG_BY_FAMILY"), ("01 03", "REQUEST, DUMP: no ACK"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("0a 06 00 00", "AF_INET6, IPPROTO_TCP, no extensions"), ("00 04 00 00", "1 << TCP_LISTEN"),
                (Array(repeating: "00", count: 48).joined(separator: " "), "inet_diag_sockid: any socket"),
            ])
    }

    @Test("one TCP socket of sock_diag, by both its ends (sock_diag(7))")
    func socketGet() {
        let zeros = Array(repeating: "00", count: 12).joined(separator: " ")
        check(
            .socketGet(SocketAddress(address("198.18.0.2"), 5_000), SocketAddress(address("198.18.0.1"), 40_000)),
            [
                ("48 00 00 00", "72 bytes"), ("14 00", "SOCK_DIAG_BY_FAMILY"), ("05 00", "REQUEST, ACK"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("02 06 00 00", "AF_INET, IPPROTO_TCP, no extensions"), ("ff ff ff ff", "any state"),
                ("13 88 9c 40", "ports 5000 and 40000, in network order"),
                ("c6 12 00 02 \(zeros)", "source 198.18.0.2"), ("c6 12 00 01 \(zeros)", "destination 198.18.0.1"),
                ("00 00 00 00", "any interface"), ("ff ff ff ff ff ff ff ff", "INET_DIAG_NOCOOKIE"),
            ])
    }

    @Test("ethtool --features to-server rx-gro off")
    func featuresOff() {
        check(
            .featuresOff(0x14, 2, ["rx-gro"]),
            [
                ("40 00 00 00", "64 bytes"), ("14 00", "the family's number on this machine"),
                ("05 00", "REQUEST, ACK"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("0c 01 00 00", "ETHTOOL_MSG_FEATURES_SET, version 1"),
                ("14 00 01 80", "ETHTOOL_A_FEATURES_HEADER, nested"),
                ("08 00 01 00 02 00 00 00", "ETHTOOL_A_HEADER_DEV_INDEX 2"),
                ("08 00 03 00 02 00 00 00", "ETHTOOL_A_HEADER_FLAGS: OMIT_REPLY"),
                ("18 00 03 80", "ETHTOOL_A_FEATURES_WANTED, nested"), ("14 00 03 80", "ETHTOOL_A_BITSET_BITS, nested"),
                ("10 00 01 80", "ETHTOOL_A_BITSET_BITS_BIT, nested: no _VALUE, so off"),
                ("0b 00 02 00 72 78 2d 67 72 6f 00 00", "ETHTOOL_A_BITSET_BIT_NAME rx-gro, NUL, padding"),
            ])
    }

    @Test("tc qdisc add dev to-server clsact")
    func qdiscAdd() {
        check(
            .qdiscAdd(interface: 2),
            [
                ("30 00 00 00", "48 bytes"), ("24 00", "RTM_NEWQDISC"), ("05 06", "REQUEST, ACK, CREATE, EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("00 00 00 00", "AF_UNSPEC"), ("02 00 00 00", "interface 2"),
                ("00 00 ff ff", "handle ffff:0"), ("f1 ff ff ff", "parent TC_H_CLSACT"), ("00 00 00 00", "info"),
                ("0b 00 01 00 63 6c 73 61 63 74 00 00", "TCA_KIND clsact, NUL, padding"),
            ])
    }

    @Test("tc filter replace dev to-server ingress prio 3 handle 1 protocol all bpf da bytecode '1,6 0 0 2'")
    func classicFilter() {
        check(
            .filterReplace(
                interface: 2, hook: .ingress, priority: 3, handle: 1,
                program: .classic([ClassicInstruction(code: 6, operand: 2)])),
            [
                ("4c 00 00 00", "76 bytes"), ("2c 00", "RTM_NEWTFILTER"), ("05 04", "REQUEST, ACK, CREATE; not EXCL"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("00 00 00 00", "AF_UNSPEC"), ("02 00 00 00", "interface 2"), ("01 00 00 00", "handle 1"),
                ("f2 ff ff ff", "parent: clsact ingress"), ("00 03", "ETH_P_ALL in network order"),
                ("03 00", "priority 3"),
                ("08 00 01 00 62 70 66 00", "TCA_KIND bpf"), ("20 00 02 80", "TCA_OPTIONS, nested"),
                ("06 00 04 00 01 00 00 00", "TCA_BPF_OPS_LEN: one instruction, padding"),
                ("0c 00 05 00", "TCA_BPF_OPS"), ("06 00", "BPF_RET | BPF_K"), ("00 00", "no jumps"),
                ("02 00 00 00", "TC_ACT_SHOT"), ("08 00 08 00 01 00 00 00", "TCA_BPF_FLAGS: direct-action"),
            ])
    }

    @Test("tc filter replace dev to-server egress … bpf da pinned …")
    func extendedFilter() {
        let request = NetlinkRequest.filterReplace(
            interface: 2, hook: .egress, priority: 3, handle: 1, program: .extended(descriptor: 9, name: "nth"))
        check(
            request,
            [
                ("48 00 00 00", "72 bytes"), ("2c 00", "RTM_NEWTFILTER"), ("05 04", "REQUEST, ACK, CREATE"),
                ("00 00 00 00 00 00 00 00", "sequence, port"),
                ("00 00 00 00", "AF_UNSPEC"), ("02 00 00 00", "interface 2"), ("01 00 00 00", "handle 1"),
                ("f3 ff ff ff", "parent: clsact egress"), ("00 03", "ETH_P_ALL"), ("03 00", "priority 3"),
                ("08 00 01 00 62 70 66 00", "TCA_KIND bpf"), ("1c 00 02 80", "TCA_OPTIONS, nested"),
                ("08 00 06 00 09 00 00 00", "TCA_BPF_FD 9"), ("08 00 07 00 6e 74 68 00", "TCA_BPF_NAME nth, NUL"),
                ("08 00 08 00 01 00 00 00", "TCA_BPF_FLAGS: direct-action"),
            ])
    }

    private func address(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("bug: \(text) is no address") }
        return address
    }
}
