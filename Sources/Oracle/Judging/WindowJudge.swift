import Model

/// Sets what was seen beside the window in which it had to be.
struct WindowJudge {
    let punctuality: Punctuality
    let recordEnd: Nanoseconds
    /// What the rows count time from.
    var origin: Nanoseconds

    init(_ evidence: Evidence, origin: Nanoseconds = .zero) {
        punctuality = Punctuality(evidence.record)
        recordEnd = evidence.end
        self.origin = origin
    }

    /// - Parameters:
    ///   - window: on the record's timeline.
    ///   - seen: it happened at some time between these; the most favourable is what can be held against the kernel.
    ///   - armed: when its timer was armed.
    ///   - isBlurred: nobody looked often enough to tell.
    ///   - isSettled: nothing more could come, whenever the record was closed.
    func row(
        _ what: String, _ window: Interval, seen: Interval?, frame: Int? = nil, noticedLate: Nanoseconds = .zero,
        armed: Nanoseconds, isBlurred: Bool = false, isSettled: Bool = false
    ) -> Finding.Row {
        let likely = seen.map { min(max(window.from, $0.from), $0.to) }
        let verdict = likely.map { time in
            max(
                punctuality.verdict(time, noticedLate: noticedLate, in: window, armed: armed),
                isBlurred ? .inconclusive : .pass)
        }
        // Nobody looked any more when it could still have come.
        let isOpen = window.to > recordEnd && !isSettled
        return Finding.Row(
            verdict: verdict ?? (isOpen || isBlurred ? .inconclusive : .fail), what: what,
            window: Interval(window.from - origin, window.to - origin), seen: likely.map { $0 - origin }, frame: frame,
            since: origin)
    }

    /// What must not have come.
    func surplus(_ what: String, at time: Nanoseconds, frame: Int?) -> Finding.Row {
        Finding.Row(verdict: .fail, what: what, window: nil, seen: time - origin, frame: frame, since: origin)
    }

    /// What everything else is counted from, and was not seen.
    static func missing(_ what: String) -> Finding.Row {
        Finding.Row(verdict: .fail, what: what, window: Interval(.zero, .zero), seen: nil)
    }
}
