import Model

/// How late the machine itself was around a moment, so that a timer is not blamed for it.
///
/// The early side of a window widens only by how far jiffies lagged when the timer was armed; the late side by that and
/// by how late a sleeping thread was woken. Neither widens beyond `cap`: then timing says nothing.
///
/// A lag of less than a tick cannot be measured from outside. So on more than one CPU, where another CPU advances
/// jiffies, an event that is early by less than a tick proves neither a fault of the kernel nor its absence. Where a CPU
/// was late when the timer was armed it is one of less than two, since no less can be told from the clock (`TickLag`).
struct Punctuality {
    /// A quarter of the shortest RTO that a SYN waits: beyond it, one retransmission could pass for its neighbour.
    static let cap = Nanoseconds.milliseconds(250)
    /// The watcher looks every few milliseconds, so what it saw speaks for this much time around it.
    private static let reach = Nanoseconds.milliseconds(20)
    /// The wall clock, by which packets are stamped, may move this much against the monotonic one.
    static let allowedDrift = Nanoseconds.milliseconds(1)

    private let moments: [LatenessReport.Moment]
    private let drift: Nanoseconds
    private let unseenLag: Nanoseconds

    init(_ record: RunRecord) {
        moments = record.lateness.moments
        drift = record.clock.drift
        unseenLag = record.facts.processors > 1 ? record.facts.tick : .zero
    }

    /// Whether `time` lies in `window`, for a timer that was armed at `armed`. What was noticed late may have happened
    /// that much earlier.
    func verdict(
        _ time: Nanoseconds, noticedLate: Nanoseconds = .zero, in window: Interval, armed: Nanoseconds
    ) -> Verdict {
        let early = tickLag(near: Interval(armed, armed))
        let late = noticedLate + delay(near: Interval(window.to, max(window.to, min(time, window.to + Self.cap))))
        let from = window.from - min(early, Self.cap) - drift
        if time >= from && time <= window.to + min(late, Self.cap) + drift {
            return drift > Self.allowedDrift ? .inconclusive : .pass
        }
        let unseen = near(Interval(armed, armed)).isEmpty ? unseenLag : unseenLag * 2
        if time < window.from && time >= from - unseen { return .inconclusive }
        return max(early, late) > Self.cap || drift > Self.allowedDrift ? .inconclusive : .fail
    }

    /// How late the machine was around a moment, as far as the watcher saw.
    func lateness(at time: Nanoseconds) -> Nanoseconds { min(delay(near: Interval(time, time)), Self.cap) }

    /// How long in all some CPU was late between two instants: what the harness does itself may have come later by that.
    func stalled(from start: Nanoseconds, to end: Nanoseconds) -> Nanoseconds {
        var (sum, covered) = (Nanoseconds.zero, start)
        for moment in moments.sorted(by: { $0.due < $1.due }) where moment.woke > covered && moment.due < end {
            sum += min(moment.woke, end) - max(moment.due, covered)
            covered = moment.woke
        }
        return sum
    }

    private func tickLag(near time: Interval) -> Nanoseconds {
        near(time).map(\.tickLag).max() ?? .zero
    }

    /// A delay below the watcher's threshold is never recorded, so that much is always granted.
    private func delay(near time: Interval) -> Nanoseconds {
        let recorded = near(time).map { max($0.wakeDelay, .zero) + max($0.tickLag, .zero) }.max() ?? .zero
        return max(recorded, LatenessReport.threshold)
    }

    private func near(_ time: Interval) -> [LatenessReport.Moment] {
        moments.filter { $0.woke >= time.from - Self.reach && $0.due <= time.to + Self.reach }
    }
}
