import Model

/// The packets of a record by host, connection and direction, without ports, sequence numbers and times of day.
struct Flows {
    /// One connect() with what came of it, or all that belongs to none.
    struct Connection: Hashable {
        /// `nil`: no call of the run made it.
        var socket: String?
        var remote: SocketAddress?
    }

    struct Key: Hashable {
        var host: String
        var connection: Connection
        var direction: PacketEvent.Direction

        var words: String {
            "\(direction.rawValue) by \(host)" + ", "
                + (connection.socket.map { "connection \($0)" } ?? "no connection")
        }
    }

    /// What one packet is, as far as two runs can be compared.
    struct Item: Hashable, CustomStringConvertible {
        var kind: String
        /// The same piece of the same connection has been seen here before.
        var again: Bool
        var takenBy: String?

        var description: String { kind + (again ? " again" : "") + (takenBy.map { " (lost by \($0))" } ?? "") }

        /// Part of making a connection.
        var isHandshake: Bool { kind.hasPrefix("SYN") || kind.hasPrefix("RST") }
    }

    /// Packets in a row that are told as one: ACKs and pieces of data come in as many parts as it happens.
    struct Entry {
        var item: Item
        var at: Nanoseconds
        /// The last one's.
        var acknowledgment: UInt32
    }

    private(set) var flows: [Key: [Entry]] = [:]
    /// All items, each by itself, for counting.
    private(set) var items: [Key: [Item]] = [:]
    let end: Nanoseconds
    /// When steps and calls of the run began or ended, by whatever host.
    private let actions: [Nanoseconds]
    /// When packets came, by host.
    private let arrivals: [String: [Nanoseconds]]

    init(_ evidence: Evidence) {
        end = evidence.end
        actions = evidence.record.events.flatMap { event -> [Nanoseconds] in
            switch event.what {
            case .step: [event.at]
            case .call(let call): [event.at, call.ended].compactMap(\.self)
            default: []
            }
        }
        arrivals = Dictionary(grouping: evidence.packets.filter { $0.event.direction == .received }) { $0.event.host }
            .mapValues { $0.map(\.at) }
        let calls = evidence.record.events.compactMap { event -> (at: Nanoseconds, call: CallEvent)? in
            if case .call(let call) = event.what, call.call == "connect" { (event.at, call) } else { nil }
        }
        var seen: Set<Piece> = []
        for packet in evidence.packets where packet.event.direction != .overheard {
            let segment = packet.event.segment
            let connection = Self.connection(of: packet, calls)
            let key = Key(host: packet.event.host, connection: connection, direction: packet.event.direction)
            let kind = Self.kind(segment)
            let isPlain = kind == "ACK"
            let piece = Piece(
                key: key, kind: kind, source: segment.source, destination: segment.destination,
                sequence: segment.sequence)
            let again = !isPlain && !seen.insert(piece).inserted
            let item = Item(kind: kind, again: again, takenBy: packet.event.takenBy)
            items[key, default: []].append(item)
            var entry = Entry(item: item, at: packet.at, acknowledgment: segment.acknowledgment)
            if isPlain || kind == "data", !again, let last = flows[key]?.last, last.item == item {
                entry.at = last.at
                flows[key]?.removeLast()
            }
            flows[key, default: []].append(entry)
        }
    }

    /// Without ACKs that a FIN repeats right after them: whether the timer of delayed ACKs (`tcp_delack_timer()`) came before
    /// close() depends on where in a jiffy it was armed.
    static func withoutLoneAcks(_ entries: [Entry]) -> [Item] {
        entries.indices.filter { index in
            let next = index + 1 < entries.count ? entries[index + 1] : nil
            return entries[index].item.kind != "ACK" || next?.item.kind != "FIN"
                || next?.acknowledgment != entries[index].acknowledgment
        }.map { entries[$0].item }
    }

    /// What is sent so soon after something happened is taken for its consequence, and not for a timer's.
    private static let promptly = Nanoseconds.milliseconds(50)

    /// Whether a packet left promptly after one came, or after the run did something.
    func isAnswer(_ entry: Entry, at host: String) -> Bool {
        let window = Interval(entry.at - Self.promptly, entry.at + Punctuality.allowedDrift)
        return (actions + (arrivals[host] ?? [])).contains { window.contains($0) }
    }

    private struct Piece: Hashable {
        var key: Key
        var kind: String
        var source: SocketAddress
        var destination: SocketAddress
        var sequence: UInt32
    }

    private static func kind(_ segment: Segment) -> String {
        let flags = segment.flags.intersection(.deciding)
        let names: [String] = [
            flags.contains(.syn) ? "SYN" : nil, flags.contains(.fin) ? "FIN" : nil, flags.contains(.rst) ? "RST" : nil,
            flags == [.syn, .ack] ? "ACK" : nil,
        ].compactMap(\.self)
        if names.isEmpty { return segment.payload > 0 ? "data" : "ACK" }
        return names.joined(separator: "+")
    }

    /// The last connect() before the packet with the same two ends.
    private static func connection(
        of packet: Evidence.Packet, _ calls: [(at: Nanoseconds, call: CallEvent)]
    ) -> Connection {
        let (source, destination) = (packet.event.segment.source, packet.event.segment.destination)
        func joins(_ local: SocketAddress, _ remote: SocketAddress, _ call: CallEvent) -> Bool {
            call.remote == remote && (call.local.map { $0 == local || $0.port == 0 } ?? true)
        }
        let owner = calls.last { at, call in
            at <= packet.at + Punctuality.allowedDrift
                && (joins(source, destination, call) || joins(destination, source, call))
        }
        return Connection(socket: owner?.call.socket, remote: owner?.call.remote)
    }
}
