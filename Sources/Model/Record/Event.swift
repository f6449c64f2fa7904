/// One entry of a run's timeline.
package struct Event: Sendable, Hashable, Codable {
    /// From the run's origin, which is shortly before its first action; CLOCK_MONOTONIC.
    package var at: Nanoseconds
    package var what: What

    package init(at: Nanoseconds, _ what: What) {
        self.at = at
        self.what = what
    }

    package enum What: Sendable, Hashable {
        case packet(PacketEvent)
        case call(CallEvent)
        case fault(FaultEvent)
        case sockets(SocketSample)
        case state(StateEvent)
        case queue(QueueSample)
        case memory(MemorySample)
        case inject(InjectEvent)
        case sysctl(SysctlWrite)
        case step(StepEvent)
    }
}

/// A packet at a tap, stamped by the kernel.
package struct PacketEvent: Sendable, Hashable, Codable {
    package enum Direction: String, Sendable, Hashable, Codable {
        case received, sent
        /// It came in, but for another host's MAC address (PACKET_OTHERHOST): the tap and clsact ingress see it, IP does
        /// not count it.
        case overheard
    }

    package var host: String
    package var interface: String
    package var direction: Direction
    package var segment: Segment
    /// The fault that took it, by the selector's own predicate at the receiver's tap.
    package var takenBy: String?
    /// Its number in the vantage point's capture file, from 1.
    package var frame: Int

    package init(
        host: String, interface: String, direction: Direction, segment: Segment, takenBy: String? = nil, frame: Int
    ) {
        self.host = host
        self.interface = interface
        self.direction = direction
        self.segment = segment
        self.takenBy = takenBy
        self.frame = frame
    }
}

/// A socket call. Its event's `at` is when it started.
package struct CallEvent: Sendable, Hashable, Codable {
    package var socket: String
    package var host: String
    /// `connect`, `listen`, `accept`, `send`, `receive`, `close` …
    package var call: String
    /// `nil`: it had not ended when the record was closed.
    package var ended: Nanoseconds?
    /// The errno's symbol; `nil` where it succeeded or has not ended.
    package var errno: String?
    /// How much later than it happened the end may have been written down: the runner's thread had work of its own or
    /// waited for a CPU. `nil`: not at all, or the kernel does not tell.
    package var noticedLate: Nanoseconds?
    package var local: SocketAddress?
    package var remote: SocketAddress?

    package init(
        socket: String, host: String, call: String, ended: Nanoseconds?, errno: String? = nil,
        noticedLate: Nanoseconds? = nil, local: SocketAddress? = nil, remote: SocketAddress? = nil
    ) {
        self.socket = socket
        self.host = host
        self.call = call
        self.ended = ended
        self.errno = errno
        self.noticedLate = noticedLate
        self.local = local
        self.remote = remote
    }
}

/// A fault was switched. Its event's `at` is when the filter's exchange began: whether the fault took a packet that came
/// between then and `ended` cannot be told from the time alone.
package struct FaultEvent: Sendable, Hashable, Codable {
    package var change: FaultSwitch
    /// When the kernel had confirmed the exchange.
    package var ended: Nanoseconds

    package init(_ change: FaultSwitch, ended: Nanoseconds) {
        self.change = change
        self.ended = ended
    }
}

/// What sock_diag said of a host's TCP sockets at one moment.
package struct SocketSample: Sendable, Hashable, Codable {
    package var host: String
    package var sockets: [SocketState]
    /// Request sockets of made-up peers: they are counted and not listed.
    package var madeUp: Int?

    package init(host: String, sockets: [SocketState], madeUp: Int? = nil) {
        self.host = host
        self.sockets = sockets
        self.madeUp = madeUp
    }
}

