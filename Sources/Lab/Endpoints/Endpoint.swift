import Model

/// A socket of the plan with its name, and the calls on it that have not ended.
final class Endpoint {
    let name: String
    let host: String
    let socket: StreamSocket
    /// The place on the timeline of the connect() that is going on.
    var pending: Int?
    /// That connect(), where a thread sleeps in it.
    var blocked: BlockingConnect?
    var sending: Transfer?
    var receiving: Transfer?
    /// What connect() was called for, where it is one of several calls.
    var series: ConnectSeries?
    var isListening = false
    /// What the reactor was asked to tell of.
    var watched: Reactor.Readiness = []

    init(_ name: String, host: String, socket: StreamSocket) {
        self.name = name
        self.host = host
        self.socket = socket
    }

    deinit { blocked?.abandon(socket) }

    var isIdle: Bool { pending == nil && sending == nil && receiving == nil }

    /// A send or a receive that has not ended.
    struct Transfer {
        /// The place of the call on the timeline.
        var call: Int
        /// Bytes still to come or to go; `nil`: all there are.
        var left: Int?
    }
}

/// Both ends of a socket's connection, kept when the socket has been closed.
struct Ends {
    var host: String
    var local: SocketAddress
    /// `nil`: a listener.
    var remote: SocketAddress?
}
