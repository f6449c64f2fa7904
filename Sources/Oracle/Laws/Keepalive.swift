import Model

/// When an idle connection with SO_KEEPALIVE asks whether the peer is there, and when it gives up.
///
/// `tcp_keepalive_timer()`: the first probe goes out TCP_KEEPIDLE (`tcp_keepalive_time`) after something last came; while
/// nothing comes, one more every TCP_KEEPINTVL (`tcp_keepalive_intvl`); when TCP_KEEPCNT (`tcp_keepalive_probes`) of them
/// are out, the next expiry sends RST and the connection fails with ETIMEDOUT; 0 of them are out from the beginning. With
/// TCP_USER_TIMEOUT it is that time, once a probe is out, that decides instead of their number; it is counted in jiffies
/// (`keepalive_time_elapsed()`), as a timer's length is.
struct Keepalive: Hashable {
    static let description = LawDescription(
        name: "keepalive", summary: "when an idle connection probes its peer, and when it is given up",
        subject: .stream, sysctls: [timeKey, intervalKey, probesKey],
        limits: [timeKey: 0...2_147_483, intervalKey: 0...2_147_483, probesKey: 0...255])

    static let timeKey = "net.ipv4.tcp_keepalive_time"
    static let intervalKey = "net.ipv4.tcp_keepalive_intvl"
    static let probesKey = "net.ipv4.tcp_keepalive_probes"

    var time: Nanoseconds
    var interval: Nanoseconds
    var probes: Int
    /// TCP_USER_TIMEOUT; `nil` for none.
    var userTimeout: Nanoseconds?
    var wheel: TimerWheel

    /// `timers[0]` is started by what came last, each of the others by a probe; the last one gives up.
    func chain() -> TimerChain {
        var timers = [RetransmissionTimer(timeout: time, fate: .retransmits)]
        guard let userTimeout else {
            if probes == 0 { timers[0].fate = .givesUp }
            timers += (0..<probes).map {
                RetransmissionTimer(timeout: interval, fate: $0 + 1 == probes ? .givesUp : .retransmits)
            }
            return TimerChain(timers: timers, stamp: 0)
        }
        var elapsed = timers[0].firing(after: Interval(.zero, .zero), wheel: wheel)
        let limit = wheel.wholeJiffies(userTimeout)
        repeat {
            var next = RetransmissionTimer(timeout: interval, fate: .retransmits)
            elapsed = next.firing(after: elapsed, wheel: wheel)
            if elapsed.from >= limit {
                next.fate = .givesUp
            } else if elapsed.to > limit - wheel.tick {
                next.fate = .givesUpAfter(limit)
                elapsed.to = limit
            }
            timers.append(next)
        } while timers.last?.fate != .givesUp
        return TimerChain(timers: timers, stamp: 0, step: wheel.tick)
    }
}