/// A listener's two queues at one moment, and what its host had counted by then.
///
/// The kernel is asked for the request sockets first, for the accept queue next, and for the counters last; what
/// happens in between may be in a later figure and not in an earlier one.
package struct QueueSample: Sendable, Hashable, Codable {
    package var host: String
    /// The listener's name.
    package var listener: String
    /// Request sockets of the listener's port (sock_diag, SYN_RECV).
    package var halfOpen: Int
    /// Connections that wait for accept() (the listener's idiag_rqueue).
    package var accepted: Int
    /// `sk_max_ack_backlog` (the listener's idiag_wqueue).
    package var limit: Int
    /// The growth of `watched` since the run began, as far as this kernel counts them.
    package var counters: [String: Int64]

    package static let watched = [
        "Tcp.InSegs", "Tcp.PassiveOpens", "TcpExt.ListenDrops", "TcpExt.ListenOverflows", "TcpExt.SyncookiesRecv",
        "TcpExt.SyncookiesSent", "TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop",
    ]

    package init(
        host: String, listener: String, halfOpen: Int, accepted: Int, limit: Int, counters: [String: Int64] = [:]
    ) {
        self.host = host
        self.listener = listener
        self.halfOpen = halfOpen
        self.accepted = accepted
        self.limit = limit
        self.counters = counters
    }
}

/// How far an `inject` step has got. There is one at its start, one at its end, and some in between.
package struct InjectEvent: Sendable, Hashable, Codable {
    /// Index into `Plan.steps`.
    package var step: Int
    /// Packets that the kernel has taken so far.
    package var sent: Int
    package var ended: Bool

    package init(step: Int, sent: Int, ended: Bool) {
        self.step = step
        self.sent = sent
        self.ended = ended
    }
}

/// One socket in a sock_diag dump (`struct inet_diag_msg`).
package struct SocketState: Sendable, Hashable, Codable {
    package var local: SocketAddress
    package var remote: SocketAddress
    /// `SYN_SENT`, `ESTABLISHED`, …: the kernel's names without TCP_.
    package var state: String
    /// `off`, `retransmit`, `keepalive`, `time-wait`, `probe`.
    package var timer: String
    /// Time left on it before rounding by the timer wheel.
    package var expires: Nanoseconds
    package var retransmits: Int
    /// For a listener: connections in the accept queue, and its limit.
    package var receiveQueue: Int
    package var sendQueue: Int

    package init(
        local: SocketAddress, remote: SocketAddress, state: String, timer: String, expires: Nanoseconds,
        retransmits: Int, receiveQueue: Int, sendQueue: Int
    ) {
        self.local = local
        self.remote = remote
        self.state = state
        self.timer = timer
        self.expires = expires
        self.retransmits = retransmits
        self.receiveQueue = receiveQueue
        self.sendQueue = sendQueue
    }
}

/// A step of the plan began or ended.
package struct StepEvent: Sendable, Hashable, Codable {
    package var index: Int
    package var began: Bool

    package init(index: Int, began: Bool) {
        self.index = index
        self.began = began
    }
}

extension Event.What: Codable {
    private enum Key: String, CodingKey {
        case packet, call, fault, sockets, state, queue, memory, inject, sysctl, step
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an event has exactly one known kind"))
        }
        self =
            switch key {
            case .packet: .packet(try container.decode(PacketEvent.self, forKey: key))
            case .call: .call(try container.decode(CallEvent.self, forKey: key))
            case .fault: .fault(try container.decode(FaultEvent.self, forKey: key))
            case .sockets: .sockets(try container.decode(SocketSample.self, forKey: key))
            case .state: .state(try container.decode(StateEvent.self, forKey: key))
            case .queue: .queue(try container.decode(QueueSample.self, forKey: key))
            case .memory: .memory(try container.decode(MemorySample.self, forKey: key))
            case .inject: .inject(try container.decode(InjectEvent.self, forKey: key))
            case .sysctl: .sysctl(try container.decode(SysctlWrite.self, forKey: key))
            case .step: .step(try container.decode(StepEvent.self, forKey: key))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .packet(let value): try container.encode(value, forKey: .packet)
        case .call(let value): try container.encode(value, forKey: .call)
        case .fault(let value): try container.encode(value, forKey: .fault)
        case .sockets(let value): try container.encode(value, forKey: .sockets)
        case .state(let value): try container.encode(value, forKey: .state)
        case .queue(let value): try container.encode(value, forKey: .queue)
        case .memory(let value): try container.encode(value, forKey: .memory)
        case .inject(let value): try container.encode(value, forKey: .inject)
        case .sysctl(let value): try container.encode(value, forKey: .sysctl)
        case .step(let value): try container.encode(value, forKey: .step)
        }
    }
}
