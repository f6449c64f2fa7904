import Kernel
package import Model

/// Puts the packets' stamps (CLOCK_REALTIME) on the run's timeline (CLOCK_MONOTONIC from the origin).
///
/// Both clocks are slewed alike, so their difference changes only when somebody sets the wall clock; sampling it every
/// second shows that, and `ClockReport.drift` makes it visible to the judge.
package struct ClockSampler: Sendable {
    /// CLOCK_MONOTONIC.
    package let origin: Nanoseconds
    /// CLOCK_REALTIME − CLOCK_MONOTONIC at the latest sample.
    private(set) var offset: Nanoseconds
    private var offsets: [ClockReport.Offset]

    /// The longest time between samples that a run must keep.
    package static let period = Nanoseconds.seconds(1)

    package init(origin: Nanoseconds) {
        self.origin = origin
        let first = Self.measure()
        offset = first.realtimeMinusMonotonic
        offsets = [ClockReport.Offset(at: first.at - origin, realtimeMinusMonotonic: offset)]
    }

    package mutating func sample() {
        let measured = Self.measure()
        offset = measured.realtimeMinusMonotonic
        offsets.append(ClockReport.Offset(at: measured.at - origin, realtimeMinusMonotonic: offset))
    }

    /// From the run's origin.
    package func onTimeline(realtime: Nanoseconds) -> Nanoseconds { realtime - offset - origin }
    package func onTimeline(monotonic: Nanoseconds) -> Nanoseconds { monotonic - origin }

    package var report: ClockReport { ClockReport(origin: origin, offsets: offsets) }

    /// The wall clock between two readings of the steady one; the tightest of several such sandwiches counts.
    private static func measure() -> ClockReport.Offset {
        var best = sandwich()
        for _ in 0..<8 {
            let next = sandwich()
            if next.width < best.width { best = next }
        }
        return best.offset
    }

    private static func sandwich() -> (width: Nanoseconds, offset: ClockReport.Offset) {
        let before = Clock.monotonic()
        let wall = Clock.realtime()
        let width = Clock.monotonic() - before
        let middle = before + Nanoseconds(width.value / 2)
        return (width, ClockReport.Offset(at: middle, realtimeMinusMonotonic: wall - middle))
    }
}
