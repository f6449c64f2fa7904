import Model

/// `syn-ack-retransmission`: the life of the only request that a listener has.
struct SynAckForecast: LawForecast {
    static let description = SynAckRetransmission.description

    private let listener: PlannedListener
    private let law: SynAckRetransmission
    let request: OnlyRequest
    private let rateLimit: Nanoseconds
    /// When a client that repeats its SYN gives up at the latest.
    private let asking: Nanoseconds
    private let bent: Int64
    let plan: Plan

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        let listener = try PlannedListener(claim.of, in: plan, facts: facts, origin: origin)
        self.listener = listener
        self.plan = plan
        guard listener.queues.syncookies != .always else {
            throw OracleError(
                "the SYN+ACKs of '\(claim.of)' are not decided by the kernel's rules alone: it answers with cookies, and "
                    + "keeps no request",
                origin: origin)
        }
        request = try OnlyRequest(of: listener, in: plan, facts: facts, origin: origin)
        law = SynAckRetransmission(retries: listener.retries, timer: listener.requestTimer)
        let rate = try SysctlNumbers(host: listener.listen.host, plan: plan, facts: facts, origin: origin)
            .required(SynAckRetransmission.rateKey)
        rateLimit = .milliseconds(Int64(rate))
        bent = plan.counterRun == .bentLaw ? 10 : 0
        if request.peer == .repeating, let socket = request.socket {
            let client = LawClaim(law: SynRetransmission.description.name, of: socket)
            let forecast = try ConnectForecast(client, plan: plan, facts: facts, origin: origin)
            asking = forecast.moments.last?.window.to ?? .zero
        } else {
            asking = .zero
        }
    }

    var host: String { listener.listen.host }

    /// What is over in the end, and how.
    var end: String {
        switch request.peer {
        case .silent, .repeating: "the request is forgotten"
        case .completing: "the handshake is complete"
        case .resetting: "the request is reset"
        }
    }

    /// How often the SYN+ACK is repeated until an answer gets through; `nil`: none does.
    var answered: Int? {
        switch request.peer {
        case .silent, .repeating: nil
        case .completing(let count), .resetting(let count): count
        }
    }

    var isBendable: Bool { true }
    var longest: Nanoseconds {
        let before = plan.pauses(in: 0..<request.step) + asking
        guard let last = moments.last else {
            return before + (law.chain.bent(bent).firings(law.wheel).last?.to ?? .zero)
        }
        return before + last.window.to
    }

    /// Counted from the first SYN+ACK.
    var moments: [Moment] {
        guard request.peer != .repeating else { return [] }
        let firings = law.chain.bent(bent).firings(law.wheel)
        let windows = [Interval(.zero, .zero)] + firings.prefix(answered ?? law.retries)
        let over = answered.map { windows[$0] } ?? firings.last ?? windows[0]
        return windows.enumerated().map { Moment(what: "SYN+ACK \($0 + 1)", window: $1, certain: true) }
            + [Moment(what: end, window: over, certain: true)]
    }

    var expected: String {
        let moments = moments
        guard let last = moments.last else {
            return "a SYN+ACK for each SYN that comes, and \(law.retries) more, each "
                + "\(law.waits) after the one before it; then \(end)"
        }
        return
            "\(moments.count - 1) SYN+ACK\(moments.count == 2 ? "" : "s"), then \(end), \(last.window) after the first"
    }

    var rule: String {
        let key = listener.listen.options.contains { $0.name == "TCP_SYNCNT" } ? "TCP_SYNCNT" : "tcp_synack_retries"
        var words = "\(key) is \(law.retries): so often is the SYN+ACK repeated, the first time after "
        words += "\(law.timer.initialRTO.short) and then after twice as long each time"
        if law.timer.isCut { words += ", \(law.timer.maximumRTO.short) at most (tcp_rto_max_ms)" }
        words += " (reqsk_timer_handler); the request is dropped without a word"
        switch request.peer {
        case .silent: return words
        case .repeating:
            return words
                + "; a SYN that comes again is answered at once, at most every \(rateLimit) (tcp_invalid_ratelimit), and "
                + "starts the timer anew without counting (tcp_check_req)"
        case .completing(let count):
            return words + "; the client answers each (tcp_send_challenge_ack), and its ACK \(count + 1) gets through"
        case .resetting(let count):
            return words + "; SYN+ACK \(count + 1) gets to a host that knows nothing of it and answers with RST"
        }
    }

    func finding(in evidence: Evidence) -> LawFinding {
        if let blindness = evidence.blindness(of: host) { return LawFinding(verdict: .inconclusive, seen: blindness) }
        let own = StreamPlan.End(
            socket: listener.listen.socket, host: host, local: request.local, remote: request.remote)
        let answers = evidence.sent(by: own).filter { PacketKind.synAck.matches($0.event.segment) }
        let last = answers.last?.at ?? .zero
        let over: Evidence.Sight? =
            if case .completing = request.peer { evidence.entering("ESTABLISHED", own, since: last) } else {
                evidence.leaving(own, since: last)
            }
        // Whoever looked saw at most the request before it go, and this one not at all.
        let before = evidence.states(host, own.local, own.remote).last
        let isUnseen = before.map { $0.at < last && $0.state.state == StateEvent.gone } ?? true
        var finding = RequestFinding(
            law, answered: answered, isSettled: evidence.entering("ESTABLISHED", own, since: .zero) != nil,
            end: end, bent: bent, rateLimit: rateLimit,
            syns: evidence.received(by: own).filter { PacketKind.syn.matches($0.event.segment) }, answers: answers,
            gone: over, isUnseen: isUnseen, evidence)
        finding.compare()
        return LawFinding(rows: finding.rows, seen: finding.seen)
    }
}
