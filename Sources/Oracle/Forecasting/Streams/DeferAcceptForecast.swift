import Model

/// `defer-accept`: when a connection comes out of accept() whose listener has TCP_DEFER_ACCEPT.
///
/// `tcp_check_req()` drops a final ACK without data while fewer timeouts have passed than the option's seconds come to;
/// `syn_ack_recalc()` sends the SYN+ACK once more at the last of them, and the answer to that completes the connection. The
/// timeouts before it are silent. More than 127 of them are never counted: `num_timeout` has 7 bits (`struct request_sock`).
struct DeferAcceptForecast: LawForecast {
    static let description = LawDescription(
        name: "defer-accept",
        summary: "when accept() hands out a connection of a listener with TCP_DEFER_ACCEPT, with data and without",
        subject: .stream, sysctls: [])

    let stream: StreamPlan
    private let timer: RequestTimer
    private let seconds: Int
    /// Timeouts that pass without data; `nil`: the client sends some at once.
    private let timeouts: Int?
    private let bent: Int64

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        let stream = try StreamPlan(claim.of, in: plan, facts: facts, origin: origin)
        try stream.refuseMadeUp()
        self.stream = stream
        guard let seconds = stream.options["TCP_DEFER_ACCEPT"], seconds > 0, stream.own.socket != stream.connect.socket
        else { throw stream.refusal("name the 'as' of an accept whose listener has TCP_DEFER_ACCEPT") }
        self.seconds = seconds
        // The option's seconds are made of waits of 1 s, 2 s … 120 s all the same (secs_to_retrans()).
        let accepting = plan.steps.firstIndex { step in
            if case .accept(let accept) = step.action { accept.socket == stream.own.socket } else { false }
        }
        guard let accepting, case .accept(let accept) = plan.steps[accepting].action,
            let listen = plan.listen(accept.listener)
        else { throw stream.refusal("nobody accepts it") }
        timer = try RequestTimer(of: listen, in: plan, facts: facts, origin: origin)
        let client = stream.steps(of: stream.peer)
        if let close = client.first(where: { $0.action.sendsFin }), close.index < accepting {
            throw stream.refusal("its client closes before it is accepted")
        }
        let sends = client.contains { step in
            if case .send = step.action { step.index < accepting } else { false }
        }
        timeouts = sends ? nil : SynAckRetransmission.deferred(seconds: seconds)
        if let timeouts, timeouts - 1 > timer.mostTimeouts {
            throw stream.refusal(
                "its \(timeouts) timeouts "
                    + (timeouts > RequestTimer.greatestCount
                        ? "are never reached, since the kernel counts them in 7 bits (num_timeout)"
                        : "are more than the kernel can compute waits for (reqsk_timer_handler shifts by their number)")
                    + "; choose a shorter TCP_DEFER_ACCEPT")
        }
        bent = plan.counterRun == .bentLaw ? 10 : 0
    }

    /// From the SYN to the end of accept(); silent timers add up, since nobody sees them fire.
    private var life: Interval {
        return (0..<(timeouts ?? 0)).reduce(Interval(.zero, .zero)) { sum, count in
            let timeout = Nanoseconds(timer.timeout(after: count).value / 100 * (100 + bent))
            return Interval(sum.from + timeout, sum.to + timeout + timer.wheel.lateness(timeout))
        }
    }

    var end: String { "accept() returns \(stream.own.socket)" }

    var isBendable: Bool { timeouts != nil }
    var longest: Nanoseconds { stream.time(before: stream.connecting) + life.to }
    var moments: [Moment] {
        timeouts == nil ? [] : [Moment(what: end, window: life, certain: true)]
    }
    var expected: String {
        timeouts == nil ? "\(end) when data has come" : "\(end) \(life) after the SYN, though no data has come"
    }
    var rule: String {
        let count = SynAckRetransmission.deferred(seconds: seconds)
        return
            "TCP_DEFER_ACCEPT of \(seconds) s is \(count) timeout\(count == 1 ? "" : "s") (secs_to_retrans): a final ACK "
            + "without data is dropped until then (tcp_check_req), and the SYN+ACK is sent once more at the last of them "
            + "(syn_ack_recalc)"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        let own = stream.own
        if let blindness = evidence.blindness(of: own.host) {
            return LawFinding(verdict: .inconclusive, seen: blindness)
        }
        let received = evidence.received(by: own)
        let syn = received.first { PacketKind.syn.matches($0.event.segment) }
        let data = received.first { $0.event.segment.payload > 0 }
        guard let call = evidence.call("accept", of: own.socket), let began = timeouts == nil ? data : syn else {
            return LawFinding(
                verdict: .fail, seen: "no \(timeouts == nil ? "data" : "SYN") came, or nobody called accept()")
        }
        let sight = call.event.ended.map {
            Evidence.Sight(unseenSince: max(began.at, $0 - (call.event.noticedLate ?? .zero)), at: $0)
        }
        // Without a timer it is the harness that takes its time.
        let life = timeouts == nil ? Interval(.zero, Punctuality.cap) : life
        let row = LifeFinding(evidence).row(end, life: life, began: began.at, sight, frame: began.event.frame)
        return LawFinding(
            rows: [row],
            seen: call.event.ended.map { "accept() returned \(($0 - began.at).fixed(3)) s after it" }
                ?? "accept() had not returned")
    }
}
