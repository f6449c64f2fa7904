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
    case listenAgain(ListenAgain)
    case accept(Accept)
    case connect(Connect)
    case send(Send)
    case receive(Receive)
    case shutdown(Shutdown)
    case close(Close)
    case inject(Inject)
    case replay(Replay)
    case fault(FaultSwitch)
    case set(SysctlWrite)
    case wait(Wait)
}

package struct FaultSwitch: Sendable, Hashable, Codable {
    package var fault: String
    package var on: Bool

    package init(fault: String, on: Bool) {
        self.fault = fault
        self.on = on
    }
}

/// A sysctl of a host, written in the middle of a run.
package struct SysctlWrite: Sendable, Hashable, Codable {
    package var host: String
    package var key: String
    package var value: String

    package init(host: String, key: String, value: String) {
        self.host = host
        self.key = key
        self.value = value
    }
}

package struct Wait: Sendable, Hashable, Codable {
    package enum Condition: Sendable, Hashable, Codable {
        case duration(Nanoseconds)
        /// The call of that socket has ended, however.
        case call(socket: String)
        /// That many packets have matched at a host's tap since the run began.
        case packets(selector: Selector, host: String, count: Int)
        /// A listener's queue has such a length.
        case queue(listener: String, kind: QueueKind, length: CountRange)
        /// A socket's connection is in a state at its own end, by the kernel's name without TCP_, or `gone`.
        case state(socket: String, state: String)
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
    private enum Key: String, CodingKey {
        case listen
        case listenAgain = "listen-again"
        case accept, connect, send, receive, shutdown, close, inject, replay, fault, set, wait
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an action has exactly one known verb"))
        }
        self =
            switch key {
            case .listen: .listen(try container.decode(Listen.self, forKey: key))
            case .listenAgain: .listenAgain(try container.decode(ListenAgain.self, forKey: key))
            case .accept: .accept(try container.decode(Accept.self, forKey: key))
            case .connect: .connect(try container.decode(Connect.self, forKey: key))
            case .send: .send(try container.decode(Send.self, forKey: key))
            case .receive: .receive(try container.decode(Receive.self, forKey: key))
            case .shutdown: .shutdown(try container.decode(Shutdown.self, forKey: key))
            case .close: .close(try container.decode(Close.self, forKey: key))
            case .inject: .inject(try container.decode(Inject.self, forKey: key))
            case .replay: .replay(try container.decode(Replay.self, forKey: key))
            case .fault: .fault(try container.decode(FaultSwitch.self, forKey: key))
            case .set: .set(try container.decode(SysctlWrite.self, forKey: key))
            case .wait: .wait(try container.decode(Wait.self, forKey: key))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .listen(let value): try container.encode(value, forKey: .listen)
        case .listenAgain(let value): try container.encode(value, forKey: .listenAgain)
        case .accept(let value): try container.encode(value, forKey: .accept)
        case .connect(let value): try container.encode(value, forKey: .connect)
        case .send(let value): try container.encode(value, forKey: .send)
        case .receive(let value): try container.encode(value, forKey: .receive)
        case .shutdown(let value): try container.encode(value, forKey: .shutdown)
        case .close(let value): try container.encode(value, forKey: .close)
        case .inject(let value): try container.encode(value, forKey: .inject)
        case .replay(let value): try container.encode(value, forKey: .replay)
        case .fault(let value): try container.encode(value, forKey: .fault)
        case .set(let value): try container.encode(value, forKey: .set)
        case .wait(let value): try container.encode(value, forKey: .wait)
        }
    }
}
