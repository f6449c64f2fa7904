import Model

/// How often and when one packet of an established connection that nobody acknowledges is repeated, be it data or a FIN,
/// and when the connection is given up.
///
/// `net/ipv4/tcp_timer.c` and `tcp_output.c`. A single packet in flight is first repeated by the tail loss probe
/// (`tcp_send_loss_probe()`, with SACK and `tcp_early_retrans` of 3 or 4), which is no timeout: it backs nothing off, and
/// after it the RTO starts anew. Then `tcp_retransmit_timer()` repeats it, and each RTO is twice the one before, up to
/// the maximum.
///
/// At every expiry but the first `tcp_write_timeout()` asks how long ago the first *timeout* was (`retrans_stamp`; the
/// probe does not set it), and gives up when that is TCP_USER_TIMEOUT or more, or without one what
/// `tcp_model_timeout()` makes of the number of retries. The model reckons with an RTO of 200 ms whatever the real one
/// is, so a number of retries is a time and not a count.
///
/// The retries are `tcp_retries2`; once the socket is closed (an orphan) `tcp_orphan_retries`, where 0 stands for 8
/// (`tcp_orphan_retries()`) while the RTO has not reached its maximum, and for 0 when it has: with a `tcp_rto_max_ms` of
/// 1000 such an orphan lasts no longer than 3 s.
///
/// With `tcp_thin_linear_timeouts` the RTO of data stays as it is for six repeats (`tcp_retransmit_timer()`; it looks at
/// nothing but ESTABLISHED, so neither at a FIN nor at data for a peer that has closed). The model knows nothing of that.
struct Retransmission: Hashable {
    static let description = LawDescription(
        name: "retransmission",
        summary: "number and times of the repeats of data or a FIN that nobody acknowledges, and when it is given up",
        subject: .stream,
        sysctls: [
            retriesKey, orphanKey, probeKey, sackKey, thinKey, EstablishedPath.minimumKey, EstablishedPath.maximumKey,
        ], limits: [retriesKey: 0...255, orphanKey: 0...255, probeKey: 0...4, sackKey: 0...255, thinKey: 0...255])

    static let retriesKey = "net.ipv4.tcp_retries2"
    static let orphanKey = "net.ipv4.tcp_orphan_retries"
    static let probeKey = "net.ipv4.tcp_early_retrans"
    static let sackKey = "net.ipv4.tcp_sack"
    static let thinKey = "net.ipv4.tcp_thin_linear_timeouts"

    /// TCP_THIN_LINEAR_RETRIES.
    static let thinRepeats = 6
    /// TCP_RTO_MIN, which `tcp_model_timeout()` reckons with.
    static let modelRTO = Nanoseconds.milliseconds(200)

    var path: EstablishedPath
    /// `tcp_retries2`, or of an orphan `tcp_orphan_retries`.
    var retries: Int
    var isOrphan: Bool
    /// Whether a tail loss probe comes first.
    var probes: Bool
    /// TCP_USER_TIMEOUT; `nil` for none.
    var userTimeout: Nanoseconds?
    /// After so many timeouts the RTO has not been doubled yet.
    var linear = 0

    /// `tcp_model_timeout()`.
    func model(_ retries: Int) -> Nanoseconds {
        path.wheel.modelTimeout(retries, rto: Self.modelRTO, maximum: path.maximumRTO)
    }

    /// For how long it is tried, from the first timeout on, as an expiring timer of that RTO sees it.
    private func limit(_ rto: Nanoseconds) -> Nanoseconds {
        if let userTimeout { return userTimeout }
        guard isOrphan, retries == 0 else { return model(retries) }
        return model(rto < path.maximumRTO ? 8 : 0)
    }

    /// The chain of timers after the first transmission; the last one is the one that must give up. Times of the limit are
    /// counted from the packet that the first timeout sends.
    func chain() -> TimerChain {
        func timer(_ timeout: Interval, userTimeout: Nanoseconds? = nil) -> RetransmissionTimer {
            RetransmissionTimer(
                timeout: timeout.from, slack: timeout.to - timeout.from, userTimeout: userTimeout, fate: .retransmits)
        }
        let maximum = path.wheel.wholeJiffies(path.maximumRTO)
        func capped(_ rto: Interval) -> Interval { Interval(min(rto.from, maximum), min(rto.to, maximum)) }
        var timers = probes ? [timer(path.probeTimeout)] : []
        var rto = capped(path.timeout)
        timers.append(timer(rto))
        let stamp = timers.count
        var elapsed = Interval(.zero, .zero)
        var unsettled: Set<Int> = []
        repeat {
            if timers.count - stamp >= linear { rto = capped(Interval(rto.from * 2, rto.to * 2)) }
            var next = timer(rto, userTimeout: userTimeout)
            elapsed = next.firing(after: elapsed, wheel: path.wheel)
            // A path that is slower reaches the maximum sooner, which shortens what an orphan is granted.
            let (soonest, latest) = (min(limit(rto.to), limit(rto.from)), max(limit(rto.to), limit(rto.from)))
            if elapsed.from >= latest + RetransmissionTimer.clockStep {
                next.fate = .givesUp
            } else if elapsed.to >= soonest - RetransmissionTimer.clockStep {
                next.fate = .givesUpAfter(soonest)
                elapsed.to = min(elapsed.to, latest)
                if soonest < latest { unsettled.insert(timers.count) }
            }
            timers.append(next)
        } while timers.last?.fate != .givesUp
        return TimerChain(timers: timers, stamp: stamp, unsettled: unsettled)
    }
}
