package import Model

/// One line of a ladder: a packet on its way from one host to another, or something that happens at one of them.
package struct Rung: Sendable, Hashable, Codable {
    package enum Fate: String, Sendable, Hashable, Codable {
        case arrives
        /// A fault took it, or nobody has its destination.
        case lost
    }

    /// When, counted from the ladder's first line; `nil`: after the line before it, and nobody says how long.
    package var window: Interval?
    /// Whether it must happen; otherwise it may.
    package var certain = true
    /// Who sends, or where it happens; `nil` for what the harness does.
    package var host: String?
    /// Who receives; `nil` for what happens at one host.
    package var to: String?
    /// `SYN 2`, `connect()`, `connect() fails with ETIMEDOUT`.
    package var what: String
    /// What the receiver made of it: `dropped, no room`.
    package var remark: String?
    /// Of a packet.
    package var fate: Fate?
    /// Whether it stands for a flood, which nobody would draw one by one.
    package var isFlood = false
    /// The `as` of the connect() that it belongs to.
    package var connection: String?

    /// At one host, or with `nil` at none.
    package init(_ what: String, at host: String?, _ window: Interval?, of connection: String? = nil) {
        self.what = what
        self.host = host
        self.window = window
        self.connection = connection
    }

    package init(
        _ what: String, from: String, to: String, _ window: Interval?, fate: Fate = .arrives, remark: String? = nil,
        of connection: String? = nil
    ) {
        self.init(what, at: from, window, of: connection)
        self.to = to
        self.fate = fate
        self.remark = remark
    }

    package var isPacket: Bool { to != nil }
}

extension Segment {
    /// `SYN+ACK`, `data 10 B`: what decides over the life of a connection, and how much it carries.
    var title: String {
        let kinds: [(TCPFlags, String)] = [(.syn, "SYN"), (.fin, "FIN"), (.rst, "RST")]
        let names = kinds.filter { flags.contains($0.0) }.map(\.1)
        let data = payload > 0 ? ["data \(payload) B"] : []
        // That a segment acknowledges something is told where nothing else is: every one does but the first.
        let isAnswer = flags.contains(.ack) && (flags.contains(.syn) || names.isEmpty && data.isEmpty)
        return (data + names + (isAnswer ? ["ACK"] : [])).joined(separator: "+")
    }
}

extension [Rung] {
    /// What has no time stays behind the line before it.
    var inOrderOfTime: [Rung] {
        var last = Nanoseconds.zero
        let timed = enumerated().map { offset, rung in
            last = rung.window?.from ?? last
            return (at: last, offset: offset, rung: rung)
        }
        return timed.sorted { ($0.at, $0.offset) < ($1.at, $1.offset) }.map(\.rung)
    }
}
