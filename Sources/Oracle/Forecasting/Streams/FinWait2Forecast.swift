import Model

/// `fin-wait-2`: how long an end that closed first waits for a peer that does not.
struct FinWait2Forecast: LawForecast {
    static let description = FinWait2.description

    private let stream: StreamPlan
    private let law: FinWait2
    /// The step that sends the FIN, and the one that closes the socket; `nil`: it is only shut down.
    private let finishing: Int
    private let closing: Int?
    private let isBent: Bool

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        stream = try StreamPlan(claim.of, in: plan, facts: facts, origin: origin)
        try stream.refuseMadeUp()
        let own = stream.steps(of: stream.own)
        guard let first = own.first(where: { $0.action.sendsFin }) else {
            throw stream.refusal("it is neither closed nor shut down, so it is never in FIN_WAIT2")
        }
        finishing = first.index
        closing = own.first { if case .close(let close) = $0.action { !close.abort } else { false } }?.index
        for step in stream.steps(of: stream.peer) {
            switch step.action {
            case .close, .shutdown: throw stream.refusal("its peer closes too, which ends FIN_WAIT2")
            case .send: throw stream.refusal("its peer sends, and what comes for a closed socket is answered with RST")
            default: continue
            }
        }
        if closing != nil { try stream.requireMinisock() }
        let (from, to) = (stream.own.local, stream.own.remote)
        let out = try stream.losses(of: [.fin, .ack], from: from, to: to, at: finishing)
        let back = try stream.losses(of: .ack, from: to, to: from, at: finishing)
        guard out != .all, back != .all else { throw stream.refusal("its FIN is never acknowledged") }
        let numbers = SysctlNumbers(host: stream.own.host, plan: plan, facts: facts, origin: origin)
        let linger = stream.options["TCP_LINGER2"] ?? 0
        guard linger >= 0 else { throw stream.refusal("with a negative TCP_LINGER2 there is no FIN_WAIT2") }
        var timeout = try numbers.required(FinWait2.timeoutKey)
        if linger > 0 {
            if linger > timeout, KernelChanges.isOlder(facts.kernel, than: (5, 8)) {
                throw stream.refusal("before Linux 5.8 a TCP_LINGER2 above tcp_fin_timeout may be ignored")
            }
            timeout = min(linger, FinWait2.longestLinger)
        }
        law = FinWait2(
            timeout: .seconds(Int64(timeout)),
            path: try EstablishedPath(
                stream.own.host, options: stream.options, plan: plan, facts: facts, origin: origin))
        isBent = plan.counterRun == .bentLaw
    }

    private func life(_ law: FinWait2) -> Interval {
        let life = law.life
        guard isBent else { return life }
        return Interval(Nanoseconds(life.from.value / 10 * 11), Nanoseconds(life.to.value / 10 * 11))
    }

    private var end: String { "\(stream.own.socket) leaves FIN_WAIT2" }

    var isBendable: Bool { closing != nil }
    var longest: Nanoseconds { stream.time(before: closing ?? finishing) + (closing == nil ? .zero : life(law).to) }
    var moments: [Moment] {
        closing == nil ? [] : [Moment(what: end, window: life(law), certain: true)]
    }

    var rungs: [Rung] {
        StreamRungs(stream).steps() + StreamRungs(stream).events(moments, after: closing ?? finishing)
    }

    var expected: String {
        closing == nil
            ? "\(stream.own.socket) stays in FIN_WAIT2 as long as its program keeps it"
            : "\(stream.own.socket) is in FIN_WAIT2 for \(life(law))"
    }

    var rule: String {
        guard closing != nil else {
            return "the state is bounded for a closed socket alone (__tcp_close); shutdown() closes nothing"
        }
        let name = (stream.options["TCP_LINGER2"] ?? 0) > 0 ? "TCP_LINGER2" : "tcp_fin_timeout"
        let seconds = law.timeout.fixed(0)
        guard law.timeout > FinWait2.timeWait else {
            return "\(name) is \(seconds) s, and three and a half RTOs are the least (tcp_fin_time, tcp_time_wait); "
                + "nothing is sent at the end"
        }
        return "\(name) is \(seconds) s: what it has beyond 60 s is waited for twice, first by the socket "
            + "(tcp_rcv_state_process) and then by a minisock (tcp_keepalive_timer)"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        let own = stream.own
        if let blindness = evidence.blindness(of: own) {
            return LawFinding(verdict: .inconclusive, seen: blindness)
        }
        let isShut = closing.map { $0 != finishing } ?? true
        guard let call = evidence.call(isShut ? "shutdown" : "close", of: own.socket) else {
            return LawFinding(verdict: .fail, seen: "\(own.socket) was never closed")
        }
        let fins = evidence.sent(by: own).filter { $0.at >= call.at - Punctuality.allowedDrift }
            .filter { PacketKind.fin.matches($0.event.segment) }
        let answer = fins.first.flatMap { fin in
            evidence.received(by: own).first {
                $0.at >= fin.at && $0.event.segment.acknowledges(fin.event.segment)
                    && $0.event.segment.flags.contains(.ack)
            }
        }
        guard let answer else { return LawFinding(verdict: .fail, seen: "its FIN was never acknowledged") }
        var began = answer.at
        var frame: Int? = answer.event.frame
        if let closed = evidence.call("close", of: own.socket), closed.at > answer.at {
            (began, frame) = (closed.at, nil)
        }
        var law = law
        law.path.roundTrip = evidence.longestRoundTrip(of: own, until: began)
        let sight = evidence.leaving(own, since: began)
        let life = LifeFinding(evidence)
        var rows = [
            life.passed("FIN_WAIT2", own, evidence.entering("FIN_WAIT2", own, since: call.at), began: answer.at, sight)
        ]
        rows.append(
            closing == nil
                ? life.stays(end, began: began, sight)
                : life.row(end, life: self.life(law), began: began, sight, frame: frame))
        return LawFinding(
            rows: rows,
            seen: sight.map { "it was over \(($0.at - began).fixed(3)) s after it began" }
                ?? "it was not over at the end")
    }
}
