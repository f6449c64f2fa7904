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
    /// Opened, for calls that are still to come.
    private var spare: [StreamSocket] = []

    /// `nil` for a single call.
    init?(_ step: Connect, origin: SourceLocation?) {
        guard let series = step.series else { return nil }
        self.series = series
        self.origin = origin
        calls = step.calls
    }

    /// One call after the other, and not at fixed times.
    var isInTurn: Bool { series.every == nil }

    var isDone: Bool { (isOver || started == calls.count) && ended == started }

    /// Whether a call of that name is still to start.
    func owes(_ name: String) -> Bool { !isOver && calls.dropFirst(started).contains { $0.socket == name } }

    func stop() {
        isOver = true
        spare = []
    }

    /// Going into a namespace costs more than a whole handshake, so a visit brings sockets for the next calls too.
    private static let openedAtOnce = 64

    /// A new socket for the call that was started last.
    func socket(in host: LabHost, _ family: Family) throws -> StreamSocket {
        if spare.isEmpty {
            let count = min(calls.count - started + 1, Self.openedAtOnce)
            spare = try host.visit { try (0..<count).map { _ throws in try StreamSocket(family) } }
        }
        return spare.removeLast()
    }

    /// The next call, where it is time for it. One after the other, `until` counts when a call would start; at fixed
    /// times, by those.
    func next() -> Connect? {
        let now = Clock.monotonic()
        if isInTurn, let until = series.until, started > 0, now - began > until { stop() }
        guard !isOver, started < calls.count, due <= now else { return nil }
        defer { started += 1 }
        return calls[started]
    }

    /// When the next call is to start, at the earliest.
    var due: Nanoseconds {
        guard let every = series.every else { return began }
        return began + every * Int64(started)
    }
}
