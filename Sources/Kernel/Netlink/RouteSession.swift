import CLinux
import Glibc
package import Model

/// rtnetlink in one network namespace: what `ip` and `tc` do, under their names.
package final class RouteSession: Sendable {
    let session: NetlinkSession

    /// Call it inside a namespace visit; afterwards it may be used from any thread.
    package init() throws(KernelError) { session = try NetlinkSession(.route) }

    /// `ip link add NAME type veth peer name PEER netns NAMESPACE`, with both addresses and one queue each way.
    ///
    /// The peer is born in the other namespace and is never seen anywhere else.
    package func linkAdd(veth name: String, mac: MACAddress, peer: VethPeer) throws(KernelError) {
        try session.send(.linkAdd(veth: name, mac: mac, peer: peer), "create veth \(name) with peer \(peer.name)")
    }

    /// `ip link set dev INTERFACE up`
    package func linkSetUp(_ interface: Int32) throws(KernelError) {
        try session.send(.linkSetUp(interface), "set interface \(interface) up")
    }

    /// `ip link set dev INTERFACE addrgenmode none`: no link-local address, so no IPv6 chatter about it.
    ///
    /// Does nothing where the kernel runs without IPv6.
    package func linkSetNoLinkLocal(_ interface: Int32) throws(KernelError) {
        do {
            try session.send(.linkSetNoLinkLocal(interface), "set addrgenmode none on interface \(interface)")
        } catch  where error.errno == EAFNOSUPPORT {}
    }

    /// `ip address add PREFIX dev INTERFACE nodad`; done when `isLocal` says so, and for IPv6 not before.
    package func addressAdd(_ prefix: Prefix, to interface: Int32) throws(KernelError) {
        try session.send(.addressAdd(prefix, to: interface), "add address \(prefix)")
    }

    /// `ip route add PREFIX via GATEWAY dev INTERFACE`
    package func routeAdd(_ destination: Prefix, via gateway: IPAddress, interface: Int32) throws(KernelError) {
        try session.send(
            .routeAdd(destination, via: gateway, interface: interface), "add route \(destination) via \(gateway)")
    }

    /// `ip route add blackhole PREFIX`: what is to go there vanishes, and nobody is told.
    package func routeAddBlackhole(_ destination: Prefix) throws(KernelError) {
        try session.send(.routeAddBlackhole(destination), "add blackhole route \(destination)")
    }

    /// `ip route add unreachable PREFIX`: who asks for what is there is told by ICMP.
    package func routeAddUnreachable(_ destination: Prefix) throws(KernelError) {
        try session.send(.routeAddUnreachable(destination), "add unreachable route \(destination)")
    }

    /// `ip route get ADDRESS` begins with `local`: what comes for that address is taken in. False where no route leads
    /// there.
    package func isLocal(_ address: IPAddress) throws(KernelError) -> Bool {
        let attempt = "look up the route to \(address)"
        let replies: [NetlinkMessage]
        do {
            replies = try session.send(.routeGet(address), attempt)
        } catch  where [ENETUNREACH, EHOSTUNREACH].contains(error.errno) {
            return false
        }
        guard let reply = replies.first else { throw KernelError(attempt, errno: EPROTO) }
        let header = try parse(attempt) {
            let reader = AttributeReader(reply.payload, after: MemoryLayout<rtmsg>.size)
            let header = reader.fixed(as: rtmsg.self)
            try reader.finish()
            return header
        }
        return header?.rtm_type == UInt8(RTN_LOCAL)
    }

    /// `ip neighbour add ADDRESS lladdr MAC dev INTERFACE nud permanent`
    package func neighbourAdd(
        _ address: IPAddress, _ mac: MACAddress, on interface: Int32
    ) throws(KernelError) {
        try session.send(.neighbourAdd(address, mac, on: interface), "add neighbour \(address) at \(mac)")
    }

    /// `ip link show dev NAME`; ENODEV where there is none.
    package func link(_ name: String) throws(KernelError) -> LinkState {
        let attempt = "look up interface \(name)"
        guard let reply = try session.send(.linkGet(name: name), attempt).first else {
            throw KernelError(attempt, errno: ENODEV)
        }
        return try parse(attempt) { try LinkState(reply) }
    }

    /// `ip link show`
    package func links() throws(KernelError) -> [LinkState] {
        let attempt = "list interfaces"
        let replies = try session.send(.linkDump(), attempt)
        return try parse(attempt) { try replies.map { try LinkState($0) } }
    }

    package func linkIndex(_ name: String) throws(KernelError) -> Int32 { try link(name).index }
}

/// Trouble with a reply's form becomes EPROTO: the kernel speaks a dialect that was not foreseen.
func parse<Value>(_ attempt: String, _ body: () throws -> Value) throws(KernelError) -> Value {
    do { return try body() } catch { throw KernelError(attempt, errno: EPROTO, kernelSays: "\(error)") }
}

/// An interface, as RTM_NEWLINK describes it.
package struct LinkState: Sendable, Equatable {
    package var index: Int32
    package var name: String
    package var mac: MACAddress?
    package var isUp: Bool
    /// Up, and in IF_OPER_UP unless it is a loopback. Only then do packets leave: until the kernel's link watch has seen
    /// the carrier, the interface's queue throws everything away (dev_activate in net/sched/sch_generic.c).
    package var isOperational: Bool
    package var receivedPackets: Int
    package var sentPackets: Int
    /// Given to the interface and thrown away. A veth does so when the queue of the CPU is full (net.core.netdev_max_backlog).
    package var droppedPackets: Int

    init(_ message: NetlinkMessage) throws(NetlinkFormatError) {
        let reader = AttributeReader(message.payload, after: MemoryLayout<ifinfomsg>.size)
        let header = reader.fixed(as: ifinfomsg.self)
        let name = reader.string(Int(IFLA_IFNAME))
        let address = reader.payload(Int(IFLA_ADDRESS))
        let state = reader.uint8(Int(IFLA_OPERSTATE))
        let statistics = reader.structure(Int(IFLA_STATS), as: rtnl_link_stats.self)
        try reader.finish()
        guard let header, let name else { throw NetlinkFormatError("an interface without a name") }
        index = header.ifi_index
        self.name = name
        mac = address.flatMap { $0.count == 6 ? MACAddress(bytes: $0) : nil }
        isUp = header.ifi_flags & CLINUX_IFF_UP != 0
        let isLoopback = header.ifi_flags & CLINUX_IFF_LOOPBACK != 0
        isOperational = isUp && (isLoopback || state == UInt8(CLINUX_OPERSTATE_UP))
        receivedPackets = Int(statistics?.rx_packets ?? 0)
        sentPackets = Int(statistics?.tx_packets ?? 0)
        droppedPackets = Int(statistics?.tx_dropped ?? 0)
    }
}
