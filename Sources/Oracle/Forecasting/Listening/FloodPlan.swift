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
        var survey = try FloodSurvey(socket, in: plan, facts: facts, origin: origin)
        for index in plan.steps.indices.dropFirst(survey.listener.step + 1) { try survey.take(index) }
        try survey.checkEnd()
        self.socket = socket
        listener = survey.listener
        steps = survey.steps
        offered = survey.offered
        halfOpen = survey.halfOpen
        hasClients = !survey.clients.isEmpty
        life = survey.life
    }

    /// Whether they are more than fit.
    var isFilled: Bool { offered > 0 && halfOpen == listener.queues.halfOpenLimit }

    /// How long after the first made-up SYN a client's SYN may find the queue full; `nil` where no flood fills it.
    static func relief(of connect: Connect, in plan: Plan, facts: Facts) -> Nanoseconds? {
        for step in plan.steps {
            guard case .listen(let listen) = step.action,
                let flood = try? FloodPlan(listen.socket, in: plan, facts: facts, origin: nil),
                flood.listener.hears(connect.to), flood.offered > 0
            else { continue }
            let queues = flood.listener.queues
            if queues.syncookies != .never { return .zero }
            let isPruned = flood.listener.retries <= 2 || queues.sparedHalf(of: flood.halfOpen) < flood.halfOpen
            return isPruned ? flood.life.to : flood.death(times: flood.listener.retries + 1).to
        }
        return nil
    }

    /// When a request that nobody completes has had so many timeouts, counted from its SYN.
    func death(times: Int) -> Interval { listener.death(times: times) }

    /// The made-up SYNs at the listener's host: without them nothing is proved; and where some were lost on the way, only
    /// if those that came fill the queue all the same.
    /// Where nothing is proved, `lack` says why, and what would help.
    func arrival(in evidence: Evidence) -> (rows: [Finding.Row], lack: String?) {
        guard offered > 0 else { return ([], nil) }
        let seen = evidence.madeUp(at: listener.listen.host)
        let needed = halfOpen < listener.queues.halfOpenLimit ? offered : min(offered, halfOpen + 1)
        if let flooded = self.seen(in: evidence), flooded.to - flooded.from + Punctuality.cap > life.from {
            let time = "\(flooded.to - flooded.from)"
            let row = Finding.Row(
                "time to send the made-up SYNs", expected: "less than \(life.from), for which the first is kept",
                seen: time, verdict: .inconclusive)
            return (
                [row],
                "the made-up SYNs took \(time), and the first is kept for \(life.from) only; a lower 'count' takes less time"
            )
        }
        let verdict: Verdict = seen == 0 || seen > offered ? .fail : seen >= needed ? .pass : .inconclusive
        let lack =
            "\(seen) of \(offered) made-up SYNs arrived, and it takes \(needed); a CPU's queue was full "
            + "(net.core.netdev_max_backlog), which a lower 'rate' spares"
        return (
            [Finding.Row("made-up SYNs", expected: "\(offered)", seen: "\(seen)", verdict: verdict)],
            verdict == .inconclusive ? lack : nil
        )
    }

    /// From the first to the last made-up SYN, as it was; `nil` where none was sent.
    func seen(in evidence: Evidence) -> Interval? {
        let parts = steps.compactMap(evidence.injection)
        guard let began = parts.map(\.began).min() else { return nil }
        return Interval(began, parts.map { $0.ended ?? evidence.end }.max() ?? began)
    }
}

extension PlannedListener {
    /// When a request that nobody completes has had so many timeouts, counted from its SYN.
    func death(times: Int) -> Interval {
        requestTimer.firing(born: Interval(.zero, .zero), times: times)
    }
}
