/// How packet stamps (CLOCK_REALTIME) were put on the run's timeline (CLOCK_MONOTONIC).
package struct ClockReport: Sendable, Hashable, Codable {
    /// CLOCK_MONOTONIC at the run's origin.
    package var origin: Nanoseconds
    package var offsets: [Offset]

    package init(origin: Nanoseconds = .zero, offsets: [Offset] = []) {
        self.origin = origin
        self.offsets = offsets
    }

    /// CLOCK_REALTIME − CLOCK_MONOTONIC at one instant of the run.
    package struct Offset: Sendable, Hashable, Codable {
        package var at: Nanoseconds
        package var realtimeMinusMonotonic: Nanoseconds

        package init(at: Nanoseconds, realtimeMinusMonotonic: Nanoseconds) {
            self.at = at
            self.realtimeMinusMonotonic = realtimeMinusMonotonic
        }
    }

    /// The largest difference between two samples: a step or a drift of the wall clock.
    package var drift: Nanoseconds {
        let values = offsets.map(\.realtimeMinusMonotonic)
        return (values.max() ?? .zero) - (values.min() ?? .zero)
    }
}
