import Kernel
import Model

/// How far jiffies are behind at least, told from the coarse clock, which moves only with the tick.
enum TickLag {
    /// On time, CLOCK_MONOTONIC is ahead of CLOCK_MONOTONIC_COARSE by less than a tick, plus what the timekeeper had not
    /// yet accumulated when the tick came (`timekeeping_advance()`), which is less than a tick too and cannot be told
    /// from outside. Only what exceeds both is lag for certain. Zero when the tick is on time.
    static func measure(tick: Nanoseconds) -> Nanoseconds {
        // The coarse clock first: an interruption in between must not hide the lag that it ended.
        let coarse = Clock.monotonicCoarse()
        return max(.zero, Clock.monotonic() - coarse - tick * 2)
    }
}
