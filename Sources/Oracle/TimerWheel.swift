package import Model

/// How late the kernel's timers fire: the granule of the level that a timer falls into.
///
/// `kernel/time/timer.c`, `calc_wheel_index()` and `calc_index()`, unchanged since 4.8: 64 buckets a level, level n
/// counts in 8ⁿ jiffies, and a timer is always rounded up to its bucket's end. So a timer of N jiffies, armed within a
/// jiffy, fires after more than N and at most N + granule jiffies: never early.
package struct TimerWheel: Sendable, Hashable {
    /// The length of a jiffy.
    package let tick: Nanoseconds

    package init(tick: Nanoseconds) {
        precondition(tick > .zero, "a jiffy lasts some time")
        self.tick = tick
    }

    /// `msecs_to_jiffies()` and its like: rounded up.
    package func jiffies(_ time: Nanoseconds) -> Int64 {
        max(0, (time.value + tick.value - 1) / tick.value)
    }

    /// A length of time as the kernel can count it: whole jiffies, rounded up.
    package func wholeJiffies(_ time: Nanoseconds) -> Nanoseconds { tick * jiffies(time) }

    /// The most by which a timer of that length fires late, the CPU's own delays aside.
    package func granule(_ timeout: Nanoseconds) -> Nanoseconds {
        let jiffies = jiffies(timeout)
        var level: Int64 = 0
        while jiffies >= Self.firstBeyond(level), level < 8 { level += 1 }
        return tick * (1 << (3 * level))
    }

    /// `LVL_START(level + 1)`: the shortest timer, in jiffies, that falls into the next level.
    private static func firstBeyond(_ level: Int64) -> Int64 { 63 << (3 * level) }
}
