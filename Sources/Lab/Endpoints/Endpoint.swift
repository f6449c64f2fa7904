import Model

/// A socket of the plan with its name, and the call on it that has not ended.
final class Endpoint {
    let name: String
    let host: String
    let socket: StreamSocket
    /// The place on the timeline of the connect() that is going on.
    var pending: Int?

    init(_ name: String, host: String, socket: StreamSocket) {
        self.name = name
        self.host = host
        self.socket = socket
    }
}
