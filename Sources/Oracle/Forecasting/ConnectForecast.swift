import Model

/// The forecast of one connect(): its schedule, and the same in words.
struct ConnectForecast: LawForecast {
    static let description = SynRetransmission.description

    private let socket: String
    let plan: Plan
    let attempt: ConnectAttempt
    let law: SynRetransmission
    let schedule: Schedule

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        socket = claim.of
        self.plan = plan
        attempt = try ConnectAttempt(socket: socket, in: plan, facts: facts, origin: origin)
        law = try SynRetransmission(attempt.connect, in: plan, facts: facts, origin: origin)
        let timers = law.timers()
        if case .unreachable(let router) = attempt.answer {
            try Self.checkTelling(by: router, plan: plan, facts: facts, origin: origin)
        }
        let ending = Self.ending(of: attempt, law: law, timers: timers)
        if let answered = ending.answered, timers.prefix(answered.latest).contains(where: \.mayGiveUp) {
            throw OracleError(
                "whether '\(socket)' is answered before its time is up is decided by less than a timer's granule; choose "
                    + "other values",
                origin: origin)
        }
        try Self.checkAnswers(attempt, law: law, plan: plan, facts: facts, origin: origin)
        schedule = Schedule(timers: timers, ending: ending).bent(plan.counterRun == .bentLaw ? 10 : 0)
    }

    /// A SYN that comes again is answered no more often than `tcp_invalid_ratelimit` allows (`tcp_check_req()`,
    /// `tcp_oow_rate_limited()`), but for the first time.
    private static func checkAnswers(
        _ attempt: ConnectAttempt, law: SynRetransmission, plan: Plan, facts: Facts, origin: SourceLocation?
    ) throws(OracleError) {
        guard attempt.answer == .synAck, case .first(let lost) = attempt.lostAnswers, lost > 1,
            let host = plan.owner(of: attempt.connect.to.address)
        else { return }
        let key = "net.ipv4.tcp_invalid_ratelimit"
        let limit = plan.sysctl(key, on: host, facts: facts).flatMap { Int64($0) } ?? 0
        guard limit > law.initialRTO.milliseconds else { return }
        throw OracleError(
            "SYNs come again sooner than every \(limit) ms (\(key)), so not each of them is answered, and which SYN+ACK "
                + "gets through depends on the moment; lose one SYN+ACK, or all",
            origin: origin)
    }

    /// `ip_error()` answers five packets of a host at once and then one a second, by figures of the whole machine.
    private static let mostAtOnce = 2

    private static func checkTelling(
        by router: String, plan: Plan, facts: Facts, origin: SourceLocation?
    ) throws(OracleError) {
        if KernelChanges.isOlder(facts.kernel, than: (5, 8)) {
            throw OracleError(
                "who learns of an ICMP error while it connects, and when, is known since Linux 5.8 only; this is "
                    + facts.kernel, origin: origin, isLack: true)
        }
        guard plan.unreachableCalls <= mostAtOnce else {
            throw OracleError(
                "\(router) may keep back what it has to tell of so many SYNs (ip_error); at most \(mostAtOnce) calls of a "
                    + "scenario may end so",
                origin: origin)
        }
    }

    private static func ending(
        of attempt: ConnectAttempt, law: SynRetransmission, timers: [RetransmissionTimer]
    ) -> ScheduleEnding {
        let silence = ScheduleEnding.silence(errno: "ETIMEDOUT")
        guard case .first(let syns) = attempt.lostSyns, case .first(let answers) = attempt.lostAnswers else {
            return silence
        }
        // Every SYN that arrives is answered, and a SYN+ACK is also repeated by the server's own timer, the first time
        // after the same initial RTO (reqsk_timer_handler). Which of the two is first, nobody can say.
        let latest = syns + answers
        guard latest < timers.count else { return silence }
        switch attempt.answer {
        case .silence, .noRoom: return silence
        case .unreachable:
            // What answers the first SYN finds the socket in connect()'s hands; the later ones are a timer's.
            let isV4 = attempt.connect.to.address.family == .ipv4
            let isPolled = isV4 && syns == 0 && attempt.connect.blocking != true
            return .unreachable(after: isPolled ? 0 : max(syns, 1), errno: isV4 ? "EHOSTUNREACH" : "ENETUNREACH")
        case .reset: return .refused(after: latest, errno: "ECONNREFUSED")
        case .synAck: return .connected(earliest: syns, latest: latest, delay: answers > 0 ? law.initialRTO : .zero)
        }
    }

    /// Where every answer comes at once, no time is predicted.
    var isBendable: Bool { moments.contains { $0.window.to > .zero } }

    func finding(in evidence: Evidence) -> LawFinding {
        guard let connect = ConnectFinding(schedule, of: socket, in: evidence) else {
            return LawFinding(verdict: .fail, seen: "connect() of \(socket) was never called")
        }
        let host = evidence.call("connect", of: socket)?.event.host ?? ""
        if let blindness = evidence.blindness(of: host) { return LawFinding(verdict: .inconclusive, seen: blindness) }
        if case .unreachable(_, let errno) = schedule.ending, connect.verdict == .fail,
            evidence.call("connect", of: socket)?.event.errno == errno,
            evidence.record.counters[host]?["TcpExt.LockDroppedIcmps"] ?? 0 < Int64(plan.unreachableCalls)
        {
            return .tooLate("the answer to a first SYN came when connect() had let go of the socket (LockDroppedIcmps)")
        }
        return LawFinding(verdict: connect.verdict, seen: connect.seen, rows: connect.comparison)
    }

    /// What happens when, counted from the first SYN, and how sure that is.
    var moments: [Moment] { Self.moments(of: schedule, wheel: law.wheel) }

    static func moments(of schedule: Schedule, wheel: TimerWheel) -> [Moment] {
        var moments = [Moment(what: "SYN 1", window: Interval(.zero, .zero), certain: true)]
        var elapsed = Interval(.zero, .zero)
        var earliestEnd: Nanoseconds?
        for (index, timer) in schedule.timers.enumerated() {
            if let answered = schedule.ending.answered {
                if index == answered.earliest { earliestEnd = elapsed.from + answered.delay }
                if index == answered.latest { break }
            }
            elapsed = timer.firing(after: elapsed, wheel: wheel)
            var certain = earliestEnd == nil
            switch timer.fate {
            case .givesUp: continue
            case .retransmits: break
            case .givesUpAfter(let limit):
                certain = false
                earliestEnd = earliestEnd ?? max(elapsed.from, limit)
                elapsed.to = min(elapsed.to, limit)
            }
            moments.append(Moment(what: "SYN \(index + 2)", window: elapsed, certain: certain))
        }
        let from = earliestEnd ?? elapsed.from
        moments.append(
            Moment(what: schedule.ending.outcome, window: Interval(from, max(from, elapsed.to)), certain: true))
        return moments
    }

    /// `6 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.192 s`.
    var expected: String {
        let moments = moments
        let most = moments.count - 1
        let least = moments.dropLast().count(where: \.certain)
        let number = least == most ? "\(most)" : "\(least)–\(most)"
        let window = moments[most].window
        let time = window.to == .zero ? "at once" : "after \(window)"
        return "\(number) SYN\(most == 1 ? "" : "s"), then \(moments[most].what) \(time)"
    }

    /// Why, with the values that decide.
    var rule: String {
        let count = law.linear > 0 ? "\(law.retries) + \(law.linear)" : "\(law.retries)"
        var words = "each wait begins as \(law.initialRTO.short)"
        if law.initialRTO != .seconds(1) { words += " (a BPF program tells tcp_timeout_init)" }
        words +=
            law.linear > 0 ? ", stays so for \(law.linear) repeated SYNs (tcp_syn_linear_timeouts) and then" : " and"
        words += " doubles up to \(law.maximumRTO.short) (tcp_retransmit_timer); "
        words += "given up when \(count) SYNs have been repeated, "
        let limit = law.timeLimit.fixed(law.timeLimit.milliseconds % 100 == 0 ? 1 : 3)
        words += "or when one has and \(limit) s have passed (tcp_write_timeout)"
        if law.userTimeout != nil { words += ", which is TCP_USER_TIMEOUT (it shortens the last wait too)" }
        switch (attempt.answer, schedule.ending) {
        case (.silence, _): return words + "; nobody has this address"
        case (.noRoom, _): return words + "; the listener has no room, and drops every SYN (tcp_conn_request)"
        case (.unreachable(let router), .unreachable(let after, _)):
            words +=
                "; \(router) answers each SYN with ICMP, unreachable; what connect() holds the socket for is only "
                + "noted (tcp_v4_err, tcp_v6_err)"
            return words
                + (after == 0 ? ", and told to who polls (ip_icmp_error, SO_ERROR)" : "; the next one ends the call")
        case (_, .silence), (.unreachable, _): return words + "; nothing gets through"
        case (.reset, _): return words + "; a host without a listener answers the SYN that arrives with RST"
        case (.synAck, _): return words + "; a SYN that arrives is answered with SYN+ACK"
        }
    }
}

