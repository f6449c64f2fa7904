import Model
import Oracle

/// A ladder in few bytes, since a page has hundreds of them.
struct PageLadder: Sendable, Encodable {
    /// From left to right.
    let hosts: [String]
    /// When the first rung was, on the record's timeline.
    let origin: Nanoseconds
    let rungs: [Rung]
    let states: [Lane]

    /// An array: what; from and to, as indices of hosts (-1: none); nanoseconds since the first rung (-1: unknown);
    /// "lost" or ""; the connection.
    struct Rung: Sendable, Encodable {
        var what: String
        var from: Int
        var to: Int
        var at: Int64
        var isLost: Bool
        var isFlood: Bool
        var connection: String

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(what)
            try container.encode(from)
            try container.encode(to)
            try container.encode(at)
            try container.encode(isLost ? "lost" : isFlood ? "flood" : "")
            try container.encode(connection)
        }
    }

    /// The states of one end of a connection. An array: its host, as an index; the connection; and for each state in
    /// turn its name, when it was first seen, and when the kernel last said something else (-1: nobody had asked), both
    /// in nanoseconds since the first rung.
    struct Lane: Sendable, Encodable {
        var host: Int
        var connection: String
        var states: [(name: String, at: Int64, unseenSince: Int64)]

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(host)
            try container.encode(connection)
            for state in states {
                try container.encode(state.name)
                try container.encode(state.at)
                try container.encode(state.unseenSince)
            }
        }
    }

    init(_ record: RunRecord) {
        let ladder = Ladder(record).brief
        let origin = ladder.origin ?? .zero
        hosts = ladder.hosts
        self.origin = origin
        func place(_ host: String?) -> Int { host.flatMap { ladder.hosts.firstIndex(of: $0) } ?? -1 }
        rungs = ladder.rungs.map { rung in
            Rung(
                what: rung.what, from: place(rung.host), to: place(rung.to), at: rung.window?.from.value ?? -1,
                isLost: rung.fate == .lost, isFlood: rung.isFlood, connection: rung.connection ?? "")
        }
        states = Self.lanes(record, since: origin, hosts: ladder.hosts)
    }

    /// A reader does not follow more connections than that, and of many more the runner does not follow all.
    private static let mostLanes = 12

    private struct End: Hashable {
        var host: String
        var local: SocketAddress
        var remote: SocketAddress
    }

    private static func lanes(_ record: RunRecord, since origin: Nanoseconds, hosts: [String]) -> [Lane] {
        var names: [Set<SocketAddress>: String] = [:]
        var order: [End] = []
        var lanes: [End: Lane] = [:]
        for event in record.events {
            switch event.what {
            case .call(let call):
                if call.call == "connect", let local = call.local, let remote = call.remote {
                    names[[local, remote]] = call.socket
                }
            case .state(let state):
                let end = End(host: state.host, local: state.local, remote: state.remote)
                guard let host = hosts.firstIndex(of: state.host) else { continue }
                if lanes[end] == nil {
                    order.append(end)
                    lanes[end] = Lane(host: host, connection: "", states: [])
                }
                lanes[end]?.states.append(
                    (state.state, (event.at - origin).value, state.unseenSince.map { ($0 - origin).value } ?? -1))
            default: continue
            }
        }
        guard order.count <= mostLanes else { return [] }
        return order.compactMap { end in
            var lane = lanes[end]
            lane?.connection = names[[end.local, end.remote]] ?? ""
            return lane
        }
    }
}
