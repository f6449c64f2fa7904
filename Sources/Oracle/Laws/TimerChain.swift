import Model

/// Timers as the kernel follows them, each started by the packet before it, until one of them gives up.
struct TimerChain: Hashable {
    /// `timers[i]` is started by packet `i`, counted from 0.
    var timers: [RetransmissionTimer]
    /// The packet that limits of time are counted from.
    var stamp: Int
    /// What the clock that limits are compared with counts in.
    var step = RetransmissionTimer.clockStep
    /// Timers that may give up whenever they fire, since what the path decides moves their limit.
    var unsettled: Set<Int> = []

    /// The first timer that may give up.
    var soonestEnd: Int { timers.firstIndex(where: \.mayGiveUp) ?? timers.endIndex - 1 }

    /// When each timer fires, counted from packet 0, as far as that is known beforehand.
    func firings(_ wheel: TimerWheel) -> [Interval] {
        var now = Interval(.zero, .zero)
        var stamped = now
        return timers.indices.map { index in
            if index == stamp { stamped = now }
            let timer = timers[index]
            let start = index < stamp ? Interval(.zero, .zero) : Interval(now.from - stamped.from, now.to - stamped.to)
            let fired = timer.firing(after: start, wheel: wheel)
            now = Interval(now.from + fired.from - start.from, now.to + fired.to - start.to)
            return now
        }
    }

    /// The same chain stretched by that many per cent: a law that is wrong on purpose.
    func bent(_ percent: Int64) -> TimerChain {
        func stretched(_ time: Nanoseconds) -> Nanoseconds { Nanoseconds(time.value / 100 * (100 + percent)) }
        var bent = self
        bent.timers = timers.map { timer in
            var timer = timer
            timer.timeout = stretched(timer.timeout)
            timer.userTimeout = timer.userTimeout.map(stretched)
            if case .givesUpAfter(let limit) = timer.fate { timer.fate = .givesUpAfter(stretched(limit)) }
            return timer
        }
        return bent
    }
}
