import Kernel
import Model

/// Several connect() calls of one action, some of them still to come.
final class ConnectSeries {
    let series: Connect.Series
    let calls: [Connect]
    let origin: SourceLocation?
    /// CLOCK_MONOTONIC when the first call started.
    let began = Clock.monotonic()
    var started = 0
    /// Ended, or closed before they did.
    var ended = 0
    /// No further call starts.
    private(set) var isOver = false

    /// `nil` for a single call.
    init?(_ step: Connect, origin: SourceLocation?) {
        guard let series = step.series else { return nil }
        self.series = series
        self.origin = origin
        calls = step.calls
    }

    var isDone: Bool { (isOver || started == calls.count) && ended == started }

    /// Whether a call of that name is still to start.
    func owes(_ name: String) -> Bool { !isOver && calls.dropFirst(started).contains { $0.socket == name } }

    func stop() { isOver = true }

    /// The next call, where it is time for it. One after the other, `until` counts when a call would start; at fixed
    /// times, by those.
    func next() -> Connect? {
        let now = Clock.monotonic()
        if series.every == nil, let until = series.until, started > 0, now - began > until { stop() }
        guard !isOver, started < calls.count, due <= now else { return nil }
        defer { started += 1 }
        return calls[started]
    }

    /// When the next call is to start.
    var due: Nanoseconds {
        guard let every = series.every else { return began }
        return began + every * Int64(started)
    }
}
