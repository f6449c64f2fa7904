import Glibc
import Model

/// The socket options that a scenario may set, by the kernel's names (tcp(7), socket(7), include/uapi/linux/tcp.h).
package enum SocketOptionTable {
    struct Entry {
        var level: Int32
        var number: Int32
    }

    /// `SocketOption.settable`, as a test holds.
    package static var names: Set<String> { Set(tcp.keys).union(socket.keys) }

    /// `nil`: no option of that name is known here.
    static func entry(_ name: String) -> Entry? {
        if let number = tcp[name] { return Entry(level: Int32(IPPROTO_TCP), number: number) }
        if let number = socket[name] { return Entry(level: SOL_SOCKET, number: number) }
        return nil
    }

    private static let tcp: [String: Int32] = [
        "TCP_NODELAY": TCP_NODELAY, "TCP_MAXSEG": TCP_MAXSEG, "TCP_CORK": TCP_CORK, "TCP_KEEPIDLE": TCP_KEEPIDLE,
        "TCP_KEEPINTVL": TCP_KEEPINTVL, "TCP_KEEPCNT": TCP_KEEPCNT, "TCP_SYNCNT": TCP_SYNCNT,
        "TCP_LINGER2": TCP_LINGER2, "TCP_DEFER_ACCEPT": TCP_DEFER_ACCEPT, "TCP_WINDOW_CLAMP": TCP_WINDOW_CLAMP,
        "TCP_QUICKACK": TCP_QUICKACK, "TCP_USER_TIMEOUT": TCP_USER_TIMEOUT,
        // Linux 6.15; the C library does not know it.
        "TCP_RTO_MAX_MS": 44,
    ]

    private static let socket: [String: Int32] = [
        "SO_REUSEADDR": SO_REUSEADDR, "SO_REUSEPORT": SO_REUSEPORT, "SO_KEEPALIVE": SO_KEEPALIVE,
        "SO_SNDBUF": SO_SNDBUF, "SO_RCVBUF": SO_RCVBUF,
    ]
}
