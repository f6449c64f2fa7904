package import Model

/// How late the kernel's timers fire: the granule of the level that a timer falls into.
///
/// `kernel/time/timer.c`, `calc_wheel_index()` and `calc_index()`, unchanged since 4.8: 64 buckets a level, level n
/// counts in 8ⁿ jiffies, and a timer is always rounded up to its bucket's end. So a timer of N jiffies, armed within a
/// jiffy, fires after more than N and at most N + granule jiffies: never early.
///
/// On more than one CPU it may be a jiffy later still: `run_local_timers()` compares with `jiffies`, which one CPU
/// advances for all (`tick_sched_do_timer()`). Where a CPU's own tick comes before that, it sees the jiffy before and
/// looks again a tick later.
package struct TimerWheel: Sendable, Hashable {
    /// The length of a jiffy.
    package let tick: Nanoseconds
    private let missedTick: Nanoseconds

    package init(tick: Nanoseconds, processors: Int) {
        precondition(tick > .zero, "a jiffy lasts some time")
        self.tick = tick
        missedTick = processors > 1 ? tick : .zero
    }

    package init(_ facts: Facts) { self.init(tick: facts.tick, processors: facts.processors) }

    /// The most by which a timer of that length fires late, what the machine itself is late left aside.
    package func lateness(_ timeout: Nanoseconds) -> Nanoseconds { granule(timeout) + missedTick }

    /// `msecs_to_jiffies()` and its like: rounded up.
    package func jiffies(_ time: Nanoseconds) -> Int64 { time.jiffies(tick: tick) }

    /// A length of time as the kernel can count it: whole jiffies, rounded up.
    package func wholeJiffies(_ time: Nanoseconds) -> Nanoseconds { tick * jiffies(time) }

    /// The granule of the level that a timer of that length falls into.
    package func granule(_ timeout: Nanoseconds) -> Nanoseconds {
        let jiffies = jiffies(timeout)
        var level: Int64 = 0
        while jiffies >= Self.firstBeyond(level), level < 8 { level += 1 }
        return tick * (1 << (3 * level))
    }

    /// `LVL_START(level + 1)`: the shortest timer, in jiffies, that falls into the next level.
    private static func firstBeyond(_ level: Int64) -> Int64 { 63 << (3 * level) }
}
