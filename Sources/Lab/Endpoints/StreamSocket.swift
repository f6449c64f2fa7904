import CLinux
import Glibc
import Kernel
import Model

/// A non-blocking TCP socket, and the calls on it.
final class StreamSocket {
    private var open: Descriptor?

    /// `socket(2)`; call it inside a visit. An IPv6 socket is for IPv6 alone.
    init(_ family: Family) throws(KernelError) {
        let attempt = "open a TCP socket"
        let kind = Int32(bitPattern: SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        open = try Descriptor.socket(family == .ipv4 ? AF_INET : AF_INET6, kind, Int32(IPPROTO_TCP), attempt)
        if family == .ipv6 { try set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1, attempt) }
    }

    private init(owning number: Int32) { open = Descriptor(owning: number) }

    /// Traps after `close`.
    var descriptor: Int32 {
        switch open {
        case .some(let socket): return socket.number
        case .none: preconditionFailure("bug: the socket was closed")
        }
    }

    /// `close(2)`. Without it the end of the object's life does the same.
    func close() { open = nil }

    /// `setsockopt(2)` with an int.
    func set(_ level: Int32, _ name: Int32, _ value: Int32, _ attempt: String) throws(KernelError) {
        var value = value
        try system(attempt) {
            setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    func bind(_ address: SocketAddress) throws(KernelError) {
        try system("bind to \(address)") {
            address.withSockaddr { Glibc.bind(descriptor, $0, $1) }
        }
    }

    func listen(backlog: Int) throws(KernelError) {
        try system("listen") { Glibc.listen(descriptor, Int32(clamping: backlog)) }
    }

    /// Answers whether it has succeeded already; otherwise writability tells the end, and `pendingError()` the outcome.
    func connect(_ address: SocketAddress) throws(KernelError) -> Bool {
        // EINPROGRESS is the common end, and no error.
        var isUnderWay = false
        try system("connect to \(address)") {
            let code = address.withSockaddr { Glibc.connect(descriptor, $0, $1) }
            isUnderWay = code == -1 && errno == EINPROGRESS
            return isUnderWay ? 0 : code
        }
        return !isUnderWay
    }

    /// connect(2) of a blocking socket, by its number, for a thread that has nothing else of it: the errno, or 0.
    static func connect(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
        do {
            try system("connect to \(address)") { address.withSockaddr { Glibc.connect(descriptor, $0, $1) } }
            return 0
        } catch {
            return error.errno
        }
    }

    /// O_NONBLOCK taken away, or given back.
    func setBlocking(_ blocking: Bool) throws(KernelError) {
        let flags = try system("read the flags of a socket") { fcntl(descriptor, F_GETFL) }
        let wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK
        try system("set the flags of a socket") { fcntl(descriptor, F_SETFL, wanted) }
    }

    /// The next connection of the accept queue; `nil` where it is empty.
    func accept() throws(KernelError) -> StreamSocket? {
        do {
            return StreamSocket(owning: try system("accept") { clinux_accept(descriptor) })
        } catch  where error.errno == EAGAIN {
            return nil
        }
    }

    /// What is sent, whatever it is.
    private static let filling = [UInt8](repeating: UInt8(ascii: "."), count: 64 << 10)

    /// As many bytes as the kernel takes now; `nil` where it takes none. EPIPE comes without its signal.
    func send(atMost most: Int) throws(KernelError) -> Int? {
        let filling = Self.filling
        do {
            return try system("send") {
                Glibc.send(descriptor, filling, min(most, filling.count), Int32(MSG_NOSIGNAL))
            }
        } catch  where error.errno == EAGAIN {
            return nil
        }
    }

    /// As many bytes as there are now, at most so many; 0 at the end of the stream, `nil` where nothing has come.
    func receive(_ space: inout [UInt8], atMost most: Int?) throws(KernelError) -> Int? {
        let count = min(most ?? space.count, space.count)
        do {
            return try system("receive") { Glibc.recv(descriptor, &space, count, 0) }
        } catch  where error.errno == EAGAIN {
            return nil
        }
    }

    func shutdown(_ how: Shutdown.How) throws(KernelError) {
        let way =
            switch how {
            case .read: SHUT_RD
            case .write: SHUT_WR
            case .both: SHUT_RDWR
            }
        try system("shutdown") { Glibc.shutdown(descriptor, Int32(way)) }
    }

    /// Whether poll(2) calls it writable, or in error, now: then a connect() that was under way has ended.
    func isWritable() throws(KernelError) -> Bool {
        var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return try system("poll a socket") { poll(&question, 1, 0) } > 0
    }

    /// SO_ERROR: the errno that waits for the caller, which the reading clears. 0: none.
    func pendingError() throws(KernelError) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        try system("read SO_ERROR") { getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) }
        return code
    }

    /// close(2) will abort the connection with RST: SO_LINGER {1, 0}.
    func abortOnClose() throws(KernelError) {
        var value = linger(l_onoff: 1, l_linger: 0)
        try system("set SO_LINGER") {
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        }
    }

    /// `nil` where it has none (yet).
    var local: SocketAddress? { SocketAddress { getsockname(descriptor, $0, $1) } }
    var remote: SocketAddress? { SocketAddress { getpeername(descriptor, $0, $1) } }
}

extension SocketAddress {
    /// As `struct sockaddr_in` or `sockaddr_in6`, for the length of the call.
    fileprivate func withSockaddr(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        func call<Form>(_ form: Form) -> Int32 {
            withUnsafePointer(to: form) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<Form>.size))
                }
            }
        }
        switch address.family {
        case .ipv4:
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &form.sin_addr) { $0.copyBytes(from: address.bytes) }
            return call(form)
        case .ipv6:
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &form.sin6_addr) { $0.copyBytes(from: address.bytes) }
            return call(form)
        }
    }

    /// From a call that fills in a sockaddr; `nil` where it fails or the family is another.
    fileprivate init?(_ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var form = sockaddr_in6()  // the longer of the two
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let code = withUnsafeMutablePointer(to: &form) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { fill($0, &length) }
        }
        guard code == 0 else { return nil }
        // Family in host order, port, then the address: at 4 (sockaddr_in) or 8 (sockaddr_in6, after the flow label).
        let port = UInt16(bigEndian: form.sin6_port)
        func number<Number: FixedWidthInteger>(at offset: Int) -> Number {
            withUnsafeBytes(of: form) { Number(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
        }
        switch Int32(form.sin6_family) {
        case AF_INET: self.init(IPAddress(ipv4: number(at: 4)), port)
        case AF_INET6: self.init(IPAddress(ipv6: number(at: 8), number(at: 16)), port)
        default: return nil
        }
    }
}
