import Model

/// `keepalive`: how an end finds out that its peer went silent while neither had anything to say.
struct KeepaliveForecast: LawForecast {
    static let description = Keepalive.description

    private let stream: StreamPlan
    private let law: Keepalive
    private let isBent: Bool

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        let stream = try StreamPlan(claim.of, in: plan, facts: facts, origin: origin)
        try stream.refuseMadeUp()
        self.stream = stream
        guard stream.options["SO_KEEPALIVE"] == 1 else {
            throw stream.refusal("it has no SO_KEEPALIVE; give its connect or its listener the option")
        }
        for end in [stream.own, stream.peer] {
            for step in stream.steps(of: end) {
                if case .receive = step.action { continue }
                throw stream.refusal("something is sent or closed, so the connection is not idle")
            }
        }
        let numbers = SysctlNumbers(host: stream.own.host, plan: plan, facts: facts, origin: origin)
        func value(_ option: String, _ key: String) throws(OracleError) -> Int {
            if let given = stream.options[option] { return given }
            return try numbers.required(key)
        }
        let user = stream.options["TCP_USER_TIMEOUT"] ?? 0
        let time = try value("TCP_KEEPIDLE", Keepalive.timeKey)
        let interval = try value("TCP_KEEPINTVL", Keepalive.intervalKey)
        guard time > 0, interval > 0 else {
            throw stream.refusal("with a time or an interval of 0 every tick is a probe")
        }
        law = Keepalive(
            time: .seconds(Int64(time)), interval: .seconds(Int64(interval)),
            probes: try value("TCP_KEEPCNT", Keepalive.probesKey),
            userTimeout: user > 0 ? .milliseconds(Int64(user)) : nil, wheel: TimerWheel(facts))
        isBent = plan.counterRun == .bentLaw
        try requireSilence()
    }

    /// Every probe, or every answer, is lost once the connection is made.
    private func requireSilence() throws(OracleError) {
        let (from, to) = (stream.own.local, stream.own.remote)
        let index = silentFrom
        let out = try stream.losses(of: .ack, from: from, to: to, at: index)
        let back = try stream.losses(of: .ack, from: to, to: from, at: index)
        guard out == .all || back == .all else {
            throw stream.refusal("its probes are answered; lose all of them, or all answers, once it is connected")
        }
        let idle = stream.plan.pauses(in: stream.connecting..<index)
        guard idle < law.time else {
            throw stream.refusal(
                "it has been idle for \(idle) when they begin to be lost, and the first probe goes out after "
                    + "\(law.time.fixed(0)) s (TCP_KEEPIDLE, tcp_keepalive_time) and is answered; lose them sooner")
        }
    }

    /// The step before which each fault that may take probes or answers has been switched for the last time.
    private var silentFrom: Int {
        let (from, to) = (stream.own.local, stream.own.remote)
        let packets = [
            Segment(source: from, destination: to, flags: .ack), Segment(source: to, destination: from, flags: .ack),
        ]
        let names = stream.plan.faults.filter { packets.contains(where: $0.selector.matches) }.map(\.name)
        let switched = stream.plan.steps.lastIndex { step in
            if case .fault(let change) = step.action { names.contains(change.fault) } else { false }
        }
        return max(stream.connecting, switched.map { $0 + 1 } ?? 0)
    }

    private var chain: TimerChain {
        let chain = law.chain()
        return isBent ? chain.bent(10) : chain
    }

    private var end: String { "\(stream.own.socket) is given up" }

    var isBendable: Bool { true }
    var longest: Nanoseconds { chain.firings(law.wheel).last?.to ?? .zero }

    var moments: [Moment] {
        let chain = chain
        let firings = chain.firings(law.wheel)
        let soonest = chain.soonestEnd
        return firings.indices.map { index in
            guard chain.timers[index].fate == .givesUp else {
                return Moment(what: "probe \(index + 1)", window: firings[index], certain: index < soonest)
            }
            return Moment(what: end, window: Interval(firings[soonest].from, firings[index].to), certain: true)
        }
    }

    var rungs: [Rung] {
        let ladder = StreamRungs(stream)
        let isOut = try? stream.losses(of: .ack, from: stream.own.local, to: stream.own.remote, at: silentFrom) == .all
        return ladder.steps() + ladder.repeats(moments.dropLast(), after: 0, lost: isOut == true ? .all : .first(0))
            + ladder.events(moments.suffix(1), after: 0)
            + ladder.packet("RST", moments.last?.window, fate: isOut == true ? .lost : .arrives)
    }

    var expected: String {
        guard let last = moments.last else { return "" }
        let (most, least) = (moments.count - 1, moments.dropLast().count(where: \.certain))
        let number = least == most ? "\(most)" : "\(least)–\(most)"
        return "\(number) probes, then \(last.what) with ETIMEDOUT, \(last.window) after something came last"
    }

    var rule: String {
        let words =
            "the first probe after \(law.time.fixed(0)) s (TCP_KEEPIDLE, tcp_keepalive_time), one more every "
            + "\(law.interval.fixed(0)) s (TCP_KEEPINTVL, tcp_keepalive_intvl), "
        guard let user = law.userTimeout else {
            return words + "given up with RST when \(law.probes) are out (TCP_KEEPCNT, tcp_keepalive_probes; "
                + "tcp_keepalive_timer)"
        }
        return words
            + "given up with RST when one is out and \(user) have passed (TCP_USER_TIMEOUT; tcp_keepalive_timer)"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        let own = stream.own
        if let blindness = evidence.blindness(of: own) {
            return LawFinding(verdict: .inconclusive, seen: blindness)
        }
        guard let last = evidence.received(by: own).last else {
            return LawFinding(verdict: .fail, seen: "nothing ever came to \(own.socket)")
        }
        let acks = evidence.sent(by: own).filter { PacketKind.ack.matches($0.event.segment) }
        guard !acks.contains(where: { $0.at < last.at }) else {
            // The timer goes on from such a probe, and not from its answer.
            return evidence.packets.contains { $0.event.takenBy != nil }
                ? .tooLate("a probe had been answered before everything was lost")
                : LawFinding(verdict: .fail, seen: "its probes were answered")
        }
        let probes = acks.filter { $0.at > last.at + Punctuality.cap }
        var finding = ChainFinding(
            chain, wheel: law.wheel, packets: [last] + probes, named: "probe", first: "the last segment", evidence)
        finding.judge(end: end, evidence.leaving(own, since: last.at))
        return LawFinding(
            rows: finding.rows,
            seen: "\(probes.count) probes"
                + (evidence.leaving(own, since: last.at).map {
                    ", gone \(($0.at - last.at).fixed(3)) s after something came last"
                } ?? ""))
    }
}
