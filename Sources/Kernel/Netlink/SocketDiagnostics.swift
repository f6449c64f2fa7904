import CLinux
import Glibc
package import Model

/// sock_diag in one network namespace: what `ss` shows.
package final class SocketDiagnostics: Sendable {
    private let session: NetlinkSession

    /// Bit 1 << TCP_ESTABLISHED and so on: every state.
    package static let allStates: UInt32 = 0xFFFF_FFFF
    /// With it the kernel also shows TCP_NEW_SYN_RECV, which is what request sockets are in.
    private static let synRecv = UInt32(1) << UInt32(TCP_SYN_RECV)
    private static let listen = UInt32(1) << UInt32(TCP_LISTEN)

    /// Call it inside a namespace visit; afterwards it may be used from any thread.
    package init() throws(KernelError) { session = try NetlinkSession(.socketDiagnostics) }

    /// `ss --tcp --all --numeric`: the namespace's TCP sockets, request sockets and TIME_WAIT among them.
    ///
    /// A dump walks the whole machine's hash table, once for each family.
    package func sockets(
        _ families: [Family] = Family.allCases, states: UInt32 = allStates
    ) throws(KernelError) -> [SocketState] {
        let attempt = "list TCP sockets"
        let replies = try walk(families, states: states, attempt)
        return try parse(attempt) { try replies.map { try SocketState($0) } }
    }

    /// The same, but request sockets whose peer's address is in the prefix are only counted.
    package func sockets(
        _ families: [Family], counting prefix: Prefix
    ) throws(KernelError) -> (listed: [SocketState], counted: Int) {
        let attempt = "list TCP sockets"
        let replies = try walk(families, states: Self.allStates, attempt)
        return try parse(attempt) {
            let listed = try replies.filter { try !RequestSocket.isOne($0, from: prefix) }.map { try SocketState($0) }
            return (listed, replies.count - listed.count)
        }
    }

    /// The socket with that connection, found without a walk; `nil` where there is none, or none any more. Without a
    /// remote address: the listener there.
    package func socket(_ local: SocketAddress, _ remote: SocketAddress?) throws(KernelError) -> SocketState? {
        let attempt = "look up the socket at \(local)"
        let replies: [NetlinkMessage]
        do {
            replies = try session.send(.socketGet(local, remote), attempt)
        } catch  where error.errno == ENOENT {
            return nil
        }
        let found = try parse(attempt) { try replies.first.map { try SocketState($0) } }
        // In want of the connection the kernel shows the listener that a segment of it would come to.
        guard let found, (found.remote.port == 0) == (remote == nil) else { return nil }
        return found
    }

    /// How many request sockets there were at each local port when the kernel was asked, as far as they were still
    /// there when it came to them.
    ///
    /// The walk lasts milliseconds. In a flood some go meanwhile and others come in their stead, and with both a full
    /// queue would look longer than it ever was. So those that came during the walk, or whose timer was started anew
    /// meanwhile, are left out; where there are no others they count as one, since the queue is not empty.
    ///
    /// `initialRTO`: what a request's timer begins with, TCP_TIMEOUT_INIT unless a BPF program says otherwise.
    package func halfOpen(
        _ family: Family, initialRTO: Nanoseconds = .seconds(1)
    ) throws(KernelError) -> [UInt16: Int] {
        let attempt = "count request sockets"
        var triesLeft = Self.mostWalks
        while true {
            let start = Clock.monotonic()
            let replies = try walk([family], states: Self.synRecv, attempt)
            // Their age is known in whole ticks.
            let lasted = Clock.monotonic() - start + Clock.tick()
            let requests = try parse(attempt) {
                try replies.map { try RequestSocket($0, firstTimeout: initialRTO) }
            }
            let settled = requests.filter { request in request.age.map { $0 >= lasted } ?? true }
            triesLeft -= 1
            if settled.count < requests.count, lasted > Self.longestWalk, triesLeft > 0 { continue }
            let counts = settled.reduce(into: [:]) { $0[$1.localPort, default: 0] += 1 }
            return requests.reduce(into: counts) { if $0[$1.localPort] == nil { $0[$1.localPort] = 1 } }
        }
    }

    /// A walk that lasts longer had to wait for its CPU, and calls requests young that were there long before it.
    private static let longestWalk = Nanoseconds.milliseconds(20)
    private static let mostWalks = 5

    /// The sockets that listen: `receiveQueue` and `sendQueue` are the accept queue and its limit.
    package func listening(_ family: Family) throws(KernelError) -> [SocketState] {
        try sockets([family], states: Self.listen)
    }

    private func walk(
        _ families: [Family], states: UInt32, _ attempt: String
    ) throws(KernelError) -> [NetlinkMessage] {
        var replies: [NetlinkMessage] = []
        for family in families {
            do {
                replies += try session.send(.socketDump(family, states: states), attempt)
            } catch  where error.errno == ENOENT && family == .ipv6 {
                continue  // a kernel without IPv6
            }
        }
        return replies
    }
}

