import CLinux
import CMnl
import Glibc
import Synchronization

/// One netlink socket. It belongs for good to the network namespace of the thread that made it, and may then be used
/// from any thread: one request at a time, each with its own sequence number that every reply must bear.
package final class NetlinkSession: Sendable {
    /// The part of the kernel at the other end.
    package enum Bus: Sendable {
        case route
        case generic
        case socketDiagnostics

        fileprivate var number: Int32 {
            switch self {
            case .route: NETLINK_ROUTE
            case .generic: NETLINK_GENERIC
            case .socketDiagnostics: NETLINK_SOCK_DIAG
            }
        }
    }

    private let channel: Mutex<Channel>

    /// A dump that finds the tables changing is asked for again, this often at most.
    private static let dumpAttempts = 20

    /// Call it inside a namespace visit.
    package init(_ bus: Bus) throws(KernelError) {
        channel = Mutex(try Channel(bus.number))
    }

    /// The replies to a request, without acknowledgement or end mark. Empty for a mere order that was carried out.
    ///
    /// A refusal is a `KernelError` with the errno and the extended acknowledgement. EAGAIN: no answer in five seconds.
    @discardableResult
    package func send(_ request: NetlinkRequest, _ attempt: String) throws(KernelError) -> [NetlinkMessage] {
        try channel.withLock { (channel: inout Channel) throws(KernelError) in
            for _ in 1..<Self.dumpAttempts {
                if let replies = try channel.exchange(request, attempt) { return replies }
            }
            guard let replies = try channel.exchange(request, attempt) else {
                throw KernelError(attempt, errno: EAGAIN, kernelSays: "the table changed during every dump")
            }
            return replies
        }
    }
}

/// The socket with what one exchange needs.
private struct Channel: ~Copyable {
    /// The kernel fills at most this much in one dump datagram (netlink_dump, net/netlink/af_netlink.c).
    private static let bufferSize = 32_768

    private let socket: Socket
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: Channel.bufferSize)

    init(_ bus: Int32) throws(KernelError) {
        let socket = try Socket(bus)
        try socket.prepare()
        self.socket = socket
    }

    /// `nil`: a dump that was disturbed, to be asked for again.
    mutating func exchange(_ request: NetlinkRequest, _ attempt: String) throws(KernelError) -> [NetlinkMessage]? {
        sequence &+= 1
        let sequence = sequence
        let socket = socket.pointer
        var bytes = request.bytes
        bytes.withUnsafeMutableBytes { $0.assumingMemoryBound(to: nlmsghdr.self)[0].nlmsg_seq = sequence }
        try system(attempt) { mnl_socket_sendto(socket, bytes, bytes.count) }

        var exchange = Exchange(request, attempt, sequence: sequence, port: mnl_socket_get_portid(socket))
        while true {
            for message in try receive(attempt) {
                switch try exchange.take(message) {
                case .unfinished: continue
                case .disturbed: return nil
                case .replies(let replies): return replies
                }
            }
        }
    }

    private mutating func receive(_ attempt: String) throws(KernelError) -> [NetlinkMessage] {
        let socket = socket.pointer
        let count = try system(attempt) { mnl_socket_recvfrom(socket, &buffer, Self.bufferSize) }
        do {
            return try NetlinkMessage.messages(in: Array(buffer[..<count]))
        } catch {
            throw KernelError(attempt, errno: EPROTO, kernelSays: error.description)
        }
    }
}

/// A `struct mnl_socket`.
private struct Socket: ~Copyable {
    let pointer: OpaquePointer

    init(_ bus: Int32) throws(KernelError) {
        let opened = mnl_socket_open2(bus, Int32(bitPattern: SOCK_CLOEXEC.rawValue))
        let code = errno
        guard let opened else { throw KernelError("open a netlink socket", errno: code) }
        pointer = opened
    }

    deinit { mnl_socket_close(pointer) }

    borrowing func prepare() throws(KernelError) {
        let pointer = pointer
        // Port 0: the kernel chooses. A process has many sockets and only one process id to lend.
        try system("bind a netlink socket") { mnl_socket_bind(pointer, 0, 0) }
        try enable(NETLINK_EXT_ACK)
        try enable(NETLINK_CAP_ACK)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        let number = mnl_socket_get_fd(pointer)
        try system("limit the wait for netlink") {
            setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private borrowing func enable(_ option: Int32) throws(KernelError) {
        var on: Int32 = 1
        guard mnl_socket_setsockopt(pointer, option, &on, socklen_t(MemoryLayout<Int32>.size)) == -1 else { return }
        let code = errno
        // ENOPROTOOPT: a kernel from before 4.12, which has no words for us anyway.
        if code != ENOPROTOOPT { throw KernelError("ask netlink for extended acknowledgements", errno: code) }
    }
}
