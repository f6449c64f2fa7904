import Model

extension Evidence {
    /// A state that began at some time between two looks.
    struct Sight {
        var unseenSince: Nanoseconds
        var at: Nanoseconds

        var interval: Interval { Interval(unseenSince, at) }

        /// Whether the two looks are further apart than a silence since `armed` and a machine that is late by no more than
        /// `Punctuality.cap` make them (`StateWatcher`): then nobody knows when it was.
        func isBlurred(since armed: Nanoseconds) -> Bool {
            at - unseenSince > Punctuality.cap + Nanoseconds(max(0, (at - armed).value) / 64)
        }
    }

    /// Why what is known of an end cannot be relied on; `nil` when it can.
    func blindness(of end: StreamPlan.End) -> String? {
        if let blindness = blindness(of: end.host) { return blindness }
        let isWatched = !states(end.host, end.local, end.remote).isEmpty
        return isWatched ? nil : "nobody looked at the states of \(end.socket)"
    }

    /// When an end was seen to be gone, once it had been there; `nil`: it was not.
    func leaving(_ end: StreamPlan.End, since: Nanoseconds) -> Sight? {
        states(end.host, end.local, end.remote).first { $0.at >= since && $0.state.state == StateEvent.gone }
            .map { Sight(unseenSince: $0.state.unseenSince ?? since, at: $0.at) }
    }

    /// When an end was first seen in a state.
    func entering(_ state: String, _ end: StreamPlan.End, since: Nanoseconds) -> Sight? {
        states(end.host, end.local, end.remote).first { $0.at >= since && $0.state.state == state }
            .map { Sight(unseenSince: $0.state.unseenSince ?? since, at: $0.at) }
    }

    /// What an end sends, from its own tap.
    func sent(by end: StreamPlan.End) -> [Packet] {
        packets(at: end.host, .sent).filter {
            $0.event.segment.source == end.local && $0.event.segment.destination == end.remote
        }
    }

    /// What gets through to an end, from its own tap.
    func received(by end: StreamPlan.End) -> [Packet] {
        packets(at: end.host, .received).filter {
            $0.event.takenBy == nil && $0.event.segment.source == end.remote
                && $0.event.segment.destination == end.local
        }
    }

    /// The first such packet since a call, and what is sent again of it.
    func repeats(
        of end: StreamPlan.End, since: Nanoseconds, where isOne: (Segment) -> Bool
    ) -> [Packet] {
        let all = sent(by: end).filter { $0.at >= since - Punctuality.allowedDrift && isOne($0.event.segment) }
        guard let first = all.first else { return [] }
        return all.filter { $0.event.segment.sequence == first.event.segment.sequence }
    }

    /// Whether something that an end sent before then had not been acknowledged by then.
    func isInFlight(of end: StreamPlan.End, at time: Nanoseconds) -> Bool {
        let answers = received(by: end).filter { $0.at <= time && $0.event.segment.flags.contains(.ack) }
        return sent(by: end).contains { packet in
            packet.at < time && packet.event.segment.length > 0
                && !answers.contains { $0.event.segment.acknowledges(packet.event.segment) }
        }
    }

    /// The first acknowledgement of all of a packet that gets through to the end which sent it.
    func answer(to packet: Packet, of end: StreamPlan.End) -> Packet? {
        received(by: end).first { answer in
            answer.at >= packet.at && answer.event.segment.flags.contains(.ack)
                && answer.event.segment.acknowledges(packet.event.segment)
        }
    }

    /// The longest that an acknowledgement took to come, of those that came to an end until then, as its tap saw it. TCP
    /// takes its own time when it gets to the packet, so how late the machine was then is added.
    func longestRoundTrip(of end: StreamPlan.End, until: Nanoseconds) -> Nanoseconds {
        let punctuality = Punctuality(record)
        let trips = sent(by: end).filter { $0.at < until && $0.event.segment.length > 0 }.compactMap { packet in
            answer(to: packet, of: end).flatMap { answer in
                answer.at <= until ? answer.at - packet.at + punctuality.lateness(at: answer.at) : nil
            }
        }
        return trips.max() ?? LatenessReport.threshold
    }
}

extension Segment {
    /// Whether all of another segment, of the other direction, is acknowledged (RFC 9293 section 3.4: modulo 2³²).
    func acknowledges(_ other: Segment) -> Bool {
        Int32(bitPattern: acknowledgment &- other.next) >= 0
    }
}
