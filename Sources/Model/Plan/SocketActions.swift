// The actions that call a socket, by the names of the calls.

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

/// Ends when connect() has returned or failed.
package struct Connect: Sendable, Hashable, Codable {
    package var host: String
    package var socket: String
    package var to: SocketAddress
    /// The client's own end, bound before connect(). `nil`: the kernel chooses at connect().
    package var from: SocketAddress?
    package var options: [SocketOption]
    /// `nil`: one call.
    package var series: Series?

    package init(
        host: String, socket: String, to: SocketAddress, from: SocketAddress?, options: [SocketOption] = [],
        series: Series? = nil
    ) {
        self.host = host
        self.socket = socket
        self.to = to
        self.from = from
        self.options = options
        self.series = series
    }

    /// Several calls, each on a socket of its own: the nth is called `NAME#n` and is bound n − 1 ports further.
    package struct Series: Sendable, Hashable, Codable {
        package var count: Int
        /// From the start of one call to the start of the next, whether or not it has ended; `nil`: each starts when the
        /// one before it has ended.
        package var every: Nanoseconds?
        /// No call starts later than this after the first.
        package var until: Nanoseconds?

        package init(count: Int, every: Nanoseconds? = nil, until: Nanoseconds? = nil) {
            self.count = count
            self.every = every
            self.until = until
        }

        /// How many calls start at most.
        package var most: Int {
            guard let every, let until, every > .zero else { return count }
            return min(count, Int(until.value / every.value) + 1)
        }
    }

    /// The calls one by one, in their order.
    package var calls: [Connect] {
        guard let series else { return [self] }
        return (0..<series.most).map { index in
            var call = self
            call.series = nil
            call.socket = "\(socket)#\(index + 1)"
            call.from?.port += UInt16(index)
            return call
        }
    }
}

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

package struct Close: Sendable, Hashable, Codable {
    package var socket: String
    /// SO_LINGER {1, 0} first, so that close() aborts with RST.
    package var abort: Bool

    package init(socket: String, abort: Bool = false) {
        self.socket = socket
        self.abort = abort
    }
}
