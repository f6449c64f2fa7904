import Model

/// `half-open-limit`: how many connections wait for their final ACK at the most, and how long.
struct HalfOpenForecast: LawForecast {
    static let description = LawDescription(
        name: "half-open-limit",
        summary:
            "how many half-open connections a listener holds, what the next SYN gets, and when old ones are given up",
        subject: .listener, sysctls: PlannedListener.halfOpenKeys, limits: PlannedListener.limits)

    private let flood: FloodPlan
    private let plan: Plan
    private let facts: Facts
    /// Predicted: bent where the run says so.
    private let most: Int

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        flood = try FloodPlan(claim.of, in: plan, facts: facts, origin: origin)
        self.plan = plan
        self.facts = facts
        most = plan.bent(flood.halfOpen)
        guard flood.halfOpen == flood.listener.queues.halfOpenLimit || !flood.hasClients else {
            throw OracleError(
                "clients and \(flood.offered) made-up SYNs together leave room in the half-open queue of '\(claim.of)', so "
                    + "how many wait at once depends on the moment; send more",
                origin: origin)
        }
    }

    var moments: [Moment] { [] }

    /// Where the walk has to guess, the steps, and when the queue is emptied.
    var rungs: [Rung] {
        let walked = ListenWalk.rungs(flood.socket, plan: plan, facts: facts)
        guard walked.isEmpty else { return walked }
        var rungs = StepRungs.all(of: plan)
        guard let last = rungs.lastIndex(where: \.isFlood), let sent = rungs[last].window else { return rungs }
        let host = flood.listener.listen.host
        rungs.insert(Rung(queueWords, at: host, sent), at: last + 1)
        if flood.hasClients, flood.isFilled, let client = plan.connects.first?.host {
            let words = queues.syncookies == .never ? "no SYN is answered" : "SYNs are answered with cookies"
            rungs.insert(Rung(words, at: client, sent), at: last + 2)
        }
        if let spared {
            let life = Interval(sent.from + flood.life.from, sent.to + flood.life.to)
            rungs.append(Rung("all but \(spared) of them given up", at: host, life))
        }
        return rungs
    }

    private var queueWords: String {
        switch queues.syncookies {
        case .always: "none half-open, a cookie for every SYN"
        case .whenFull: "\(flood.halfOpen) half-open" + (flood.isFilled ? ", cookies for the others" : "")
        case .never: "\(flood.halfOpen) half-open" + (flood.isFilled ? ", the others dropped" : "")
        }
    }

    var isBendable: Bool { flood.offered > 0 }

    private var queues: ListenQueues { flood.listener.queues }
    /// How many the third timeout leaves; `nil` where retries end them all at once.
    private var spared: Int? {
        let half = queues.sparedHalf(of: flood.halfOpen)
        return flood.listener.retries > 2 && half < flood.halfOpen ? half : nil
    }

    var expected: String {
        "\(most) half-open of \(flood.offered) made-up SYNs" + (flood.hasClients ? " and those of clients" : "")
    }

    var effect: String {
        guard flood.halfOpen > 0 else { return "\(most) half-open" }
        let end = "given up after \(flood.death(times: flood.listener.retries + 1))"
        guard let spared else { return "\(most) half-open, \(end)" }
        return "\(most) half-open, all but \(spared) given up after \(flood.life), the last \(end)"
    }

    var rule: String {
        let fitting = queues.fitting
        let more = queues.beyond == 1 ? "one more than the" : "as many as the"
        var words: String
        switch queues.syncookies {
        case .always:
            words =
                "\(flood.listener.syncookiesWords) answers every SYN with a cookie and keeps no request (tcp_conn_request)"
        case .whenFull:
            words =
                "\(more) \(flood.listener.backlogWords) fit (inet_csk_reqsk_queue_is_full); with \(flood.listener.syncookiesWords) the next "
                + "SYN gets a cookie, and tcp_max_syn_backlog is not looked at (tcp_conn_request)"
        case .never:
            words =
                "\(more) \(flood.listener.backlogWords) fit (inet_csk_reqsk_queue_is_full), and tcp_max_syn_backlog="
                + "\(queues.maxSynBacklog) leaves room for \(fitting.bySynBacklog ?? 0), a quarter being kept for known peers "
                + "(tcp_conn_request): the smaller decides, and the next SYN is dropped"
        }
        if let spared {
            words +=
                "; while more than half of the queue is in use, two retries are all that old requests get, so "
                + "\(flood.life) after its SYN each is given up but for \(spared) (reqsk_timer_handler)"
        }
        guard flood.halfOpen > 0 else { return words }
        let retries = flood.listener.retries
        return words
            + "; without a final ACK a request lasts \(flood.death(times: retries + 1)), \(retries) retries long"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        let host = flood.listener.listen.host
        if let blindness = evidence.blindness(of: host) { return LawFinding(verdict: .inconclusive, seen: blindness) }
        let samples = evidence.queueSamples(of: flood.socket)
        guard let books = ListenerBooks(host: host, evidence), let peak = samples.map(\.queue.halfOpen).max() else {
            return LawFinding(verdict: .inconclusive, seen: "nobody looked at the queue")
        }
        let (arrival, lack) = flood.arrival(in: evidence)
        if let lack { return LawFinding(rows: arrival, seen: lack) }
        let madeUp = evidence.madeUp(at: host)
        let others = books.syns > madeUp ? " and \(books.syns - madeUp) others" : ""
        let seen = "\(peak) half-open of \(madeUp) made-up SYNs\(others)"
        let figures = arrival + [ListenerBooks.row("half-open, at the most", most, peak)]
        guard let flooded = flood.seen(in: evidence) else { return LawFinding(rows: figures, seen: seen) }
        let curve = HalfOpenCurve(flood: flood, most: most, spared: spared, flooded: flooded, evidence: evidence)
        return LawFinding(
            rows: figures + curve.rows(samples) + sums(books), seen: seen)
    }

    /// Every SYN has a request, a cookie, or is dropped and counted.
    private func sums(_ books: ListenerBooks) -> [Finding.Row] {
        let fates = books.fates(flood, halfOpen: most)
        let byBacklog = queues.fitting.byBacklog <= queues.fitting.bySynBacklog ?? .max
        return [
            ListenerBooks.row("SYNs dropped (TcpExt.ListenDrops)", fates.drops, books.grown("ListenDrops")),
            ListenerBooks.row(
                "for a full queue (TcpExt.TCPReqQFullDrop)", queues.syncookies == .never && byBacklog ? fates.drops : 0,
                books.grown("TCPReqQFullDrop")),
            ListenerBooks.row("cookies (TcpExt.SyncookiesSent)", fates.cookies, books.grown("SyncookiesSent")),
            ListenerBooks.row("accept queue full (TcpExt.ListenOverflows)", 0, books.grown("ListenOverflows")),
        ]
    }
}
