import Model

/// The made-up SYNs that a plan sends to one listener, and what they meet.
struct FloodPlan {
    let socket: String
    /// As it is when they come.
    let listener: PlannedListener
    /// Indices of the `inject` steps.
    let steps: [Int]
    let offered: Int
    /// Half-open connections when all have come.
    let halfOpen: Int
    /// Whether clients connect to it as well.
    let hasClients: Bool

    /// When the first of them may be given up at the earliest, from the first of them.
    let life: Interval

    /// Throws where it is left open how many requests there are at once.
    init(_ socket: String, in plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        func refusal(_ why: String) -> OracleError {
            OracleError(
                "the half-open queue of '\(socket)' is not decided by the kernel's rules alone: \(why)", origin: origin)
        }
        var listener = try PlannedListener(socket, in: plan, facts: facts, origin: origin)
        var steps: [Int] = []
        var offered = 0
        var halfOpen = 0
        var hasClients = false
        var mayHaveDied = false
        let life = Self.death(listener, times: min(listener.retries, 2) + 1)
        for (index, step) in plan.steps.enumerated().dropFirst(listener.step + 1) {
            switch step.action {
            case .set, .listenAgain:
                let before = listener.queues
                listener.apply(step.action)
                if before != listener.queues, steps.contains(where: { !plan.steps[$0].awaited }) || hasClients {
                    throw refusal("it is changed while SYNs come")
                }
            case .listen(let other) where other.host == listener.listen.host:
                throw refusal("there is another listener on its host, and the host's counters tell of both")
            case .close(let close) where close.socket == socket: throw refusal("it is closed")
            case .inject(let inject) where listener.hears(inject.to):
                guard inject.packet == .syn else { throw refusal("other packets than SYNs are made up for it") }
                guard !mayHaveDied else { throw refusal("SYNs come when earlier ones may have been given up already") }
                if let rate = inject.rate, Int64(inject.count / max(1, rate)) >= life.from.value / 1_000_000_000 {
                    throw refusal("it takes longer to send them than the first is kept")
                }
                steps.append(index)
                offered += inject.count
                halfOpen = max(halfOpen, min(halfOpen + inject.count, listener.queues.halfOpenLimit))
            case .connect(let connect) where listener.hears(connect.to): hasClients = true
            case .wait(let wait):
                // A wait for something may be long as well as short.
                let life = RequestTimer(wheel: listener.wheel).timeout(after: 0)
                if case .duration(let time) = wait.until, time + ListenWalk.slack < life { continue }
                mayHaveDied = !steps.isEmpty
            default: continue
            }
        }
        let syn = Segment(
            source: SocketAddress(plan.spoofing?.prefix.address ?? listener.listen.address.address, 1024),
            destination: listener.listen.address, flags: .syn)
        let answer = Segment(source: syn.destination, destination: syn.source, flags: [.syn, .ack])
        if plan.faults.contains(where: { $0.selector.matches(syn) || $0.selector.matches(answer) }) {
            throw refusal("a fault takes some of its packets")
        }
        (self.socket, self.listener, self.steps) = (socket, listener, steps)
        (self.offered, self.halfOpen, self.hasClients, self.life) = (offered, halfOpen, hasClients, life)
    }

    /// How long after the first made-up SYN a client's SYN may find the queue full; `nil` where no flood fills it.
    static func relief(of connect: Connect, in plan: Plan, facts: Facts) -> Nanoseconds? {
        for step in plan.steps {
            guard case .listen(let listen) = step.action,
                let flood = try? FloodPlan(listen.socket, in: plan, facts: facts, origin: nil),
                flood.listener.hears(connect.to), flood.offered > 0
            else { continue }
            let queues = flood.listener.queues
            if queues.syncookies > 0 { return .zero }
            let isPruned = flood.listener.retries <= 2 || queues.sparedHalf(of: flood.halfOpen) < flood.halfOpen
            return isPruned ? flood.life.to : flood.death(times: flood.listener.retries + 1).to
        }
        return nil
    }

    /// When a request that nobody completes has had so many timeouts, counted from its SYN.
    func death(times: Int) -> Interval { Self.death(listener, times: times) }

    private static func death(_ listener: PlannedListener, times: Int) -> Interval {
        RequestTimer(wheel: listener.wheel).firing(born: Interval(.zero, .zero), times: times)
    }

    /// The made-up SYNs at the listener's host: without them nothing is proved; and where some were lost on the way, only
    /// if those that came fill the queue all the same.
    func arrival(in evidence: Evidence) -> [Finding.Row] {
        guard offered > 0 else { return [] }
        let seen = evidence.madeUp(at: listener.listen.host)
        let needed = halfOpen < listener.queues.halfOpenLimit ? offered : min(offered, halfOpen + 1)
        if let flooded = self.seen(in: evidence), flooded.to - flooded.from + Punctuality.cap > life.from {
            return [
                Finding.Row(
                    "time to send the made-up SYNs", expected: "less than \(life.from), for which the first is kept",
                    seen: "\(flooded.to - flooded.from)", verdict: .inconclusive)
            ]
        }
        return [
            Finding.Row(
                "made-up SYNs", expected: "\(offered)", seen: "\(seen)",
                verdict: seen == 0 || seen > offered ? .fail : seen >= needed ? .pass : .inconclusive)
        ]
    }

    /// From the first to the last made-up SYN, as it was; `nil` where none was sent.
    func seen(in evidence: Evidence) -> Interval? {
        let parts = steps.compactMap(evidence.injection)
        guard let began = parts.map(\.began).min() else { return nil }
        return Interval(began, parts.map { $0.ended ?? evidence.end }.max() ?? began)
    }
}
