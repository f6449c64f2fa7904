import Glibc
import Kernel
package import Model
import Synchronization

/// Notes when the machine itself is late: one thread that sleeps to absolute instants and looks how late it wakes, and
/// how far the tick lags behind the clock.
///
/// Threading model: one watcher a process, on a thread of its own that does nothing else. Runs take what fell into their
/// time from any thread.
package final class LatenessWatcher: Sendable {
    private struct State {
        var moments: [LatenessReport.Moment] = []
        /// Everything before this instant has been forgotten.
        var forgotten: Nanoseconds?
        var stopped = false
    }

    /// How often it looks. No multiple of a tick, so that it meets the tick at every phase.
    package static let period = Nanoseconds.microseconds(5_013)
    /// Twenty minutes in which every look is late. Beyond that the oldest half goes.
    private static let capacity = 1 << 18

    private let state = Mutex(State())
    private let thread = Mutex<PlainThread?>(nil)

    package init() throws {
        let watcher = try PlainThread { [weak self] in Self.watch { self } }
        thread.withLock { $0 = watcher }
    }

    /// The watcher ends within two periods.
    package func stop() {
        state.withLock { $0.stopped = true }
        let last = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        last?.join()
    }

    /// What was remarkable between two instants of CLOCK_MONOTONIC, counted from the first.
    ///
    /// What has been forgotten counts as one long lateness: nobody may conclude that the machine was on time.
    package func report(from start: Nanoseconds, to end: Nanoseconds) -> LatenessReport {
        let (moments, forgotten) = state.withLock { ($0.moments, $0.forgotten) }
        var slice = moments.filter { $0.woke >= start && $0.due <= end }
        if let forgotten, forgotten > start {
            slice.insert(LatenessReport.Moment(due: start, woke: min(forgotten, end), tickLag: .zero), at: 0)
        }
        return LatenessReport(
            moments: slice.map { moment in
                LatenessReport.Moment(due: moment.due - start, woke: moment.woke - start, tickLag: moment.tickLag)
            })
    }

    private static func watch(_ watcher: () -> LatenessWatcher?) {
        let tick = Clock.tick()
        var due = Clock.monotonic()
        while let watcher = watcher() {
            due = max(due + period, Clock.monotonic())
            Clock.rest(until: due)
            let woke = Clock.monotonic()
            if watcher.note(due: due, woke: woke, tickLag: TickLag.measure(tick: tick)) { return }
        }
    }

    private func note(due: Nanoseconds, woke: Nanoseconds, tickLag: Nanoseconds) -> Bool {
        state.withLock { state in
            if woke - due > LatenessReport.threshold || tickLag > .zero {
                state.moments.append(LatenessReport.Moment(due: due, woke: woke, tickLag: tickLag))
            }
            if state.moments.count > Self.capacity {
                state.forgotten = state.moments[Self.capacity / 2 - 1].woke
                state.moments.removeFirst(Self.capacity / 2)
            }
            return state.stopped
        }
    }
}
