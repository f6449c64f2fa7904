import Model
import Oracle
import Testing

/// Levels and granules by hand from `LVL_START(n)` = 63 << 3(n−1) and `LVL_GRAN(n)` = 8ⁿ.
@Suite struct TimerWheelTests {
    @Test(
        "the granule is that of the timer's level",
        arguments: [
            // HZ, timer in ms, granule in jiffies
            (250, 248, 1), (250, 252, 8), (250, 1000, 8), (250, 2000, 8), (250, 2012, 8), (250, 2016, 64),
            (250, 4000, 64), (250, 16_000, 64), (250, 16_128, 512), (250, 64_000, 512), (250, 129_024, 4096),
            (1000, 62, 1), (1000, 63, 8), (1000, 1000, 64), (1000, 60_000, 4096), (100, 1000, 8), (100, 60_000, 512),
        ] as [(Int64, Int64, Int64)])
    func granules(hz: Int64, milliseconds: Int64, jiffies: Int64) {
        let tick = Nanoseconds(1_000_000_000 / hz)
        #expect(TimerWheel(tick: tick, processors: 1).granule(.milliseconds(milliseconds)) == tick * jiffies)
    }

    @Test("a length is rounded up to whole jiffies")
    func rounding() {
        let wheel = TimerWheel(tick: .milliseconds(4), processors: 1)
        #expect(wheel.jiffies(.milliseconds(1)) == 1)
        #expect(wheel.jiffies(.milliseconds(4)) == 1)
        #expect(wheel.jiffies(.milliseconds(5)) == 2)
        #expect(wheel.jiffies(.zero) == 0)
    }

    @Test("a second is HZ jiffies, though HZ times the length that the kernel says is a little less")
    func uneven() {
        let wheel = TimerWheel(tick: Nanoseconds(3_333_333), processors: 1)
        #expect(wheel.jiffies(.seconds(1)) == 300)
        #expect(wheel.jiffies(.seconds(120)) == 36_000)
        #expect(wheel.jiffies(.milliseconds(100)) == 30)
        #expect(wheel.jiffies(.milliseconds(101)) == 31)
    }

    @Test("on more than one CPU a timer may miss a tick")
    func processors() {
        let one = TimerWheel(tick: .milliseconds(4), processors: 1)
        let two = TimerWheel(tick: .milliseconds(4), processors: 2)
        #expect(one.lateness(.seconds(1)) == .milliseconds(32))
        #expect(two.lateness(.seconds(1)) == .milliseconds(36))
    }
}
