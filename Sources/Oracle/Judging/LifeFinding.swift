import Model

/// How long a state lasted, from what began it to when it was seen to be over.
struct LifeFinding {
    private let evidence: Evidence

    init(_ evidence: Evidence) { self.evidence = evidence }

    /// `life` is counted from `began`; what was first seen at `sight` may have come any time since the look before.
    func row(
        _ what: String, life: Interval, began: Nanoseconds, _ sight: Evidence.Sight?, frame: Int? = nil
    ) -> Finding.Row {
        WindowJudge(evidence, origin: began).row(
            what, Interval(began + life.from, began + life.to), seen: sight?.interval, frame: frame, armed: began,
            isBlurred: sight?.isBlurred(since: began) ?? false)
    }

    /// Whether an end was seen in a state that began then. Where the look before the end was gone is older than that, it may
    /// have passed unseen.
    func passed(
        _ state: String, _ end: StreamPlan.End, _ entered: Evidence.Sight?, began: Nanoseconds, _ gone: Evidence.Sight?
    ) -> Finding.Row {
        let mayBeUnseen = gone.map { $0.unseenSince <= began } ?? false
        return Finding.Row(
            "\(end.socket) is in \(state)", expected: "yes",
            seen: entered != nil ? "yes" : mayBeUnseen ? "nobody looked in time" : "no",
            verdict: entered != nil ? .pass : mayBeUnseen ? .inconclusive : .fail)
    }

    /// It was not over when the record was closed, and must not be.
    func stays(_ what: String, began: Nanoseconds, _ sight: Evidence.Sight?) -> Finding.Row {
        Finding.Row(
            what, expected: "never over",
            seen: sight.map { "over after \(($0.at - began).fixed(3)) s" } ?? "not over "
                + "after \((evidence.end - began).fixed(3)) s", verdict: sight == nil ? .pass : .fail)
    }
}