extension ScheduleEnding {
    /// After how many fired timers an answer arrives, and how long after that packet at the earliest.
    var answered: (earliest: Int, latest: Int, delay: Nanoseconds)? {
        switch self {
        case .silence: nil
        case .connected(let earliest, let latest, let delay): (earliest, latest, delay)
        case .refused(let after, _), .unreachable(let after, _): (after, after, .zero)
        }
    }

    /// The errno of the call; `nil` where it succeeds.
    var errno: String? {
        switch self {
        case .silence(let errno), .refused(_, let errno), .unreachable(_, let errno): errno
        case .connected: nil
        }
    }

    /// `connect() fails with ETIMEDOUT`.
    var outcome: String { errno.map { "connect() fails with \($0)" } ?? "connect() returns" }
}

extension Plan {
    /// The calls that a router's ICMP ends.
    fileprivate var unreachableCalls: Int {
        steps.reduce(0) { sum, step in
            guard case .connect(let connect) = step.action,
                router(withoutWayFrom: connect.host, to: connect.to.address) != nil
            else { return sum }
            return sum + connect.calls.count
        }
    }
}

extension SynRetransmission {
    /// The law's inputs as the plan and the kernel's defaults give them. Socket options win over sysctls.
    init(_ connect: Connect, in plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        let options = connect.options.reduce(into: [:]) { $0[$1.name] = $1.value }
        func value(_ option: String?, _ key: String) throws(OracleError) -> Int? {
            var number = option.flatMap { options[$0] }
            if number == nil, let text = plan.sysctl(key, on: connect.host, facts: facts) {
                number = Int(text)
                if number == nil {
                    throw OracleError("\(key) of host '\(connect.host)' is '\(text)', not a number", origin: origin)
                }
            }
            // What lies beyond its limits is refused by the kernel, in its own words, before a run begins.
            guard let number, let limits = Self.description.limits[key] else { return number }
            return min(max(number, limits.lowerBound), limits.upperBound)
        }
        guard let retries = try value("TCP_SYNCNT", Self.retriesKey) else {
            throw OracleError("this kernel has no \(Self.retriesKey)", origin: origin)
        }
        let linear = try value(nil, Self.linearKey)
        let maximum = try value("TCP_RTO_MAX_MS", Self.maximumKey)
        let user = options["TCP_USER_TIMEOUT"] ?? 0
        if user > 0, KernelChanges.isOlder(facts.kernel, than: (5, 4)) {
            throw OracleError(
                "TCP_USER_TIMEOUT decides over connect() since Linux 5.4 only; this is \(facts.kernel)", origin: origin)
        }
        self.init(
            retries: retries, linear: linear ?? 0, initialRTO: plan.initialRTO ?? .seconds(1),
            maximumRTO: .milliseconds(Int64(maximum ?? 120_000)),
            userTimeout: user > 0 ? .milliseconds(Int64(user)) : nil, wheel: TimerWheel(facts))
        guard isComputable else {
            throw OracleError(
                "the kernel cannot compute how long \(retries) retries take with an initial RTO longer than the "
                    + "maximum RTO; choose fewer",
                origin: origin)
        }
    }
}

extension Schedule {
    /// The same schedule stretched by that many per cent: a law that is wrong on purpose.
    fileprivate func bent(_ percent: Int64) -> Schedule {
        func stretched(_ time: Nanoseconds) -> Nanoseconds { Nanoseconds(time.value / 100 * (100 + percent)) }
        var bent = self
        for index in timers.indices {
            bent.timers[index].timeout = stretched(timers[index].timeout)
            bent.timers[index].userTimeout = timers[index].userTimeout.map(stretched)
            if case .givesUpAfter(let limit) = timers[index].fate {
                bent.timers[index].fate = .givesUpAfter(stretched(limit))
            }
        }
        return bent
    }
}