extension NetlinkRequest {
    static func socketDump(_ family: Family, states: UInt32) -> NetlinkRequest {
        NetlinkRequest(Int(SOCK_DIAG_BY_FAMILY), flags: NLM_F_DUMP) { message in
            var header = inet_diag_req_v2()
            header.sdiag_family = family.number
            header.sdiag_protocol = UInt8(IPPROTO_TCP)
            header.idiag_states = states
            message.put(header)
        }
    }
}

extension NetlinkRequest {
    /// One socket, by its two ends.
    static func socketGet(_ local: SocketAddress, _ remote: SocketAddress?) -> NetlinkRequest {
        NetlinkRequest(Int(SOCK_DIAG_BY_FAMILY)) { message in
            var header = inet_diag_req_v2()
            header.sdiag_family = local.address.family.number
            header.sdiag_protocol = UInt8(IPPROTO_TCP)
            header.idiag_states = SocketDiagnostics.allStates
            header.id.idiag_sport = local.port.bigEndian
            header.id.idiag_dport = (remote?.port ?? 0).bigEndian
            withUnsafeMutableBytes(of: &header.id.idiag_src) { $0.copyBytes(from: local.address.bytes) }
            if let remote {
                withUnsafeMutableBytes(of: &header.id.idiag_dst) { $0.copyBytes(from: remote.address.bytes) }
            }
            // INET_DIAG_NOCOOKIE: whichever it is.
            header.id.idiag_cookie = (.max, .max)
            message.put(header)
        }
    }
}

extension SocketState {
    /// include/net/tcp_states.h, without TCP_. The kernel shows request sockets (TCP_NEW_SYN_RECV) as SYN_RECV.
    private static let states = [
        "", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
        "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV", "BOUND_INACTIVE",
    ]

    /// idiag_timer, inet_sk_diag_fill (net/ipv4/inet_diag.c).
    private static let timers = ["off", "retransmit", "keepalive", "time-wait", "probe"]

    init(_ message: NetlinkMessage) throws(NetlinkFormatError) {
        let found = try message.socket()
        let state = Int(found.idiag_state)
        let timer = Int(found.idiag_timer)
        self.init(
            local: SocketAddress(
                found.source, UInt16(bigEndian: found.id.idiag_sport)),
            remote: SocketAddress(
                found.destination, UInt16(bigEndian: found.id.idiag_dport)),
            state: Self.states.indices.contains(state) ? Self.states[state] : "state \(state)",
            timer: Self.timers.indices.contains(timer) ? Self.timers[timer] : "timer \(timer)",
            expires: .milliseconds(Int64(found.idiag_expires)), retransmits: Int(found.idiag_retrans),
            receiveQueue: Int(found.idiag_rqueue), sendQueue: Int(found.idiag_wqueue))
    }
}

extension NetlinkMessage {
    /// Without a look at the attributes behind it.
    func socket() throws(NetlinkFormatError) -> inet_diag_msg {
        guard payload.count >= MemoryLayout<inet_diag_msg>.size else {
            throw NetlinkFormatError("a socket without a description")
        }
        return payload.withUnsafeBytes { $0.loadUnaligned(as: inet_diag_msg.self) }
    }
}

extension inet_diag_msg {
    fileprivate var source: IPAddress { address(id.idiag_src) }
    var destination: IPAddress { address(id.idiag_dst) }

    /// An IPv4 address in an IPv6 socket (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2) is told as what it is.
    private func address<Words: BitwiseCopyable>(_ words: Words) -> IPAddress {
        let bytes = withUnsafeBytes(of: words) { Array($0) }
        if idiag_family == Family.ipv4.number { return IPAddress(bytes: Array(bytes[..<4])) }
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        return IPAddress(bytes: bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes)
    }
}
