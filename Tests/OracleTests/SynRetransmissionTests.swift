import Model
import Oracle
import Testing

/// The law against schedules worked out by hand from `tcp_write_timeout()` and `tcp_retransmit_timer()`.
@Suite struct SynRetransmissionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var retries: Int
        var linear: Int
        var options = ""
        var maximum: Int64 = 120_000
        var user: Int64?
        var initial: Int64 = 1000
        /// Nominal seconds from the first SYN: each repeated SYN, and last the end.
        var times: [Double]

        var testDescription: String {
            "retries \(retries), linear \(linear), max \(maximum), user \(user ?? 0), first \(initial)"
        }
    }

    static let wheel = TimerWheel(tick: .milliseconds(4), processors: 1)

    static let cases = [
        Case(retries: 1, linear: 0, times: [1, 3]),
        Case(retries: 2, linear: 0, times: [1, 3, 7]),
        Case(retries: 6, linear: 0, times: [1, 3, 7, 15, 31, 63, 127]),
        Case(retries: 7, linear: 0, times: [1, 3, 7, 15, 31, 63, 127, 247]),
        // With linear timeouts few retries end by time, before the count is reached.
        Case(retries: 1, linear: 4, times: [1, 2, 3]),
        Case(retries: 2, linear: 4, times: [1, 2, 3, 4, 5, 7]),
        Case(retries: 3, linear: 4, times: [1, 2, 3, 4, 5, 7, 11, 19]),
        Case(retries: 6, linear: 4, times: [1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131]),
        Case(retries: 3, linear: 1, times: [1, 2, 4, 8, 16]),
        // tcp_rto_max_ms caps every wait and the time limit: 1 + 2 + 5 × 3 = 18 s.
        Case(retries: 6, linear: 4, maximum: 3000, times: [1, 2, 3, 4, 5, 7, 10, 13, 16, 19]),
        // 1999 ms are 500 jiffies, so that two of the initial RTO fit: limit 3 + 5 × 2 = 13 s, at one-second waits.
        Case(retries: 6, linear: 12, maximum: 1999, times: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
        // TCP_USER_TIMEOUT cuts the last wait, never the first, and replaces the limit even upwards.
        Case(retries: 6, linear: 4, user: 3500, times: [1, 2, 3, 3.5]),
        Case(retries: 6, linear: 4, user: 500, times: [1, 1.004]),
        Case(retries: 2, linear: 4, user: 20_000, times: [1, 2, 3, 4, 5, 7, 11]),
        // What a BPF program says instead of 1 s stretches or shrinks all of it, the limit too.
        Case(retries: 2, linear: 0, initial: 100, times: [0.1, 0.3, 0.7]),
        Case(retries: 2, linear: 4, initial: 100, times: [0.1, 0.2, 0.3, 0.4, 0.5, 0.7]),
        Case(retries: 2, linear: 0, initial: 1, times: [0.004, 0.012, 0.028]),
        Case(retries: 2, linear: 4, initial: 3000, times: [3, 6, 9, 12, 15, 21]),
        // No timer is longer than the maximum, but the limit of 7 × 4 s heeds none.
        Case(retries: 2, linear: 1, maximum: 1500, initial: 4000, times: [1.5, 3, 4.5, 6]),
        Case(retries: 1, linear: 12, maximum: 1500, initial: 4000, times: [1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12]),
    ]

    @Test("number and nominal times", arguments: cases)
    func schedule(_ wanted: Case) {
        let law = SynRetransmission(
            retries: wanted.retries, linear: wanted.linear, initialRTO: .milliseconds(wanted.initial),
            maximumRTO: .milliseconds(wanted.maximum),
            userTimeout: wanted.user.map(Nanoseconds.milliseconds), wheel: Self.wheel)
        let timers = law.timers()
        #expect(timers.count == wanted.times.count)
        #expect(timers.last?.fate == .givesUp)
        var elapsed = Interval(.zero, .zero)
        for (timer, time) in zip(timers, wanted.times) {
            elapsed = timer.firing(after: elapsed, wheel: law.wheel)
            let nominal = Nanoseconds(Int64(time * 1e9))
            // One millisecond is what the kernel's rounding of TCP_USER_TIMEOUT may cost.
            let early: Nanoseconds = timer.userTimeout == nil ? .zero : .milliseconds(1)
            #expect(elapsed.from <= nominal && nominal <= elapsed.to, "\(nominal) in \(elapsed)")
            #expect(elapsed.from >= nominal - early)
        }
    }

    @Test("the worst case of the default attempt is the sum of the granules")
    func accumulatedLateness() {
        let law = SynRetransmission(retries: 6, linear: 4, wheel: Self.wheel)
        let end = law.timers().reduce(Interval(.zero, .zero)) { $1.firing(after: $0, wheel: law.wheel) }
        // Waits: five of 1 s and one of 2 s (32 ms each), 4, 8, 16 s (256 ms each), 32 and 64 s (2048 ms each).
        #expect(end.from == .seconds(131))
        let lateness: Int64 = 6 * 32 + 3 * 256 + 2 * 2048
        #expect(end.to == .seconds(131) + .milliseconds(lateness))
    }

    @Test("where lateness decides, the fate says from when on")
    func lateness() {
        // 127 waits of one second are each up to 32 ms late: the limit of 127 s is reached by the 124th at the earliest.
        let law = SynRetransmission(retries: 6, linear: 127, wheel: Self.wheel)
        let fates = law.timers().map(\.fate)
        #expect(fates.last == .givesUp)
        let open = fates.indices.filter { fates[$0] == .givesUpAfter(.seconds(127)) }
        #expect(!open.isEmpty)
        #expect(open == Array(open[0]..<fates.count - 1), "open only just before the end")
        #expect(open[0] * 1032 + 1032 >= 127_000)
    }

    @Test("the time limit is tcp_model_timeout()")
    func limits() {
        func limit(_ retries: Int, _ maximum: Int64) -> Nanoseconds {
            SynRetransmission(
                retries: retries, linear: 4, maximumRTO: .milliseconds(maximum), wheel: Self.wheel
            ).timeLimit
        }
        #expect(limit(6, 120_000) == .seconds(127))
        #expect(limit(8, 120_000) == .seconds(127 + 240))
        #expect(limit(6, 3000) == .seconds(18))
        #expect(limit(6, 1000) == .seconds(7))
    }

    @Test("a limit that does not fit 32 bits of milliseconds is none")
    func overflow() {
        func law(_ retries: Int, _ initial: Int64) -> SynRetransmission {
            SynRetransmission(
                retries: retries, linear: 0, initialRTO: .seconds(initial), maximumRTO: .seconds(1), wheel: Self.wheel)
        }
        #expect(law(19, 2).isComputable && !law(20, 2).isComputable && !law(127, 120).isComputable)
        #expect(law(127, 1).isComputable)
    }
}
