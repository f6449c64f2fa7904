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
    private let isSettled: Bool
    private let windows: WindowJudge
    private(set) var rows: [Finding.Row] = []

    init(
        _ chain: TimerChain, wheel: TimerWheel, packets: [Evidence.Packet], named name: String, first: String? = nil,
        isSettled: Bool = false, _ evidence: Evidence
    ) {
        self.chain = chain
        self.wheel = wheel
        self.packets = packets
        self.name = name
        self.first = first
        self.isSettled = isSettled
        windows = WindowJudge(evidence, origin: packets.first?.at ?? .zero)
    }

    /// The nth packet, from 0.
    private func title(_ index: Int) -> String {
        guard let first else { return "\(name) \(index + 1)" }
        return index == 0 ? first : "\(name) \(index)"
    }

    /// When timer `index` fires, with what is known of the packets before it.
    private func window(_ index: Int) -> Interval {
        let armed = packets[index].at
        let stamp = index < chain.stamp ? armed : packets[chain.stamp].at
        let elapsed = armed - stamp
        let fired = chain.timers[index].firing(
            after: Interval(elapsed, elapsed), behind: windows.punctuality.lateness(at: armed), wheel: wheel)
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
            rows.append(WindowJudge.missing(title(0)))
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
        rows.append(
            windows.row(
                title(index + 1), window, seen: next.map { Interval($0.at, $0.at) }, frame: next?.event.frame,
                armed: packets[index].at, isSettled: isSettled || isOver))
    }

    private mutating func surplus(_ packet: Evidence.Packet) {
        rows.append(windows.surplus("\(name) again", at: packet.at, frame: packet.event.frame))
    }

    private mutating func ended(_ what: String, _ window: Interval, _ sight: Evidence.Sight?, armed: Nanoseconds) {
        rows.append(
            windows.row(
                what, window, seen: sight?.interval, armed: armed, isBlurred: sight?.isBlurred(since: armed) ?? false,
                isSettled: isSettled))
    }
}
