/// One action of a plan. Steps start in order; a later one waits for this one unless `awaited` is false.
package struct Step: Sendable, Hashable, Codable {
    package var action: Action
    package var awaited: Bool
    /// What `without:` and reports call it.
    package var name: String?
    package var origin: SourceLocation?

    package init(_ action: Action, awaited: Bool = true, name: String? = nil, origin: SourceLocation? = nil) {
        self.action = action
        self.awaited = awaited
        self.name = name
        self.origin = origin
    }
}

/// What the runner can be told to do. Sockets are named by the scenario's `as:`.
package enum Action: Sendable, Hashable {
    case listen(Listen)
    case accept(Accept)
    case connect(Connect)
    case close(Close)
    case fault(FaultSwitch)
    case wait(Wait)
}

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

/// Takes connections off a listener's accept queue.
package struct Accept: Sendable, Hashable, Codable {
    package var listener: String
    /// The accepted sockets' name; the nth of several is `NAME#n`.
    package var socket: String
    package var count: Int
    package var atMost: Nanoseconds

    package init(listener: String, socket: String, count: Int = 1, atMost: Nanoseconds) {
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

    package init(
        host: String, socket: String, to: SocketAddress, from: SocketAddress?, options: [SocketOption] = []
    ) {
        self.host = host
        self.socket = socket
        self.to = to
        self.from = from
        self.options = options
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

package struct FaultSwitch: Sendable, Hashable, Codable {
    package var fault: String
    package var on: Bool

    package init(fault: String, on: Bool) {
        self.fault = fault
        self.on = on
    }
}

package struct Wait: Sendable, Hashable, Codable {
    package enum Condition: Sendable, Hashable, Codable {
        case duration(Nanoseconds)
        /// The call of that socket has ended, however.
        case call(socket: String)
        /// That many packets have matched at a host's tap since the run began.
        case packets(selector: Selector, host: String, count: Int)
    }

    package var until: Condition
    /// The wait gives up after this long, which is written down as a shortfall.
    package var atMost: Nanoseconds

    package init(until: Condition, atMost: Nanoseconds) {
        self.until = until
        self.atMost = atMost
    }
}

extension Action: Codable {
    private enum Key: String, CodingKey { case listen, accept, connect, close, fault, wait }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an action has exactly one known verb"))
        }
        self =
            switch key {
            case .listen: .listen(try container.decode(Listen.self, forKey: key))
            case .accept: .accept(try container.decode(Accept.self, forKey: key))
            case .connect: .connect(try container.decode(Connect.self, forKey: key))
            case .close: .close(try container.decode(Close.self, forKey: key))
            case .fault: .fault(try container.decode(FaultSwitch.self, forKey: key))
            case .wait: .wait(try container.decode(Wait.self, forKey: key))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .listen(let value): try container.encode(value, forKey: .listen)
        case .accept(let value): try container.encode(value, forKey: .accept)
        case .connect(let value): try container.encode(value, forKey: .connect)
        case .close(let value): try container.encode(value, forKey: .close)
        case .fault(let value): try container.encode(value, forKey: .fault)
        case .wait(let value): try container.encode(value, forKey: .wait)
        }
    }
}
