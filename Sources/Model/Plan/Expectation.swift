/// One line of a scenario's `expect:`.
package struct Expectation: Sendable, Hashable, Codable {
    package var claim: Claim
    package var origin: SourceLocation?

    package init(_ claim: Claim, origin: SourceLocation? = nil) {
        self.claim = claim
        self.origin = origin
    }
}

/// What is claimed, and of what. Each kind knows its own evidence.
package enum Claim: Sendable, Hashable {
    /// The kernel's rule of that name holds for that socket.
    case law(LawClaim)
    /// How connect() of a socket ends.
    case call(CallClaim)
    /// How many packets a host's tap sees.
    case packets(PacketsClaim)
    /// By how much a host's counters move.
    case counters(CountersClaim)
    /// How long a listener's queue gets.
    case queue(QueueClaim)
    /// Which states a connection's end goes through.
    case state(StateClaim)
    /// What a host's sysctl reads.
    case sysctl(SysctlClaim)
    /// What sockets in one state cost.
    case memory(MemoryClaim)
}

package struct LawClaim: Sendable, Hashable, Codable {
    package var law: String
    /// The socket that the law is about.
    package var of: String

    package init(law: String, of: String) {
        self.law = law
        self.of = of
    }
}

package struct CallClaim: Sendable, Hashable, Codable {
    /// Of a series: each of its calls.
    package var socket: String
    /// `send` or `receive`; `nil`: connect.
    package var call: String?
    package var outcome: CallOutcome
    /// From the call's start to its end.
    package var within: Interval?

    /// The call's name in the record.
    package var name: String { call ?? "connect" }

    package init(socket: String, call: String? = nil, outcome: CallOutcome, within: Interval? = nil) {
        self.socket = socket
        self.call = call
        self.outcome = outcome
        self.within = within
    }
}

package enum CallOutcome: Sendable, Hashable, Codable {
    case returns
    /// With this errno, by its symbol; `nil`: any.
    case fails(errno: String?)
}

package struct PacketsClaim: Sendable, Hashable, Codable {
    package var selector: Selector
    /// Whose tap counts.
    package var host: String
    package var count: CountRange
    /// From the first action.
    package var within: Interval?

    package init(selector: Selector, host: String, count: CountRange, within: Interval? = nil) {
        self.selector = selector
        self.host = host
        self.count = count
        self.within = within
    }
}

package struct CountersClaim: Sendable, Hashable, Codable {
    package var host: String
    /// `TcpExt.TCPTimeouts` → by how much it may have grown.
    package var changes: [String: CountRange]

    package init(host: String, changes: [String: CountRange]) {
        self.host = host
        self.changes = changes
    }
}

/// The two queues of a listener (listen(2); include/net/request_sock.h).
package enum QueueKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Connections that nobody has accepted yet.
    case accept
    /// Request sockets: a SYN has come, the final ACK has not.
    case halfOpen = "half-open"
}

package struct QueueClaim: Sendable, Hashable, Codable {
    package enum Moment: String, Sendable, Hashable, Codable {
        /// The greatest length that was seen.
        case peak
        /// The length at the end.
        case now
    }

    package var listener: String
    package var kind: QueueKind
    package var moment: Moment
    package var length: CountRange

    package init(listener: String, kind: QueueKind, moment: Moment, length: CountRange) {
        self.listener = listener
        self.kind = kind
        self.moment = moment
        self.length = length
    }
}

/// Of a connection's own end. A state that lasts less than a look takes may pass unseen.
package struct StateClaim: Sendable, Hashable, Codable {
    package var socket: String
    /// By the kernel's name without TCP_, or `gone`.
    package var state: String
    /// It is in that state at some time, or at no time.
    package var occurs: Bool

    package init(socket: String, state: String, occurs: Bool) {
        self.socket = socket
        self.state = state
        self.occurs = occurs
    }
}

package struct SysctlClaim: Sendable, Hashable, Codable {
    package var host: String
    package var key: String
    /// Numbers separated by one space each; `nil`: this kernel does not have it.
    package var value: String?

    package init(host: String, key: String, value: String?) {
        self.host = host
        self.key = key
        self.value = value
    }
}

/// One object of the state's own slab cache for each socket; what else they cost is told.
package struct MemoryClaim: Sendable, Hashable, Codable {
    /// By the kernel's name without TCP_.
    package var state: String
    /// How many sockets in that state there are at the most.
    package var count: CountRange

    package init(state: String, count: CountRange) {
        self.state = state
        self.count = count
    }
}

/// A number of things: exact, between two, or at least one.
package struct CountRange: Sendable, Hashable, Codable, CustomStringConvertible {
    package var least: Int
    /// `nil`: no upper bound.
    package var most: Int?

    package init(_ least: Int, _ most: Int?) {
        self.least = least
        self.most = most
    }

    package static func exactly(_ count: Int) -> CountRange { CountRange(count, count) }

    package func contains(_ count: Int) -> Bool { count >= least && count <= (most ?? count) }

    package var description: String {
        switch most {
        case least: "\(least)"
        case let most?: "\(least)..\(most)"
        case nil: "at least \(least)"
        }
    }
}

/// A closed interval of time.
package struct Interval: Sendable, Hashable, Codable, CustomStringConvertible {
    package var from: Nanoseconds
    package var to: Nanoseconds

    package init(_ from: Nanoseconds, _ to: Nanoseconds) {
        self.from = from
        self.to = to
    }

    package func contains(_ time: Nanoseconds) -> Bool { time >= from && time <= to }

    package var description: String { "\(from.fixed(3))–\(to.fixed(3)) s" }
}

extension Claim: Codable {
    private enum Key: String, CodingKey { case law, call, packets, counters, queue, state, sysctl, memory }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an expectation has exactly one known kind"))
        }
        self =
            switch key {
            case .law: .law(try container.decode(LawClaim.self, forKey: key))
            case .call: .call(try container.decode(CallClaim.self, forKey: key))
            case .packets: .packets(try container.decode(PacketsClaim.self, forKey: key))
            case .counters: .counters(try container.decode(CountersClaim.self, forKey: key))
            case .queue: .queue(try container.decode(QueueClaim.self, forKey: key))
            case .state: .state(try container.decode(StateClaim.self, forKey: key))
            case .sysctl: .sysctl(try container.decode(SysctlClaim.self, forKey: key))
            case .memory: .memory(try container.decode(MemoryClaim.self, forKey: key))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .law(let value): try container.encode(value, forKey: .law)
        case .call(let value): try container.encode(value, forKey: .call)
        case .packets(let value): try container.encode(value, forKey: .packets)
        case .counters(let value): try container.encode(value, forKey: .counters)
        case .queue(let value): try container.encode(value, forKey: .queue)
        case .state(let value): try container.encode(value, forKey: .state)
        case .sysctl(let value): try container.encode(value, forKey: .sysctl)
        case .memory(let value): try container.encode(value, forKey: .memory)
        }
    }
}
