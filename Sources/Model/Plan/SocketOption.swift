/// A socket option by its kernel name, such as `TCP_SYNCNT`.
package struct SocketOption: Sendable, Hashable, Codable {
    package var name: String
    package var value: Int

    package init(_ name: String, _ value: Int) {
        self.name = name
        self.value = value
    }

    /// The options that the runner can set. A scenario may write others, but none of them can be run yet.
    package static let settable: Set<String> = [
        "SO_KEEPALIVE", "SO_RCVBUF", "SO_REUSEADDR", "SO_REUSEPORT", "SO_SNDBUF", "TCP_CORK", "TCP_DEFER_ACCEPT",
        "TCP_KEEPCNT", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_LINGER2", "TCP_MAXSEG", "TCP_NODELAY", "TCP_QUICKACK",
        "TCP_RTO_MAX_MS", "TCP_SYNCNT", "TCP_USER_TIMEOUT", "TCP_WINDOW_CLAMP",
    ]
}
