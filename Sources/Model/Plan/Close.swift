package struct Close: Sendable, Hashable, Codable {
    package var socket: String
    /// SO_LINGER {1, 0} first, so that close() aborts with RST.
    package var abort: Bool

    package init(socket: String, abort: Bool = false) {
        self.socket = socket
        self.abort = abort
    }
}

/// shutdown(2): the socket stays, and what it is told of stays with it.
package struct Shutdown: Sendable, Hashable, Codable {
    package enum How: String, Sendable, Hashable, Codable, CaseIterable {
        /// SHUT_WR: FIN goes out behind what is still to be sent.
        case write
        /// SHUT_RD: nothing goes out.
        case read
        case both
    }

    package var socket: String
    package var how: How

    package init(socket: String, how: How = .write) {
        self.socket = socket
        self.how = how
    }
}
