import Model

/// Packets that one timer after another repeats, and what the last timer ends, each against its window: relative to the
/// packet before it, as it was seen.
struct ChainFinding {
    private let chain: TimerChain
    private let wheel: TimerWheel
    private let packets: [Evidence.Packet]
    /// What a packet that a timer sends is called, and what starts the first timer where that is something else.
    private let name: String
    private let first: String?
    /// The last packet was acknowledged, and so no timer runs any more.
    private let isAnswered: Bool
    private let punctuality: Punctuality
    private let recordEnd: Nanoseconds
    private(set) var rows: [Finding.Row] = []

    init(
        _ chain: TimerChain, wheel: TimerWheel, packets: [Evidence.Packet], named name: String, first: String? = nil,
        isAnswered: Bool = false, _ evidence: Evidence
    ) {
        self.chain = chain
        self.wheel = wheel
        self.packets = packets
        self.name = name
        self.first = first
        self.isAnswered = isAnswered
        punctuality = Punctuality(evidence.record)
        recordEnd = evidence.end
    }

    /// The nth packet, from 0.
    private func title(_ index: Int) -> String {
        guard let first else { return "\(name) \(index + 1)" }
        return index == 0 ? first : "\(name) \(index)"
    }

    private var origin: Nanoseconds { packets.first?.at ?? .zero }

    /// When timer `index` fires, with what is known of the packets before it.
    private func window(_ index: Int) -> Interval {
        let armed = packets[index].at
        let stamp = index < chain.stamp ? armed : packets[chain.stamp].at
        let elapsed = armed - stamp
        let fired = chain.timers[index].firing(
            after: Interval(elapsed, elapsed), behind: punctuality.lateness(at: armed), wheel: wheel)
        return Interval(stamp + fired.from, stamp + fired.to)
    }

    /// So many repeats, and no more.
    mutating func judge(repeats: Int) {
        guard begin() else { return }
        for index in 0..<repeats { repeated(index) }
        for extra in packets.dropFirst(repeats + 1) { surplus(extra) }
    }

    /// Repeats until a timer gives up, and then this end.
    mutating func judge(end: String, _ sight: Evidence.Sight?) {
        guard begin() else { return }
        for index in chain.timers.indices where index < packets.count {
            let timer = chain.timers[index]
            if index + 1 < packets.count {
                guard timer.fate != .givesUp else { return surplus(packets[index + 1]) }
                repeated(index)
                continue
            }
            guard timer.mayGiveUp else { return repeated(index, isOver: sight != nil) }
            var window = window(index)
            if case .givesUpAfter(let limit) = timer.fate {
                window.from = max(window.from, packets[chain.stamp].at + limit - chain.step)
                window.to = max(window.to, window.from)
            }
            return ended(end, window, sight, armed: packets[index].at)
        }
    }

    private mutating func begin() -> Bool {
        guard let first = packets.first else {
            rows.append(Finding.Row(verdict: .fail, what: title(0), window: Interval(.zero, .zero), seen: nil))
            return false
        }
        rows.append(
            Finding.Row(
                verdict: .pass, what: title(0), window: Interval(.zero, .zero), seen: .zero, frame: first.event.frame))
        return true
    }

    /// `isOver`: the end was seen to be gone, so that nothing more could come.
    private mutating func repeated(_ index: Int, isOver: Bool = false) {
        guard index < packets.count else { return }
        var window = window(index)
        if case .givesUpAfter(let limit) = chain.timers[index].fate, !chain.unsettled.contains(index) {
            window.to = min(window.to, packets[chain.stamp].at + limit + chain.step)
        }
        let next = index + 1 < packets.count ? packets[index + 1] : nil
        add(
            title(index + 1), window, seen: next.map { Interval($0.at, $0.at) }, frame: next?.event.frame,
            armed: packets[index].at, isOver: isOver)
    }

    private mutating func surplus(_ packet: Evidence.Packet) {
        rows.append(
            Finding.Row(
                verdict: .fail, what: "\(name) again", window: nil, seen: packet.at - origin, frame: packet.event.frame)
        )
    }

    private mutating func ended(_ what: String, _ window: Interval, _ sight: Evidence.Sight?, armed: Nanoseconds) {
        add(
            what, window, seen: sight.map { Interval($0.unseenSince, $0.at) }, armed: armed,
            isBlurred: sight?.isBlurred(since: armed) ?? false)
    }

    /// `seen`: it happened at some time between these; the most favourable is what can be held against the kernel.
    private mutating func add(
        _ what: String, _ window: Interval, seen: Interval?, frame: Int? = nil, armed: Nanoseconds,
        isOver: Bool = false, isBlurred: Bool = false
    ) {
        let likely = seen.map { min(max(window.from, $0.from), $0.to) }
        let verdict = likely.map { time in
            max(punctuality.verdict(time, in: window, armed: armed), isBlurred ? .inconclusive : .pass)
        }
        // Nobody looked any more when it could still have come.
        let isOpen = window.to > recordEnd && !isOver && !isAnswered
        rows.append(
            Finding.Row(
                verdict: verdict ?? (isOpen ? .inconclusive : .fail), what: what,
                window: Interval(window.from - origin, window.to - origin), seen: likely.map { $0 - origin },
                frame: frame))
    }
}
