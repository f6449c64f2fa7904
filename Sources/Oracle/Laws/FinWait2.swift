import Model

/// How long a closed socket waits in FIN_WAIT_2 for the peer's FIN.
///
/// `tcp_fin_time()` (include/net/tcp.h): T is TCP_LINGER2, at most 120 s, or else `tcp_fin_timeout`, and 3.5 times the
/// RTO at least. Up to 60 s (TCP_TIMEWAIT_LEN) the socket becomes a minisock at once, which lives for T
/// (`tcp_rcv_state_process()`, `__tcp_close()`, `tcp_time_wait()`). Beyond it the socket stays for T − 60 s
/// (`inet_csk_reset_keepalive_timer()`), and when that timer fires it becomes a minisock for another T − 60 s
/// (`tcp_keepalive_timer()`): so 61 s makes two, and only 120 s makes 120.
///
/// A minisock needs room (`inet_twsk_alloc()`): where `tcp_max_tw_buckets` leaves none, `tcp_time_wait()` ends the connection
/// at once (`tcp_done()`), and of the two timers the first alone is waited for.
///
/// All that begins with close(): after shutdown() alone nothing bounds the state.
struct FinWait2: Hashable {
    static let description = LawDescription(
        name: "fin-wait-2",
        summary: "how long a closed connection waits for the peer's FIN",
        subject: .stream,
        sysctls: [
            timeoutKey, EstablishedPath.minimumKey, EstablishedPath.maximumKey, TimeWaitBuckets.limitKey,
        ], limits: [timeoutKey: 0...2_147_483, TimeWaitBuckets.limitKey: 0...Int(Int32.max)])

    static let timeoutKey = "net.ipv4.tcp_fin_timeout"
    /// TCP_TIMEWAIT_LEN.
    static let timeWait = Nanoseconds.seconds(60)
    /// TCP_FIN_TIMEOUT_MAX.
    static let longestLinger = 120

    /// TCP_LINGER2 or `tcp_fin_timeout`.
    var timeout: Nanoseconds
    var path: EstablishedPath

    /// Three and a half RTOs, in whole jiffies: `(rto << 2) - (rto >> 1)`.
    private func least(_ rto: Nanoseconds) -> Nanoseconds {
        let jiffies = path.wheel.jiffies(rto)
        return path.wheel.tick * ((jiffies << 2) - (jiffies >> 1))
    }

    /// The timers that it passes through with that RTO, one after the other.
    func timers(_ rto: Nanoseconds) -> [Nanoseconds] {
        let least = least(rto)
        let time = max(timeout, least)
        guard time > Self.timeWait else { return [time] }
        // A minisock is given three and a half RTOs at least, whatever is left for it.
        let rest = time - Self.timeWait
        return [rest, max(rest, least)]
    }

    /// Its life, counted from when it begins.
    var life: Interval {
        // Where the RTO decides on which side of 60 s it falls, either may be the longer.
        let lives = [path.timeout.from, path.timeout.to].map { timers($0) }
        let sums = lives.map { $0.reduce(.zero, +) }
        let latest = lives.map { $0.reduce(.zero) { $0 + $1 + path.wheel.lateness($1) } }
        return Interval(sums.min() ?? .zero, latest.max() ?? .zero)
    }
}
