import Model

/// The SYNs and the end of one connect(), each against its window: relative to the packet before it, as it was seen.
struct ConnectFinding {
    private let schedule: Schedule
    private let wheel: TimerWheel
    private let windows: WindowJudge
    private let call: (at: Nanoseconds, event: CallEvent)
    private var syns: [Evidence.Packet]
    /// The first SYN+ACK or RST that reached the client.
    private let answer: Evidence.Packet?
    /// What the link took in all for the last SYN and the answer, as the taps at its ends saw it.
    private let underway: Nanoseconds
    private var rows: [Finding.Row] = []

    /// `nil` where the connect() call is not in the record.
    init?(_ schedule: Schedule, of socket: String, in evidence: Evidence) {
        guard let call = evidence.call("connect", of: socket), let remote = call.event.remote else { return nil }
        self.schedule = schedule
        self.call = call
        wheel = TimerWheel(evidence.record.facts)
        windows = WindowJudge(evidence, origin: call.at)
        // The same two ends may be used again by a later call.
        let until = evidence.nextCall("connect", after: call)
        func belongs(_ packet: Evidence.Packet, _ source: SocketAddress, _ destination: SocketAddress) -> Bool {
            destination == remote && (call.event.local.map { $0.port == 0 || $0 == source } ?? true)
                && packet.at >= call.at - Punctuality.allowedDrift && until.map { packet.at < $0 } ?? true
        }
        syns = evidence.packets(at: call.event.host, .sent).filter {
            PacketKind.syn.matches($0.event.segment)
                && belongs($0, $0.event.segment.source, $0.event.segment.destination)
        }
        // Who was told early may keep a socket that goes on.
        if case .unreachable(0, _) = schedule.ending, let ended = call.event.ended { syns.removeAll { $0.at > ended } }
        answer = evidence.packets(at: call.event.host, .received).first {
            let segment = $0.event.segment
            return $0.event.takenBy == nil && belongs($0, segment.destination, segment.source)
                && (PacketKind.synAck.matches(segment) || PacketKind.rst.matches(segment))
        }
        underway = [syns.last, answer].compactMap(\.self).map { evidence.underway($0) }.reduce(.zero, +)
        compare()
    }

    var verdict: Verdict { rows.map(\.verdict).max() ?? .fail }

    var comparison: [Finding.Row] { rows }

    /// `6 SYNs, then connect() failed with ETIMEDOUT after 7.140 s`.
    var seen: String {
        let number = "\(syns.count) SYN\(syns.count == 1 ? "" : "s")"
        guard let ended = call.event.ended else { return "\(number), and connect() had not ended" }
        let outcome = call.event.errno.map { "failed with \($0)" } ?? "returned"
        return "\(number), then connect() \(outcome) after \((ended - call.at).fixed(3)) s"
    }

    private mutating func compare() {
        guard let first = syns.first else {
            rows.append(WindowJudge.missing("SYN 1"))
            return
        }
        // When a call makes its packet is the harness's affair, not a timer's; but beyond the cap nothing is sure.
        let started = Interval(call.at, call.at + Punctuality.cap)
        add("SYN 1", started, seen: first.at, frame: first.event.frame, armed: call.at)
        for (index, timer) in schedule.timers.enumerated() where index < syns.count {
            let elapsed = syns[index].at - first.at
            let behind = windows.punctuality.lateness(at: syns[index].at)
            let relative = timer.firing(after: Interval(elapsed, elapsed), behind: behind, wheel: wheel)
            let window = Interval(first.at + relative.from, first.at + relative.to)
            let next = index + 1 < syns.count ? syns[index + 1] : nil
            if let next {
                repeated(next, index: index, timer: timer, window: window, first: first)
            } else {
                ended(index: index, timer: timer, window: window, first: first)
            }
        }
        for (index, syn) in syns.enumerated().dropFirst(schedule.timers.count + 1) { surplus(syn, index) }
    }

