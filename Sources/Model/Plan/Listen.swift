package struct Listen: Sendable, Hashable, Codable {
    package var host: String
    package var socket: String
    package var address: SocketAddress
    package var backlog: Int
    package var options: [SocketOption]

    package init(host: String, socket: String, address: SocketAddress, backlog: Int, options: [SocketOption] = []) {
        self.host = host
        self.socket = socket
        self.address = address
        self.backlog = backlog
        self.options = options
    }
}

/// Calls listen() on a listener once more, which sets its backlog anew.
package struct ListenAgain: Sendable, Hashable, Codable {
    package var socket: String
    package var backlog: Int

    package init(socket: String, backlog: Int) {
        self.socket = socket
        self.backlog = backlog
    }
}

/// Takes connections off a listener's accept queue.
package struct Accept: Sendable, Hashable, Codable {
    package var listener: String
    /// The accepted sockets' name; the nth of several is `NAME#n`.
    package var socket: String
    /// `nil`: every connection that comes until `atMost` has passed.
    package var count: Int?
    /// With a count: giving up after this long is written down as a shortfall.
    package var atMost: Nanoseconds

    package init(listener: String, socket: String, count: Int? = 1, atMost: Nanoseconds) {
        self.listener = listener
        self.socket = socket
        self.count = count
        self.atMost = atMost
    }
}
