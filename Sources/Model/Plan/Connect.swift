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
    /// `true`: a thread sleeps in the call until it ends; otherwise its end is waited for by epoll(7).
    package var blocking: Bool?

    package init(
        host: String, socket: String, to: SocketAddress, from: SocketAddress?, options: [SocketOption] = [],
        series: Series? = nil, blocking: Bool? = nil
    ) {
        self.host = host
        self.socket = socket
        self.to = to
        self.from = from
        self.options = options
        self.series = series
        self.blocking = blocking
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
            call.from?.port &+= UInt16(truncatingIfNeeded: index)
            return call
        }
    }
}
