/// Writes to a connection; the call ends when the kernel has taken all of it, or with an error.
package struct Send: Sendable, Hashable, Codable {
    package var socket: String
    package var bytes: Int

    package init(socket: String, bytes: Int) {
        self.socket = socket
        self.bytes = bytes
    }
}

/// Reads from a connection; the call ends when so much has come, at the end of the stream, or with an error.
package struct Receive: Sendable, Hashable, Codable {
    package var socket: String
    /// `nil`: to the end of the stream.
    package var bytes: Int?
    /// The wait gives up after this long, which is written down as a shortfall.
    package var atMost: Nanoseconds

    package init(socket: String, bytes: Int?, atMost: Nanoseconds) {
        self.socket = socket
        self.bytes = bytes
        self.atMost = atMost
    }
}
