import Model

/// `retransmission`: what becomes of the first packet of an end that the plan's faults keep from being acknowledged.
struct RetransmissionForecast: LawForecast {
    static let description = Retransmission.description

    let stream: StreamPlan
    let law: Retransmission
    /// The step that sends the packet.
    private let sending: Int
    /// How many of its copies are lost, or their acknowledgements.
    private let lost: Losses.Count
    private let isBent: Bool

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        let stream = try StreamPlan(claim.of, in: plan, facts: facts, origin: origin)
        try stream.refuseMadeUp()
        self.stream = stream
        guard let first = try Self.first(in: stream) else {
            throw stream.refusal(
                "everything that it sends is acknowledged; lose its data, its FIN, or what answers them")
        }
        (sending, lost) = first
        let action = plan.steps[sending].action
        let numbers = SysctlNumbers(host: stream.own.host, plan: plan, facts: facts, origin: origin)
        let isOrphan = if case .close = action { true } else { false }
        let (early, sack) = (
            try numbers.required(Retransmission.probeKey), try numbers.required(Retransmission.sackKey)
        )
        let other = try plan.owner(of: stream.own.remote.address).map { host throws(OracleError) in
            try SysctlNumbers(host: host, plan: plan, facts: facts, origin: origin).required(Retransmission.sackKey)
        }
        let probes = [3, 4].contains(early) && sack != 0 && other != 0
        let user = stream.options["TCP_USER_TIMEOUT"] ?? 0
        let isEstablished = !stream.steps(of: stream.peer).contains { $0.action.sendsFin && $0.index < first.0 }
        let thin = try numbers.optional(Retransmission.thinKey) ?? 0
        let isThin = !action.sendsFin && isEstablished && thin != 0
        law = Retransmission(
            path: try EstablishedPath(
                stream.own.host, options: stream.options, plan: plan, facts: facts, origin: origin),
            retries: try numbers.required(isOrphan ? Retransmission.orphanKey : Retransmission.retriesKey),
            isOrphan: isOrphan, probes: probes, userTimeout: user > 0 ? .milliseconds(Int64(user)) : nil,
            linear: isThin ? Retransmission.thinRepeats : 0)
        isBent = plan.counterRun == .bentLaw
    }

    /// The first step that sends what is not acknowledged at once; it must be the only one in flight.
    private static func first(in stream: StreamPlan) throws(OracleError) -> (Int, Losses.Count)? {
        let steps = stream.steps(of: stream.own)
        for (place, step) in steps.enumerated() {
            let payload: Int
            var flags: TCPFlags = .ack
            switch step.action {
            case .send(let send):
                guard send.bytes <= Self.mostBytes else {
                    throw stream.refusal("\(send.bytes) bytes are several packets; send \(Self.mostBytes) at most")
                }
                payload = send.bytes
            case let action where action.sendsFin:
                payload = 0
                flags.insert(.fin)
            default: continue
            }
            let own = stream.own
            let out = try stream.losses(
                of: flags, payload: payload, from: own.local, to: own.remote, at: step.index)
            let back = try stream.losses(of: .ack, from: own.remote, to: own.local, at: step.index)
            guard case .first(let sent) = out, case .first(let answered) = back else {
                try refuseOthers(after: place, steps, stream)
                return (step.index, .all)
            }
            if sent + answered == 0 { continue }
            try refuseOthers(after: place, steps, stream)
            return (step.index, .first(sent + answered))
        }
        return nil
    }

    /// Fits into one segment with every option that there may be.
    private static let mostBytes = 1000

    private static func refuseOthers(
        after place: Int, _ steps: [(index: Int, action: Action)], _ stream: StreamPlan
    ) throws(OracleError) {
        for step in steps[(place + 1)...] {
            if case .receive = step.action { continue }
            throw stream.refusal("it does more while a packet is not acknowledged")
        }
        for step in stream.steps(of: stream.peer) where step.index > steps[place].index {
            if case .receive = step.action { continue }
            throw stream.refusal("its peer does something while a packet is not acknowledged")
        }
    }

    private var chain: TimerChain {
        let chain = law.chain()
        return isBent ? chain.bent(10) : chain
    }

    private var what: String { sendsData ? "data" : "FIN" }
    private var sendsData: Bool { if case .send = stream.plan.steps[sending].action { true } else { false } }
    private var end: String {
        law.isOrphan ? "\(stream.own.socket) is gone" : "\(stream.own.socket) fails with ETIMEDOUT"
    }

    /// The chain as far as it goes in this plan.
    private var finite: (timers: [Interval], isGivenUp: Bool) {
        let firings = chain.firings(law.path.wheel)
        if case .first(let count) = lost, count < firings.count { return (Array(firings.prefix(count)), false) }
        return (firings, true)
    }

    var isBendable: Bool { true }

    var longest: Nanoseconds { stream.time(before: sending) + (finite.timers.last?.to ?? .zero) }

    var moments: [Moment] {
        let (firings, isGivenUp) = finite
        var moments = [Moment(what: "\(what) 1", window: Interval(.zero, .zero), certain: true)]
        var certain = true
        for (index, window) in firings.enumerated() {
            let timer = chain.timers[index]
            if isGivenUp, timer.fate == .givesUp {
                let from = firings[chain.soonestEnd].from
                moments.append(Moment(what: end, window: Interval(from, window.to), certain: true))
                break
            }
            if timer.mayGiveUp { certain = false }
            moments.append(Moment(what: "\(what) \(index + 2)", window: window, certain: certain))
        }
        return moments
    }

    var rungs: [Rung] {
        let ladder = StreamRungs(stream)
        let isGivenUp = finite.isGivenUp
        let payload: Int
        if case .send(let send) = stream.plan.steps[sending].action { payload = send.bytes } else { payload = 0 }
        let out = try? stream.losses(
            of: sendsData ? .ack : [.fin, .ack], payload: payload, from: stream.own.local, to: stream.own.remote,
            at: sending)
        return ladder.steps(lossy: sending)
            + ladder.repeats(
                isGivenUp ? moments.dropLast() : moments[...], after: sending, lost: out ?? .first(0),
                isAnswered: !isGivenUp)
            + ladder.events(isGivenUp ? moments.suffix(1) : [], after: sending)
    }

    var expected: String {
        let moments = moments
        guard finite.isGivenUp, let last = moments.last else {
            let last = moments.last.map { ", last \($0.window) after the first," } ?? ""
            return "\(what) is sent \(moments.count) times\(last) and then acknowledged"
        }
        let most = moments.count - 1
        let least = moments.dropLast().count(where: \.certain)
        let number = least == most ? "\(most)" : "\(least)–\(most)"
        return "\(what) is sent \(number) times, then \(last.what), \(last.window) after the first"
    }

    var rule: String {
        let wheel = law.path.wheel
        var words = "the RTO is the least one (tcp_rto_min) and the round trip time, in whole jiffies: from "
        words += "\(wheel.wholeJiffies(law.path.timeout.from)) on, and twice as long each time, up to "
        words += "\(law.path.maximumRTO.fixed(0)) s (tcp_retransmit_timer)"
        if law.probes { words += "; before it a tail loss probe, which backs nothing off (tcp_send_loss_probe)" }
        if let user = law.userTimeout {
            return words + "; given up \(user) after the first timeout, as TCP_USER_TIMEOUT says (tcp_write_timeout)"
        }
        let key = law.isOrphan ? "tcp_orphan_retries" : "tcp_retries2"
        let retries = law.isOrphan && law.retries == 0 ? 8 : law.retries
        words += "; given up \(law.model(retries).fixed(1)) s after the first timeout, which is what \(key)"
        words += " \(law.retries)\(retries == law.retries ? "" : " (for an orphan: 8)") comes to with an RTO of "
        return words + "\(Retransmission.modelRTO) (tcp_write_timeout, tcp_model_timeout)"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        if let blindness = evidence.blindness(of: stream.own) {
            return LawFinding(verdict: .inconclusive, seen: blindness)
        }
        let step = stream.plan.steps[sending].action
        let name = if case .close = step { "close" } else if sendsData { "send" } else { "shutdown" }
        guard let call = evidence.call(name, of: stream.own.socket) else {
            return LawFinding(verdict: .fail, seen: "\(name)() of \(stream.own.socket) was never called")
        }
        let packets = evidence.repeats(of: stream.own, since: call.at) { segment in
            sendsData ? segment.payload > 0 : PacketKind.fin.matches(segment)
        }
        if let first = packets.first, evidence.isInFlight(of: stream.own, at: first.at) {
            return LawFinding(
                verdict: .inconclusive, seen: "when \(what) 1 was sent, something before it was not acknowledged yet")
        }
        // What the path's round trips really took decides the RTO, as it does in the kernel.
        var law = law
        law.path.roundTrip = evidence.longestRoundTrip(of: stream.own, until: packets.first?.at ?? call.at)
        let chain = isBent ? law.chain().bent(10) : law.chain()
        let sight = evidence.leaving(stream.own, since: call.at)
        var finding = ChainFinding(
            chain, wheel: law.path.wheel, packets: packets, named: what,
            isSettled: packets.last.map { evidence.answer(to: $0, of: stream.own) != nil } ?? false, evidence)
        if case .first(let count) = lost, count < chain.timers.count {
            finding.judge(repeats: count)
        } else {
            finding.judge(end: end, sight)
        }
        return LawFinding(
            rows: finding.rows,
            seen: "\(what) was sent \(packets.count) times"
                + (sight.map {
                    ", then \(stream.own.socket) was gone \(($0.at - (packets.first?.at ?? call.at)).fixed(3)) s after the first"
                } ?? ""))
    }
}
