import Model

/// What decides the retransmission timeout of an established connection (RFC 6298; `tcp_rtt_estimator()`,
/// `tcp_set_rto()`): RTO = srtt + max(4 × rttvar, `tcp_rto_min()`), in whole jiffies, rounded up, and no more than the
/// greatest RTO (`tcp_bound_rto()`).
///
/// The least RTO is itself kept in whole jiffies, rounded up (`icsk_rto_min`, `tcp_init_sock()`), so that with a jiffy of
/// 4 ms a `tcp_rto_min_us` of 5000 makes 8 ms, and an RTO of 12.
///
/// The round trip time is the path's affair, and no sysctl's. So the RTO is an interval: from a path that takes no time to
/// one whose round trips take at most `roundTrip`.
struct EstablishedPath: Hashable {
    static let minimumKey = "net.ipv4.tcp_rto_min_us"
    static let maximumKey = SynRetransmission.maximumKey

    /// `tcp_rto_min_us` (Linux 6.11), else TCP_RTO_MIN: 200 ms.
    var minimumRTO: Nanoseconds
    /// `tcp_rto_max_ms` (Linux 6.15), else TCP_RTO_MAX: 120 s.
    var maximumRTO: Nanoseconds
    /// No round trip took longer.
    var roundTrip: Nanoseconds
    var wheel: TimerWheel

    /// The first RTO.
    ///
    /// A round trip takes a microsecond at least, so that much is always added. `mdev` (four times the mean deviation)
    /// stays below four times the longest round trip.
    var timeout: Interval {
        let (least, most) = (wheel.wholeJiffies(minimumRTO), wheel.wholeJiffies(maximumRTO))
        return Interval(
            min(wheel.wholeJiffies(least + .microseconds(1)), most),
            min(wheel.wholeJiffies(roundTrip + max(roundTrip * 4, least)), most))
    }

    /// Until the tail loss probe of a single packet: twice the srtt and the least RTO, but no longer than the RTO
    /// (`tcp_schedule_loss_probe()`, since 4.13).
    var probeTimeout: Interval {
        let most = wheel.wholeJiffies(roundTrip * 2 + wheel.wholeJiffies(minimumRTO))
        return Interval(timeout.from, max(timeout.from, min(most, timeout.to)))
    }
}

extension EstablishedPath {
    /// As the plan has it on a host; `options` are those of the socket, which win.
    init(
        _ host: String, options: [String: Int], plan: Plan, facts: Facts, origin: SourceLocation?
    ) throws(OracleError) {
        let numbers = SysctlNumbers(host: host, plan: plan, facts: facts, origin: origin)
        let minimum = try numbers.optional(Self.minimumKey).map { Nanoseconds.microseconds(Int64($0)) }
        let everybodys = try numbers.optional(Self.maximumKey)
        let maximum = options["TCP_RTO_MAX_MS"] ?? everybodys
        self.init(
            minimumRTO: minimum ?? .milliseconds(200), maximumRTO: .milliseconds(Int64(maximum ?? 120_000)),
            roundTrip: facts.tick, wheel: TimerWheel(facts))
    }
}

/// The numbers that a host's sysctls have in a plan.
struct SysctlNumbers {
    let host: String
    let plan: Plan
    let facts: Facts
    let origin: SourceLocation?

    /// `nil` where this kernel does not have the key.
    func optional(_ key: String) throws(OracleError) -> Int? {
        guard let text = plan.sysctl(key, on: host, facts: facts) else { return nil }
        guard let number = Int(text) else {
            throw OracleError("\(key) of host '\(host)' is '\(text)', not a number", origin: origin)
        }
        return number
    }

    func required(_ key: String) throws(OracleError) -> Int {
        guard let number = try optional(key) else {
            throw OracleError("this kernel has no \(key)", origin: origin, isLack: true)
        }
        return number
    }
}
