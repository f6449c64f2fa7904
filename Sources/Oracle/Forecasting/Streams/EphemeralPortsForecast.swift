import Model

/// `ephemeral-ports`: whether one connect() of a plan finds a port.
struct EphemeralPortsForecast: LawForecast {
    static let description = EphemeralPorts.description

    let plan: Plan
    let socket: String
    /// The step that makes the call.
    let connecting: Int
    private let law: EphemeralPorts
    private let open: Int
    /// How long the earlier ones have been in TIME_WAIT when the call begins, at the least.
    private let age: Nanoseconds
    private let answer: EphemeralPorts.Answer
    /// The names of those.
    private let earlier: [String]

    /// What a busy machine may add to a plan's pauses before anything changes.
    private static let margin = Nanoseconds.milliseconds(300)

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        socket = claim.of
        self.plan = plan
        func refusal(_ why: String) -> OracleError {
            OracleError(
                "whether '\(claim.of)' finds a port is not decided by the kernel's rules alone: \(why)", origin: origin)
        }
        let index = plan.steps.firstIndex { step in
            if case .connect(let connect) = step.action {
                connect.calls.contains { $0.socket == claim.of }
            } else {
                false
            }
        }
        guard let index, case .connect(let connect) = plan.steps[index].action else {
            throw refusal("no connect action makes it")
        }
        connecting = index
        guard connect.from == nil else { throw refusal("its port is planned; say source-port: ephemeral") }
        guard connect.series == nil else { throw refusal("it is a series; connect once more with a name of its own") }
        let earlier = EarlierConnections(of: connect, before: index, in: plan)
        guard earlier.closed.isEmpty || earlier.peersClose else {
            throw refusal("their peers never close, so they are in FIN_WAIT2")
        }
        law = try Self.law(connect, before: index, plan: plan, facts: facts, origin: origin, refusal: refusal)
        open = earlier.open
        age = earlier.age
        self.earlier = earlier.closed
        answer = law.answer(
            open: earlier.open, waiting: earlier.closed.count, age: Interval(age, age + Self.margin))
        switch answer {
        case .unsure(.age):
            throw refusal("\(age) of pauses are too close to the time from which TIME_WAIT gives way; choose others")
        case .unsure(.place):
            throw refusal(
                "of \(law.ports) ports a call leaves out the first or the last, as a hash says; choose an even number")
        case .fresh, .reused, .either, .none: break
        }
    }

    private static func law(
        _ connect: Connect, before index: Int, plan: Plan, facts: Facts, origin: SourceLocation?,
        refusal: (String) -> OracleError
    ) throws(OracleError) -> EphemeralPorts {
        let numbers = SysctlNumbers(host: connect.host, plan: plan, facts: facts, origin: origin)
        let range = (plan.sysctl(EphemeralPorts.rangeKey, on: connect.host, facts: facts) ?? "")
            .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard range.count == 2, range[0] <= range[1] else {
            throw OracleError("\(EphemeralPorts.rangeKey) cannot be read here", origin: origin, isLack: true)
        }
        var timestamps = try numbers.required(EphemeralPorts.timestampsKey) != 0
        if let peer = plan.owner(of: connect.to.address) {
            let theirs = SysctlNumbers(host: peer, plan: plan, facts: facts, origin: origin)
            if try theirs.required(EphemeralPorts.timestampsKey) == 0 { timestamps = false }
        }
        let isLoopback =
            connect.to.address.bytes.count == 4 && connect.to.address.bytes[0] == 127
            || connect.to.address.bytes == [UInt8](repeating: 0, count: 15) + [1]
        let list = plan.sysctl(ReservedPorts.key, on: connect.host, facts: facts) ?? ""
        guard let reserved = ReservedPorts(list) else {
            throw OracleError(
                "\(ReservedPorts.key)=\(list): the kernel takes a list such as 8080,9000-9099", origin: origin)
        }
        let taken = try TakenPorts(
            in: range[0]...range[1], reserved: reserved, on: connect.host, before: index, in: plan, refusal: refusal)
        return EphemeralPorts(
            ports: range[1] - range[0] + 1, untried: taken.ports.count,
            reuse: try numbers.required(EphemeralPorts.reuseKey),
            isLoopback: isLoopback,
            timestamps: timestamps,
            delay: try numbers.optional(EphemeralPorts.delayKey).map { .milliseconds(Int64($0)) })
    }

    private var waiting: Int { earlier.count }

    var findsPort: Bool { answer != .none }
    /// Whether it is surely one that was in TIME_WAIT.
    var takesOver: Bool { answer == .reused }

    var isBendable: Bool { false }
    var moments: [Moment] { [] }

    var expected: String {
        switch answer {
        case .fresh: "\(socket) finds a port"
        case .either: "\(socket) finds a port, one that is free or one that is in TIME_WAIT"
        case .reused: "\(socket) takes over a port that is in TIME_WAIT"
        case .none, .unsure: "connect() of \(socket) fails with EADDRNOTAVAIL at once"
        }
    }

    var rule: String {
        let count =
            "\(law.ports) port\(law.ports == 1 ? "" : "s") (ip_local_port_range), of which a call tries \(law.tried) "
            + "(__inet_hash_connect), "
            + (law.untried == 0
                ? "" : "\(law.untried) passed over (ip_local_reserved_ports, or bound: tb->fastreuse), ")
            + "\(open + waiting) of them taken, "
            + "\(waiting) by TIME_WAIT"
        let delay = law.delay.map { "longer than \($0) (tcp_tw_reuse_delay)" } ?? "into another second"
        return
            "\(count); TIME_WAIT gives way with tcp_tw_reuse 1, or 2 on the loopback, with timestamps at both ends, when it "
            + "has lasted \(delay) (tcp_twsk_unique): tcp_tw_reuse is \(law.reuse)"
            + (law.timestamps ? "" : ", and there are no timestamps")
    }

    func finding(in evidence: Evidence) -> LawFinding {
        guard let call = evidence.call("connect", of: socket) else {
            return LawFinding(verdict: .fail, seen: "connect() of \(socket) was never called")
        }
        // Pauses may have been longer than planned.
        let fins = earlier.compactMap { name -> Nanoseconds? in
            guard let end = evidence.end(of: name) else { return nil }
            return evidence.received(
                by: StreamPlan.End(socket: name, host: end.host, local: end.local, remote: end.remote)
            ).last { PacketKind.fin.matches($0.event.segment) && $0.at <= call.at }?.at
        }
        if let first = fins.min(), let last = fins.max(), waiting > 0, answer != .either {
            let real = law.answer(open: open, waiting: waiting, age: Interval(call.at - last, call.at - first))
            if real != answer {
                return .tooLate("TIME_WAIT had lasted \(call.at - first) when \(socket) called connect()")
            }
        }
        let ended = call.event.ended.map { $0 - call.at }
        let outcome = call.event.errno.map { "failed with \($0)" } ?? (ended == nil ? "had not ended" : "returned")
        let recycled = evidence.record.counters[call.event.host]?["TcpExt.TWRecycled"] ?? 0
        let wanted = answer == .none ? "EADDRNOTAVAIL" : nil
        let isRight = ended != nil && call.event.errno == wanted
        let reused: CountRange =
            switch answer {
            case .reused: .exactly(1)
            case .either: CountRange(0, 1)
            case .fresh, .none, .unsure: .exactly(0)
            }
        var rows = [
            Finding.Row(
                "connect() of \(socket)", expected: wanted.map { "fails with \($0)" } ?? "returns", seen: outcome,
                verdict: isRight ? .pass : .fail)
        ]
        rows.append(
            Finding.Row(
                "TcpExt.TWRecycled", expected: "+\(reused)", seen: "+\(recycled)",
                verdict: reused.contains(Int(recycled)) ? .pass : .fail))
        return LawFinding(rows: rows, seen: "connect() of \(socket) \(outcome)")
    }
}
