package import Model

/// How a request socket's timer goes on: the initial RTO, then twice as long each time (`reqsk_timer_handler()`), the
/// maximum RTO at most.
///
/// Neither `tcp_rto_min_us` nor the path's round trip time has a part in it: `tcp_timeout_init()` is 1 s, or what a BPF
/// program says. Such a program is heeded for the first wait alone by kernels before 5.18 (5903123f662e), and the listener's
/// own maximum RTO (TCP_RTO_MAX_MS, or else `tcp_rto_max_ms`) since 6.19 alone (1e9d3005e02c); before, it is 120 s.
///
/// The kernel computes it as `(u64)req->timeout << req->num_timeout`, and nothing bounds the shift: once every bit has been
/// shifted out a wait is 0 instead of 120 s, and a shift of 64 is undefined. `num_timeout` has 7 bits
/// (`struct request_sock`), so no limit above 127 timeouts is ever reached.
package struct RequestTimer: Sendable, Hashable {
    package var initialRTO: Nanoseconds
    package var maximumRTO: Nanoseconds
    package var wheel: TimerWheel

    /// TCP_RTO_MAX.
    static let longest = Nanoseconds.seconds(120)

    package init(
        initialRTO: Nanoseconds = .seconds(1), maximumRTO: Nanoseconds = .seconds(120), wheel: TimerWheel
    ) {
        self.initialRTO = initialRTO
        self.maximumRTO = maximumRTO
        self.wheel = wheel
    }

    /// `tcp_reqsk_timeout()`: the initial RTO in jiffies << timeouts, the maximum at most. The first wait knows no maximum but
    /// TCP_RTO_MAX (`reqsk_queue_hash_req()`), unless a SYN that comes again has started it anew (`tcp_check_req()`).
    package func timeout(after timeouts: Int, isAnew: Bool = false) -> Nanoseconds {
        let most = wheel.wholeJiffies(maximumRTO)
        let first = min(wheel.wholeJiffies(initialRTO), isAnew ? most : Self.longest)
        return (0..<timeouts).reduce(first) { timeout, _ in min(timeout * 2, most) }
    }

    /// After so many timeouts a wait is still what `timeout(after:)` says; one more, and nothing is left of the bits.
    package var mostTimeouts: Int {
        let first = wheel.jiffies(min(initialRTO, Self.longest))
        return UInt64.bitWidth - 1 - max(1, first).trailingZeroBitCount
    }

    /// `num_timeout`'s greatest value.
    package static let greatestCount = 127

    /// When the timer fires that was armed, within `armed`, after so many timeouts.
    package func firing(armed: Interval, after timeouts: Int) -> Interval {
        let timeout = wheel.wholeJiffies(timeout(after: timeouts))
        return Interval(armed.from + timeout, armed.to + timeout + wheel.lateness(timeout))
    }

    /// When the timer has fired so often, of a request that was made within `born`.
    package func firing(born: Interval, times: Int) -> Interval {
        (0..<times).reduce(born) { firing(armed: $0, after: $1) }
    }
}

extension RequestTimer {
    /// As the plan and this kernel have it for the requests of a listener.
    init(of listen: Listen, in plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        if plan.initialRTO != nil, KernelChanges.isOlder(facts.kernel, than: (5, 18)) {
            throw OracleError(
                "a BPF program decides over the repeated SYN+ACKs of a listener since Linux 5.18 only; this is "
                    + facts.kernel,
                origin: origin, isLack: true)
        }
        var maximum: Int?
        if !KernelChanges.isOlder(facts.kernel, than: (6, 19)) {
            let numbers = SysctlNumbers(host: listen.host, plan: plan, facts: facts, origin: origin)
            let everybodys = try numbers.optional(SynRetransmission.maximumKey)
            maximum = listen.options.last { $0.name == "TCP_RTO_MAX_MS" }?.value ?? everybodys
        }
        self.init(
            initialRTO: plan.initialRTO ?? .seconds(1),
            maximumRTO: maximum.map { .milliseconds(Int64($0)) } ?? Self.longest, wheel: TimerWheel(facts))
    }

    /// Throws where a listener's retries take its timer beyond what the kernel can compute.
    func checkRetries(_ retries: Int, origin: SourceLocation?) throws(OracleError) {
        guard retries > mostTimeouts else { return }
        throw OracleError(
            "\(retries) repeated SYN+ACKs are more than the kernel can compute waits for: after \(mostTimeouts) timeouts the "
                + "next wait overflows (reqsk_timer_handler shifts by their number)"
                + (retries > Self.greatestCount
                    ? ", and a number of 7 bits never gets to \(retries) (num_timeout)" : "")
                + "; choose \(mostTimeouts) at most",
            origin: origin)
    }

    /// Whether its maximum RTO is shorter than every kernel's.
    var isCut: Bool { maximumRTO < Self.longest }
}
