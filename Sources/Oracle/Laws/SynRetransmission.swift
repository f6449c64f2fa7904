package import Model

/// How often and when an unanswered SYN is repeated, and when connect() gives up.
///
/// `net/ipv4/tcp_timer.c`. `tcp_connect()` stamps the first SYN and arms the retransmission timer with the initial RTO.
/// At every expiry `tcp_write_timeout()` ends the attempt if either of two tests says so:
/// - count: `icsk_retransmits >= retries + tcp_syn_linear_timeouts`, where retries is TCP_SYNCNT or `tcp_syn_retries`;
/// - time, once a SYN has been repeated (`retransmits_timed_out()`): the time since the first SYN has reached
///   TCP_USER_TIMEOUT or, without one, `tcp_model_timeout()`, which knows nothing of linear timeouts.
///
/// Otherwise `tcp_retransmit_timer()` repeats the SYN. The RTO stays as it is while no more than
/// `tcp_syn_linear_timeouts` SYNs have been repeated, then doubles up to the maximum RTO; and
/// `tcp_clamp_rto_to_user_timeout()` shortens the next wait to what TCP_USER_TIMEOUT leaves, one jiffy at least. The
/// first timer is armed before all that, so no option makes an attempt shorter than the initial RTO.
///
/// `tcp_timeout_init()` asks a BPF program of the socket's cgroup for the initial RTO (BPF_SOCK_OPS_TIMEOUT_INIT), cuts its
/// answer to 120 s, and is asked again for the model. One that is longer than the maximum RTO is kept, but no timer is armed
/// with more than the maximum (`inet_csk_reset_xmit_timer()`), and the model then knows no maximum: ilog2(0) is taken
/// as unsigned.
///
/// Since the two tests are independent, `tcp_syn_retries` of 1 or 2 ends by time (3 s, 7 s) before the count with linear
/// timeouts is reached, and a TCP_USER_TIMEOUT longer than the model lengthens such an attempt.
///
/// TCP_USER_TIMEOUT is heeded in SYN_SENT since 5.4 (a41e8a88b06e); stable kernels 4.19.77 to 4.19.208 have it with a
/// wrong model, which is not covered.
package struct SynRetransmission: Sendable, Hashable {
    package static let description = LawDescription(
        name: "syn-retransmission",
        summary: "number and times of the SYNs of one connect(), and how and when it ends",
        sysctls: [retriesKey, linearKey, maximumKey],
        // net/ipv4/sysctl_net_ipv4.c
        limits: [retriesKey: 1...127, linearKey: 0...127, maximumKey: 1000...120_000])

    package static let retriesKey = "net.ipv4.tcp_syn_retries"
    package static let linearKey = "net.ipv4.tcp_syn_linear_timeouts"
    package static let maximumKey = "net.ipv4.tcp_rto_max_ms"

    /// TCP_SYNCNT, or else `tcp_syn_retries`.
    package var retries: Int
    /// `tcp_syn_linear_timeouts`; 0 on kernels before 6.5.
    package var linear: Int
    /// TCP_TIMEOUT_INIT (RFC 6298 section 2.1), 1 s in every kernel since 3.1, or what a BPF program says.
    package var initialRTO: Nanoseconds
    /// TCP_RTO_MAX_MS, or else `tcp_rto_max_ms`; 120 s on kernels before 6.15.
    package var maximumRTO: Nanoseconds
    /// TCP_USER_TIMEOUT; `nil` for none.
    package var userTimeout: Nanoseconds?
    package var wheel: TimerWheel

    package init(
        retries: Int, linear: Int, initialRTO: Nanoseconds = .seconds(1), maximumRTO: Nanoseconds = .seconds(120),
        userTimeout: Nanoseconds? = nil, wheel: TimerWheel
    ) {
        self.retries = retries
        self.linear = linear
        self.initialRTO = initialRTO
        self.maximumRTO = maximumRTO
        self.userTimeout = userTimeout
        self.wheel = wheel
    }

    /// The time after which an attempt ends whatever the count says: TCP_USER_TIMEOUT, or else `tcp_model_timeout()`,
    /// which divides in whole jiffies.
    package var timeLimit: Nanoseconds {
        if let userTimeout { return userTimeout }
        return wheel.modelTimeout(retries, rto: initialRTO, maximum: maximumRTO)
    }

    /// Whether the kernel can compute the time limit: it compares milliseconds in 32 bits with a sign.
    package var isComputable: Bool { timeLimit.milliseconds <= Int64(Int32.max) }

    /// The chain of timers of an attempt that nobody answers; the last one is the one that must give up.
    ///
    /// Where the lateness of earlier timers decides whether a later one gives up, its fate says from when on it does.
    package func timers() -> [RetransmissionTimer] {
        var timers: [RetransmissionTimer] = []
        var elapsed = Interval(.zero, .zero)
        var rto = wheel.wholeJiffies(initialRTO)
        let maximum = wheel.wholeJiffies(maximumRTO)
        repeat {
            let repeated = timers.count
            var timer = RetransmissionTimer(
                timeout: min(rto, maximum), userTimeout: repeated > 0 ? userTimeout : nil, fate: .retransmits)
            elapsed = timer.firing(after: elapsed, wheel: wheel)
            // A timer cut short by TCP_USER_TIMEOUT reaches it by the same clock that the test reads.
            let surely = elapsed.from + (timer.userTimeout == nil ? .zero : RetransmissionTimer.clockStep)
            if repeated >= retries + linear || (repeated > 0 && surely >= timeLimit) {
                timer.fate = .givesUp
            } else if repeated > 0 && elapsed.to >= timeLimit {
                timer.fate = .givesUpAfter(timeLimit)
                elapsed.to = timeLimit
            }
            timers.append(timer)
            if repeated + 1 > linear { rto = min(rto * 2, maximum) }
        } while timers.last?.fate != .givesUp
        return timers
    }
}

extension RetransmissionTimer {
    /// TCP_USER_TIMEOUT is compared with the difference of two readings of a clock in whole milliseconds.
    package static let clockStep = Nanoseconds.milliseconds(1)

    /// When the timer fires, counted from the first packet, if it is armed at some time within `elapsed`.
    ///
    /// `behind`: how late expired timers were being served when it was armed. The wheel counts from the time it has got
    /// to (`forward_timer_base()`), so that much more of a timer's length decides its level.
    package func firing(after elapsed: Interval, behind: Nanoseconds = .zero, wheel: TimerWheel) -> Interval {
        Interval(
            elapsed.from + shortest(armedAt: elapsed.from, wheel),
            elapsed.to + longest(armedAt: elapsed.to, wheel)
                + wheel.lateness(longest(armedAt: elapsed.from, wheel) + behind))
    }

    private func shortest(armedAt elapsed: Nanoseconds, _ wheel: TimerWheel) -> Nanoseconds {
        guard let userTimeout else { return timeout }
        return min(timeout, max(wheel.tick, userTimeout - elapsed - Self.clockStep))
    }

    private func longest(armedAt elapsed: Nanoseconds, _ wheel: TimerWheel) -> Nanoseconds {
        let timeout = timeout + (slack ?? .zero)
        guard let userTimeout else { return timeout }
        return min(timeout, wheel.wholeJiffies(max(wheel.tick, userTimeout - elapsed + Self.clockStep)))
    }
}
