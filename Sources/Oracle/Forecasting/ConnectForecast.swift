import Model

/// The forecast of one connect(): its schedule, and the same in words.
struct ConnectForecast: LawForecast {
    static let description = SynRetransmission.description

    private let socket: String
    let attempt: ConnectAttempt
    let law: SynRetransmission
    let schedule: Schedule

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        socket = claim.of
        attempt = try ConnectAttempt(socket: socket, in: plan, facts: facts, origin: origin)
        law = try SynRetransmission(attempt.connect, in: plan, facts: facts, origin: origin)
        let timers = law.timers()
        let ending = Self.ending(of: attempt, law: law, timers: timers)
        if let answered = ending.answered, timers.prefix(answered.latest).contains(where: \.mayGiveUp) {
            throw OracleError(
                "whether '\(socket)' is answered before its time is up is decided by less than a timer's granule; choose "
                    + "other values",
                origin: origin)
        }
        schedule = Schedule(timers: timers, ending: ending).bent(plan.counterRun == .bentLaw ? 10 : 0)
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
        return LawFinding(verdict: connect.verdict, seen: connect.seen, rows: connect.comparison)
    }

    /// What happens when, counted from the first SYN, and how sure that is.
    var moments: [Moment] {
        var moments = [Moment(what: "SYN 1", window: Interval(.zero, .zero), certain: true)]
        var elapsed = Interval(.zero, .zero)
        var earliestEnd: Nanoseconds?
        for (index, timer) in schedule.timers.enumerated() {
            if let answered = schedule.ending.answered {
                if index == answered.earliest { earliestEnd = elapsed.from + answered.delay }
                if index == answered.latest { break }
            }
            elapsed = timer.firing(after: elapsed, wheel: law.wheel)
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
        var words = "each wait begins as \(law.initialRTO.fixed(0)) s"
        words +=
            law.linear > 0 ? ", stays so for \(law.linear) repeated SYNs (tcp_syn_linear_timeouts) and then" : " and"
        words += " doubles up to \(law.maximumRTO.fixed(0)) s (tcp_retransmit_timer); "
        words += "given up when \(count) SYNs have been repeated, "
        words += "or when one has and \(law.timeLimit.fixed(1)) s have passed (tcp_write_timeout)"
        if law.userTimeout != nil { words += ", which is TCP_USER_TIMEOUT (it shortens the last wait too)" }
        switch (attempt.answer, schedule.ending) {
        case (.silence, _): return words + "; nobody has this address"
        case (.noRoom, _): return words + "; the listener has no room, and drops every SYN (tcp_conn_request)"
        case (_, .silence): return words + "; nothing gets through"
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
        case .refused(let after, _): (after, after, .zero)
        }
    }

    /// The errno of the call; `nil` where it succeeds.
    var errno: String? {
        switch self {
        case .silence(let errno), .refused(_, let errno): errno
        case .connected: nil
        }
    }

    /// `connect() fails with ETIMEDOUT`.
    var outcome: String { errno.map { "connect() fails with \($0)" } ?? "connect() returns" }
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
            retries: retries, linear: linear ?? 0, maximumRTO: .milliseconds(Int64(maximum ?? 120_000)),
            userTimeout: user > 0 ? .milliseconds(Int64(user)) : nil, wheel: TimerWheel(facts))
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
