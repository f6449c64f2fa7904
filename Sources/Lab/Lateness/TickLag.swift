import Kernel
import Model

/// How far jiffies are behind, told from the coarse clock, which moves only with the tick.
///
/// On time, CLOCK_MONOTONIC is ahead of CLOCK_MONOTONIC_COARSE by a phase plus less than a tick. The phase, up to a tick
/// itself, is what the timekeeper had not yet accumulated when the tick came (timekeeping_advance); it drifts by parts
/// per million. It is the smallest lead of the last seconds; what a lead has beyond phase and tick is lag.
struct TickLag {
    private let tick = Clock.tick()
    private var window = Window()
    private var previous = Window()

    private struct Window {
        var started = Clock.monotonic()
        var least = Nanoseconds(.max)
    }

    /// How long a smallest lead is believed, once and a half on average.
    private static let span = Nanoseconds.seconds(10)

    /// Looks through two ticks, without a pause.
    mutating func calibrate() {
        let end = Clock.monotonic() + tick * 2
        while Clock.monotonic() < end { _ = measure() }
    }

    /// Zero when the tick is on time.
    mutating func measure() -> Nanoseconds {
        let (now, lead) = Self.look()
        if now - window.started > Self.span {
            previous = window
            window = Window()
        }
        window.least = min(window.least, lead)
        return max(.zero, lead - tick - min(window.least, previous.least))
    }

    /// Both clocks at one moment: a look that was interrupted is taken again, a few times.
    private static func look() -> (now: Nanoseconds, lead: Nanoseconds) {
        var now = Clock.monotonic()
        var lead = Nanoseconds.zero
        for _ in 0..<4 {
            let before = now
            let coarse = Clock.monotonicCoarse()
            now = Clock.monotonic()
            lead = now - coarse
            if now - before < .microseconds(20) { break }
        }
        return (now, lead)
    }
}
