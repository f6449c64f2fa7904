import Model

/// How often and when a listener repeats a SYN+ACK whose final ACK does not come, and when it forgets the request.
///
/// `reqsk_timer_handler()`, `syn_ack_recalc()`: the n-th expiry (from 0) of a `RequestTimer` repeats the SYN+ACK while n is
/// below the retries (TCP_SYNCNT of the listener, or else `tcp_synack_retries`) and otherwise drops the request, without a
/// word to anybody. A SYN+ACK that gets an answer ends all that at once.
///
/// A SYN that comes again (`tcp_check_req()`) is answered at once, at most once in `tcp_invalid_ratelimit`, and starts the
/// running timer anew without counting: so a client that repeats its SYN keeps its request alive.
///
/// With TCP_DEFER_ACCEPT a final ACK without data completes nothing until so many timeouts have passed as the option's
/// seconds come to (`secs_to_retrans()`). Meanwhile nothing is repeated but before the last of them, whose answer
/// completes the connection.
struct SynAckRetransmission: Hashable {
    static let description = LawDescription(
        name: "syn-ack-retransmission",
        summary: "number and times of a listener's SYN+ACKs for one request, and when the request is forgotten",
        subject: .listener, sysctls: PlannedListener.halfOpenKeys + [rateKey, SynRetransmission.maximumKey],
        limits: PlannedListener.limits.merging(SynRetransmission.description.limits) { own, _ in own })

    static let rateKey = "net.ipv4.tcp_invalid_ratelimit"

    var retries: Int
    var timer: RequestTimer
    var wheel: TimerWheel { timer.wheel }

    /// `1, 2, 4 … s`.
    var waits: String {
        let (unit, name): (Int64, String) =
            timer.initialRTO.value % 1_000_000_000 == 0 ? (1_000_000_000, "s") : (1_000_000, "ms")
        let first = timer.initialRTO.value / unit
        return "\(first), \(first * 2), \(first * 4) … \(name)"
    }

    /// Of a request whose peer says nothing more.
    var chain: TimerChain {
        TimerChain(
            timers: (0...retries).map { count in
                RetransmissionTimer(
                    timeout: timer.timeout(after: count), fate: count == retries ? .givesUp : .retransmits)
            }, stamp: 0)
    }

    /// `secs_to_retrans()`: the timeouts that TCP_DEFER_ACCEPT's seconds come to.
    static func deferred(seconds: Int) -> Int {
        guard seconds > 0 else { return 0 }
        var (count, timeout, period) = (1, 1, 1)
        while seconds > period, count < 255 {
            count += 1
            timeout = min(timeout * 2, Int(RequestTimer.longest.value / 1_000_000_000))
            period += timeout
        }
        return count
    }
}
