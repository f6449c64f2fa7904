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

    /// Calls of that kind on a socket, or on each of a series, in their order.
    func calls(_ name: String, of socket: String) -> [(at: Nanoseconds, event: CallEvent)] {
        record.events.compactMap { event in
            guard case .call(let call) = event.what, call.call == name,
                call.socket == socket || call.socket.hasPrefix("\(socket)#")
            else { return nil }
            return (event.at, call)
        }
    }

    /// When the first SYN of a connect() left.
    func firstSyn(of socket: String) -> Nanoseconds? {
        guard let call = call("connect", of: socket) else { return nil }
        return packets(at: call.event.host, .sent).first { packet in
            PacketKind.syn.matches(packet.event.segment) && packet.event.segment.source == call.event.local
                && packet.event.segment.destination == call.event.remote
                && packet.at >= call.at - Punctuality.allowedDrift
        }?.at
    }

    /// When one of a connection's two ends was closed first: what comes later is no answer to its handshake.
    func closing(of connect: CallEvent) -> Nanoseconds? {
        record.events.lazy.compactMap { event -> Nanoseconds? in
            guard case .call(let call) = event.what, call.call == "close" else { return nil }
            let isOwn = call.local == connect.local && call.remote == connect.remote
            return isOwn || call.local == connect.remote && call.remote == connect.local ? event.at : nil
        }.min()
    }

    /// What was seen of a listener's queues, in order of time.
    func queueSamples(of listener: String) -> [(at: Nanoseconds, queue: QueueSample)] {
        record.events.compactMap { event in
            if case .queue(let sample) = event.what, sample.listener == listener { (event.at, sample) } else { nil }
        }
    }

    /// The states that a connection's own end went through, in order of time.
    func states(of socket: String) -> [(at: Nanoseconds, state: StateEvent)] {
        guard let own = end(of: socket) else { return [] }
        return states(own.host, own.local, own.remote)
    }

    func states(
        _ host: String, _ local: SocketAddress, _ remote: SocketAddress
    ) -> [(at: Nanoseconds, state: StateEvent)] {
        record.events.compactMap { event in
            guard case .state(let state) = event.what, state.host == host, state.local == local,
                state.remote == remote
            else { return nil }
            return (event.at, state)
        }
    }

    /// Where a connection that a connect() or an accept() made has its own end.
    func end(of socket: String) -> (host: String, local: SocketAddress, remote: SocketAddress)? {
        guard let call = call("connect", of: socket) ?? call("accept", of: socket), let local = call.event.local,
            let remote = call.event.remote
        else { return nil }
        return (call.event.host, local, remote)
    }

    /// When a step began, and ended.
    func step(_ index: Int) -> (began: Nanoseconds, ended: Nanoseconds?)? {
        var began: Nanoseconds?
        for event in record.events {
            guard case .step(let step) = event.what, step.index == index else { continue }
            if step.began { began = event.at } else if let began { return (began, event.at) }
        }
        return began.map { ($0, nil) }
    }

    /// The beginning and the end of an `inject` step, and how many packets were sent.
    func injection(_ index: Int) -> (began: Nanoseconds, ended: Nanoseconds?, sent: Int)? {
        var found: (began: Nanoseconds, ended: Nanoseconds?, sent: Int)?
        for event in record.events {
            guard case .inject(let inject) = event.what, inject.step == index else { continue }
            found = (found?.began ?? event.at, inject.ended ? event.at : nil, inject.sent)
        }
        return found
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

    /// How long a packet was on its way, as the taps at both ends saw it; zero where only one did. That is no time of
    /// TCP's: on a busy machine whoever takes it in may have to wait (`process_backlog()`).
    func underway(_ packet: Packet) -> Nanoseconds {
        let isSent = packet.event.direction == .sent
        let distances = packets.lazy.filter { other in
            other.event.host != packet.event.host && other.event.segment == packet.event.segment
                && other.event.direction == (isSent ? .received : .sent)
        }.map { isSent ? $0.at - packet.at : packet.at - $0.at }
        return distances.filter { $0 >= .zero }.min() ?? .zero
    }

    /// Segments that came to a host for one of its own addresses: those that its taps kept, and how many they counted and
    /// did not keep. What comes for a made-up address vanishes, what a router passes on is for others, and no TCP gets it.
    func received(by host: String) -> (kept: [Packet], unsampled: Int) {
        let own = Set((record.plan.host(host)?.interfaces ?? []).flatMap(\.addresses).map(\.address))
        let kept = packets(at: host, .received).filter { own.contains($0.event.segment.destination.address) }
        guard let spoofing = record.plan.spoofing, host != spoofing.host else { return (kept, 0) }
        return (kept, record.taps.filter { $0.host == host }.compactMap(\.unsampled).reduce(0, +))
    }

    /// Segments from made-up addresses that reached a host, kept or not.
    func madeUp(at host: String) -> Int {
        let received = received(by: host)
        return received.unsampled
            + received.kept.count { record.plan.spoofing?.isMadeUp($0.event.segment.source.address) ?? false }
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
