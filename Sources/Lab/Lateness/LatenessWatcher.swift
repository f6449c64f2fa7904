import Glibc
import Kernel
package import Model
import Synchronization

/// Notes when the machine itself is late: threads that sleep to absolute instants and look how late they wake, and how
/// far the tick lags behind the clock. There is one on each CPU, since what delays one cannot be seen from another.
///
/// Threading model: one watcher a process, on threads of its own that do nothing else. Runs take what fell into their
/// time from any thread.
package final class LatenessWatcher: Sendable {
    private struct State {
        var moments: [LatenessReport.Moment] = []
        /// Everything before this instant has been forgotten.
        var forgotten: Nanoseconds?
        var stopped = false

        /// What delays every CPU at once is kept once: a moment that another one covers says nothing more.
        mutating func keep(_ moment: LatenessReport.Moment) {
            func covers(_ one: LatenessReport.Moment, _ other: LatenessReport.Moment) -> Bool {
                one.due <= other.due && one.woke >= other.woke && one.tickLag >= other.tickLag
            }
            let latest = moments.indices.suffix(mostProcessors)
            if latest.contains(where: { covers(moments[$0], moment) }) { return }
            if let covered = latest.last(where: { covers(moment, moments[$0]) }) {
                moments[covered] = moment
            } else {
                moments.append(moment)
            }
        }
    }

    /// How often it looks. No multiple of a tick, so that it meets the tick at every phase.
    package static let usualPeriod = Nanoseconds.microseconds(5_013)
    private let period: Nanoseconds
    /// Twenty minutes in which every look is late. Beyond that the oldest half goes.
    private static let capacity = 1 << 18

    private let state = Mutex(State())
    private let threads = Mutex<[PlainThread]>([])
    private static let mostProcessors = 16

    package init(period: Nanoseconds = LatenessWatcher.usualPeriod) throws {
        self.period = period
        let start = Clock.monotonic()
        for processor in try Processors.usable(atMost: Self.mostProcessors) {
            let watcher = try PlainThread { [weak self] in
                // A CPU that has gone meanwhile cannot be watched; its thread watches wherever it runs.
                try? Processors.pin(to: processor)
                Self.watch(from: start, every: period) { self }
            }
            threads.withLock { $0.append(watcher) }
        }
    }

    /// The watcher ends within two periods.
    package func stop() {
        state.withLock { $0.stopped = true }
        let last = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in last { thread.join() }
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
            moments: slice.sorted { ($0.due, $0.woke) < ($1.due, $1.woke) }.map { moment in
                LatenessReport.Moment(due: moment.due - start, woke: moment.woke - start, tickLag: moment.tickLag)
            })
    }

    private static func watch(from start: Nanoseconds, every period: Nanoseconds, _ watcher: () -> LatenessWatcher?) {
        let tick = Clock.tick()
        var due = start
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
                state.keep(LatenessReport.Moment(due: due, woke: woke, tickLag: tickLag))
            }
            if state.moments.count > Self.capacity {
                state.forgotten = state.moments.prefix(Self.capacity / 2).map(\.woke).max()
                state.moments.removeFirst(Self.capacity / 2)
            }
            return state.stopped
        }
    }
}
