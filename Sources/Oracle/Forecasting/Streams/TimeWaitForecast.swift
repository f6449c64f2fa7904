import Model

/// How long the end that closed first keeps a connection's addresses and ports.
///
/// `tcp_time_wait()`, `tcp_timewait_state_process()`: TCP_TIMEWAIT_LEN, 60 s in every kernel, and no sysctl changes it. It
/// begins with the peer's FIN, and begins again with each later segment that is no RST and bears an ACK, such as that FIN
/// once more, or is refused by PAWS, be it a SYN (`inet_twsk_reschedule()`). An RST ends it at once, unless tcp_rfc1337 is
/// set; then it does nothing. There is none where `tcp_max_tw_buckets` leaves no room for it (`inet_twsk_alloc()`), be it that
/// other connections of the host have it all.
struct TimeWaitForecast: LawForecast {
    static let description = LawDescription(
        name: "time-wait", summary: "that the end which closed first stays in TIME_WAIT for 60 s, whatever sysctls say",
        subject: .stream, sysctls: [TimeWaitBuckets.limitKey, assassinationKey],
        limits: [TimeWaitBuckets.limitKey: 0...2_147_483_647, assassinationKey: 0...255])

    static let assassinationKey = "net.ipv4.tcp_rfc1337"

    private let stream: StreamPlan
    private let wheel: TimerWheel
    private let length: Nanoseconds

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        stream = try StreamPlan(claim.of, in: plan, facts: facts, origin: origin)
        wheel = TimerWheel(facts)
        length = plan.counterRun == .bentLaw ? .seconds(66) : FinWait2.timeWait
        let own = stream.steps(of: stream.own).first { $0.action.sendsFin }
        let others = stream.steps(of: stream.peer).first { $0.action.sendsFin }
        guard let own, let others else {
            throw stream.refusal("TIME_WAIT needs both ends to be closed, and one is not")
        }
        guard own.index < others.index else {
            throw stream.refusal("the end that is closed first is in TIME_WAIT; name '\(stream.peer?.socket ?? "")'")
        }
        try stream.requireMinisock()
        let (from, to) = (stream.own.local, stream.own.remote)
        let there = try stream.losses(of: [.fin, .ack], from: from, to: to, at: own.index)
        let back = try stream.losses(of: [.fin, .ack], from: to, to: from, at: others.index)
        guard there != .all, back != .all else { throw stream.refusal("one of the FINs never arrives") }
        guard let late = stream.madeUp.first(where: { $0.host != stream.own.host }) else { return }
        // TIME_WAIT answers it with an ACK, and a peer that is gone answers that with RST.
        let resets = try stream.losses(of: .rst, from: to, to: from, at: late.index)
        let ignoresResets =
            try SysctlNumbers(host: stream.own.host, plan: plan, facts: facts, origin: origin)
            .required(Self.assassinationKey) != 0
        guard resets == .all || ignoresResets else {
            throw stream.refusal(
                "packets come late, and an RST ends TIME_WAIT at once; set tcp_rfc1337 to 1, or lose every RST")
        }
    }

    private var life: Interval { Interval(length, length + wheel.lateness(length)) }
    private var end: String { "\(stream.own.socket) leaves TIME_WAIT" }

    var isBendable: Bool { true }
    var longest: Nanoseconds { stream.time(before: stream.plan.steps.endIndex) + life.to }
    var moments: [Moment] { [Moment(what: end, window: life, certain: true)] }
    var rungs: [Rung] {
        StreamRungs(stream).steps() + StreamRungs(stream).events(moments, after: stream.plan.steps.endIndex)
    }
    var expected: String { "\(stream.own.socket) is in TIME_WAIT for \(life) after the last \(kind) that reaches it" }
    private var kind: String { stream.madeUp.isEmpty ? "FIN" : "segment" }
    var rule: String {
        "TCP_TIMEWAIT_LEN is 60 s (tcp_time_wait), and no sysctl shortens it: tcp_fin_timeout is about FIN_WAIT2"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        let own = stream.own
        if let blindness = evidence.blindness(of: own) {
            return LawFinding(verdict: .inconclusive, seen: blindness)
        }
        guard let entered = evidence.entering("TIME_WAIT", own, since: .zero) else {
            return LawFinding(verdict: .fail, seen: "\(own.socket) was never seen in TIME_WAIT")
        }
        let sight = evidence.leaving(own, since: entered.at)
        let came = evidence.received(by: own).filter { $0.at <= sight?.at ?? evidence.end }
        guard let fin = came.first(where: { PacketKind.fin.matches($0.event.segment) }) else {
            return LawFinding(verdict: .fail, seen: "no FIN came")
        }
        let flags = came.map(\.event.segment.flags)
        let last =
            came.indices.last { came[$0].at >= fin.at && flags[$0].contains(.ack) && !flags[$0].contains(.rst) }
            .map { came[$0] } ?? fin
        let row = LifeFinding(evidence).row(end, life: life, began: last.at, sight, frame: last.event.frame)
        return LawFinding(
            rows: [row],
            seen: sight.map { "it was over \(($0.at - last.at).fixed(3)) s after the last \(kind)" }
                ?? "it was not over at the end")
    }
}
