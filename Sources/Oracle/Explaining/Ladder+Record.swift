package import Model

extension Ladder {
    /// As seen: what the taps kept, when each call began and ended, what was switched. Made-up segments are told in one
    /// line where they are many.
    package init(_ record: RunRecord) {
        let seen = SeenRungs(record)
        let rungs = (seen.packets + seen.others).enumerated().sorted { left, right in
            let (one, other) = (left.element.window?.from ?? .zero, right.element.window?.from ?? .zero)
            return one == other ? left.offset < right.offset : one < other
        }
        self.init(rungs.map(\.element), of: record.plan)
    }
}

/// A record as lines of a ladder.
private struct SeenRungs {
    let record: RunRecord
    /// Both ends → the `as` of the connect().
    private let names: [Set<SocketAddress>: String]
    private let floods: Set<Int>

    /// So many made-up segments can be looked at one by one.
    private static let fewMadeUp = 8
    /// A call that lasts no longer has no beginning and end of their own.
    private static let instant = Nanoseconds.milliseconds(1)

    /// The states that no call of the same name tells of.
    private static let unmaking: Set<String> = [
        "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE_WAIT", "LAST_ACK", "CLOSING", StateEvent.gone,
    ]

    init(_ record: RunRecord) {
        self.record = record
        var names: [Set<SocketAddress>: String] = [:]
        for event in record.events {
            if case .call(let call) = event.what, call.call == "connect", let ends = call.ends {
                names[ends] = call.socket
            }
        }
        self.names = names
        floods = Set(
            record.plan.steps.indices.filter { index in
                if case .inject(let inject) = record.plan.steps[index].action {
                    inject.count > Self.fewMadeUp
                } else {
                    false
                }
            })
    }

    // MARK: Packets

    /// Each once: as its sender's tap saw it go, with what its receiver's tap says of its end.
    var packets: [Rung] {
        let evidence = Evidence(record)
        var arrivals: [Segment: [Evidence.Packet]] = [:]
        for packet in evidence.packets.reversed() where packet.event.direction == .received {
            arrivals[packet.event.segment, default: []].append(packet)
        }
        var counted: [Kind: Int] = [:]
        return evidence.packets.compactMap { packet -> Rung? in
            guard packet.event.direction == .sent, !isOfFlood(packet.event.segment) else { return nil }
            let arrival = arrivals[packet.event.segment]?.popLast()
            return rung(packet, arrival, &counted)
        }
    }

    private struct Kind: Hashable {
        var source: SocketAddress
        var destination: SocketAddress
        var title: String
    }

    private func rung(_ sent: Evidence.Packet, _ arrival: Evidence.Packet?, _ counted: inout [Kind: Int]) -> Rung {
        let segment = sent.event.segment
        let kind = Kind(source: segment.source, destination: segment.destination, title: segment.title)
        counted[kind, default: 0] += 1
        // Only what opens and closes a connection is numbered: of ACKs and data there are many by nature.
        let isNumbered = !segment.flags.isDisjoint(with: [.syn, .fin])
        let number = counted[kind] ?? 1
        let lost = arrival.map { $0.event.takenBy != nil } ?? true
        return Rung(
            isNumbered && number > 1 ? "\(segment.title) \(number)" : segment.title, from: sent.event.host,
            to: arrival?.event.host ?? record.plan.line(of: segment.destination.address),
            Interval(sent.at, sent.at), fate: lost ? .lost : .arrives,
            of: names[[segment.source, segment.destination]])
    }

    private func isOfFlood(_ segment: Segment) -> Bool {
        guard !floods.isEmpty, let spoofing = record.plan.spoofing else { return false }
        return spoofing.isMadeUp(segment.source.address) || spoofing.isMadeUp(segment.destination.address)
    }

    // MARK: What is no packet

    var others: [Rung] {
        var listening: Set<String> = []
        return record.events.flatMap { event -> [Rung] in
            switch event.what {
            case .call(let call):
                let isAgain = call.call == "listen" && !listening.insert(call.socket).inserted
                return rungs(of: call, at: event.at, isAgain: isAgain)
            case .fault(let fault):
                let word = fault.change.on ? "on" : "off"
                return [Rung("fault \(fault.change.fault) is switched \(word)", at: nil, event.at)]
            case .sysctl(let write): return [Rung("\(write.key) = \(write.value)", at: write.host, event.at)]
            case .inject(let inject): return rungs(of: inject, at: event.at)
            case .state(let state):
                guard Self.unmaking.contains(state.state) else { return [] }
                return [Rung(state.state, at: state.host, event.at, of: names[[state.local, state.remote]])]
            case .packet, .sockets, .queue, .memory, .step: return []
            }
        }
    }

    private func rungs(of call: CallEvent, at began: Nanoseconds, isAgain: Bool) -> [Rung] {
        guard call.call != "bind" else { return [] }
        let connection = call.ends.flatMap { names[$0] }
        // Of an accepted socket the connection says more than its own name; of a listener nothing does.
        let isOwn = connection == call.socket || connection == nil && call.call == "connect"
        let subject = isOwn || call.call == "accept" && connection != nil ? "" : " of \(call.socket)"
        let name = "\(call.call)()\(isAgain ? " again" : "")\(subject)"
        func rung(_ what: String, _ at: Nanoseconds) -> Rung {
            Rung(what, at: call.host, at, of: connection ?? (isOwn ? call.socket : nil))
        }
        guard let ended = call.ended else {
            return call.call == "accept" ? [] : [rung("\(name) does not end", began)]
        }
        let end = call.errno.map { " fails with \($0)" }
        let lasts = ended - began >= Self.instant || call.call == "connect"
        // Nobody waits for an accept() that was there before its connection.
        guard lasts, call.call != "accept" else { return [rung(name + (end ?? ""), lasts ? ended : began)] }
        return [rung(name, began), rung(name + (end ?? " returns"), ended)]
    }

    /// A flood, told when it begins; and at its end what the kernel counted and the queue had, of the whole run.
    private func rungs(of event: InjectEvent, at time: Nanoseconds) -> [Rung] {
        guard floods.contains(event.step), case .inject(let inject) = record.plan.steps[event.step].action else {
            return []
        }
        let window = Interval(time, time)
        if event.sent == 0, !event.ended { return [StepRungs(record.plan).flood(inject, at: window)] }
        guard event.ended else { return [] }
        let target = record.plan.line(of: inject.to.address)
        let counters = record.counters[target] ?? [:]
        let peak = Evidence(record).record.events.compactMap { event -> Int? in
            if case .queue(let sample) = event.what, sample.host == target { sample.halfOpen } else { nil }
        }.max()
        var words = ["the flood ends"]
        if let peak { words.append("half-open peak \(peak)") }
        for (name, what) in [("TcpExt.SyncookiesSent", "cookies sent"), ("TcpExt.ListenDrops", "SYNs dropped")] {
            if let count = counters[name], count > 0 { words.append("\(Count.text(Int(count))) \(what)") }
        }
        return [Rung(words.joined(separator: ", "), at: target, window)]
    }
}

extension CallEvent {
    fileprivate var ends: Set<SocketAddress>? { local.flatMap { local in remote.map { [local, $0] } } }
}

extension Rung {
    fileprivate init(_ what: String, at host: String?, _ time: Nanoseconds, of connection: String? = nil) {
        self.init(what, at: host, Interval(time, time), of: connection)
    }
}
