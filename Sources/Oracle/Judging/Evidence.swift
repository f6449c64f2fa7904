import Model

/// A record, asked the questions that judging needs.
struct Evidence {
    struct Packet {
        var at: Nanoseconds
        var event: PacketEvent
    }

    let record: RunRecord
    let packets: [Packet]

    init(_ record: RunRecord) {
        self.record = record
        packets = record.events.compactMap { event in
            if case .packet(let packet) = event.what { Packet(at: event.at, event: packet) } else { nil }
        }
    }

    /// The first call of that kind on a socket, with the time it started.
    func call(_ name: String, of socket: String) -> (at: Nanoseconds, event: CallEvent)? {
        for event in record.events {
            if case .call(let call) = event.what, call.socket == socket, call.call == name { return (event.at, call) }
        }
        return nil
    }

    /// When the same host makes the next such call with the same two ends.
    func nextCall(_ name: String, after call: (at: Nanoseconds, event: CallEvent)) -> Nanoseconds? {
        record.events.lazy.compactMap { event -> Nanoseconds? in
            guard case .call(let other) = event.what, event.at > call.at, other.call == name,
                other.host == call.event.host, other.remote == call.event.remote,
                other.local == nil || call.event.local == nil || other.local == call.event.local
            else { return nil }
            return event.at
        }.min()
    }

    /// What a host's taps saw of one direction.
    func packets(at host: String, _ direction: PacketEvent.Direction) -> [Packet] {
        packets.filter { $0.event.host == host && $0.event.direction == direction }
    }

    /// Why a host's taps cannot be relied on; `nil` when they can.
    func blindness(of host: String) -> String? {
        let taps = record.taps.filter { $0.host == host }
        guard !taps.isEmpty else { return "there is no tap at \(host)" }
        let lost = taps.map(\.lost).reduce(0, +)
        let undecidable = taps.map(\.undecidable).reduce(0, +)
        if undecidable > 0 { return "the tap at \(host) saw \(undecidable) frames that no selector can judge" }
        return lost > 0 ? "the tap at \(host) lost \(lost) frames" : nil
    }

    /// When the last thing happened.
    var end: Nanoseconds {
        record.events.map { event in
            if case .call(let call) = event.what { return call.ended ?? event.at }
            return event.at
        }.max() ?? .zero
    }
}
