/// One end of a connection was found in another state than at the look before. Its event's `at` is when the kernel
/// answered, so the change came between `unseenSince` and then.
package struct StateEvent: Sendable, Hashable, Codable {
    package var host: String
    package var local: SocketAddress
    package var remote: SocketAddress
    /// The kernel's name without TCP_, or `gone`.
    package var state: String
    /// When the kernel was asked the time before, and said something else; `nil`: this was the first look.
    package var unseenSince: Nanoseconds?

    package init(
        host: String, local: SocketAddress, remote: SocketAddress, state: String, unseenSince: Nanoseconds? = nil
    ) {
        self.host = host
        self.local = local
        self.remote = remote
        self.state = state
        self.unseenSince = unseenSince
    }

    package static let gone = "gone"
}