    /// One more SYN was seen after timer `index`.
    private mutating func repeated(
        _ syn: Evidence.Packet, index: Int, timer: RetransmissionTimer, window: Interval, first: Evidence.Packet
    ) {
        let answered = answer.map { $0.at < syn.at } ?? false
        let tooMany = schedule.ending.answered.map { index >= $0.latest } ?? false
        if answered || tooMany || timer.fate == .givesUp { return surplus(syn, index + 1) }
        var window = window
        if case .givesUpAfter(let limit) = timer.fate {
            window.to = min(window.to, first.at + limit + RetransmissionTimer.clockStep)
        }
        add("SYN \(index + 2)", window, seen: syn.at, frame: syn.event.frame, armed: syns[index].at)
    }

    private mutating func surplus(_ syn: Evidence.Packet, _ index: Int) {
        rows.append(windows.surplus("SYN \(index + 1)", at: syn.at, frame: syn.event.frame))
    }

    /// No SYN was seen after timer `index` was armed.
    private mutating func ended(index: Int, timer: RetransmissionTimer, window: Interval, first: Evidence.Packet) {
        let armed = syns[index].at
        // Taps tell of TCP alone.
        if case .unreachable(let after, _) = schedule.ending, index >= after {
            return end(in: Interval(armed, armed), armed: armed)
        }
        if let answered = schedule.ending.answered, index >= answered.earliest {
            let from = max(armed, syns[answered.earliest].at + answered.delay)
            // The SYN that gets through for certain is answered at once; before it, the server's own timer may be first.
            let latest = (index == answered.latest ? from : max(window.to, from)) + min(underway, Punctuality.cap)
            let arrival = Interval(from, latest)
            let kind: PacketKind = schedule.ending.errno == nil ? .synAck : .rst
            let isRight = answer.map { kind.matches($0.event.segment) } ?? false
            add(
                "\(kind.title) arrives", arrival, seen: isRight ? answer?.at : nil,
                frame: isRight ? answer?.event.frame : nil, armed: armed)
            if let answer, !isRight {
                let other: PacketKind = kind == .rst ? .synAck : .rst
                rows.append(windows.surplus("\(other.title) arrives", at: answer.at, frame: answer.event.frame))
            }
            let delivered = answer?.at ?? arrival.to
            return end(in: Interval(delivered, delivered), armed: armed)
        }
        switch timer.fate {
        case .retransmits:
            add("SYN \(index + 2)", window, seen: nil, armed: armed)
            // Nothing is said of later times once a SYN is missing.
            guard call.event.ended != nil else { return }
            rows.append(
                Finding.Row(
                    verdict: endsAsExpected ? .pass : .fail, what: schedule.ending.outcome, window: nil,
                    seen: call.event.ended.map { $0 - call.at }))
        case .givesUp: end(in: window, armed: armed)
        case .givesUpAfter(let limit):
            let from = max(window.from, first.at + limit - RetransmissionTimer.clockStep)
            end(in: Interval(from, max(from, window.to)), armed: armed)
        }
    }

    private mutating func end(in window: Interval, armed: Nanoseconds) {
        add(
            schedule.ending.outcome, window, seen: endsAsExpected ? call.event.ended : nil,
            noticedLate: call.event.noticedLate ?? .zero, armed: armed)
    }

    private var endsAsExpected: Bool { call.event.ended != nil && call.event.errno == schedule.ending.errno }

    private mutating func add(
        _ what: String, _ window: Interval, seen: Nanoseconds?, frame: Int? = nil, noticedLate: Nanoseconds = .zero,
        armed: Nanoseconds
    ) {
        rows.append(
            windows.row(
                what, window, seen: seen.map { Interval($0, $0) }, frame: frame, noticedLate: noticedLate, armed: armed,
                isSettled: call.event.ended != nil))
    }
}

extension PacketKind {
    fileprivate var title: String { self == .rst ? "RST" : "SYN+ACK" }
}
