import Model

/// What the laws of an instance say in two runs, and why they say something else.
struct LawChanges {
    /// One law in both runs.
    struct Pair {
        var claim: LawClaim
        /// The run's finding is a pass in both.
        var holds: Bool
        /// Both predictions are the same and leave open what happens, so two runs of one kernel may differ.
        var leavesOpen: Bool
        /// Why the predictions differ; `nil` where they do not, or nobody knows.
        var reason: LawReason?
        /// The counters that the finding's rows are about.
        var counters: Set<String>

        var explanation: Explanation? { holds ? reason.map { .law($0) } : nil }
    }

    private(set) var pairs: [Pair] = []
    private(set) var changes: [Change] = []
    private let plan: Plan

    init(_ before: ComparedPair.One, _ after: ComparedPair.One) {
        plan = before.record.plan
        for (index, old) in before.predictions.enumerated() where index < after.predictions.count {
            guard case .law(let claim) = old.claim else { continue }
            let new = after.predictions[index]
            let title = "law \(claim.law) of \(claim.of)"
            let isSame = old.expected == new.expected && old.moments == new.moments
            let cause = LawCause(claim, before.record, after.record, at: index)
            let reason = isSame ? nil : cause.reason(old, new)
            if !isSame {
                changes.append(
                    Change(
                        .prediction, title, before: old.expected, after: new.expected,
                        reason.map { .law($0) } ?? .unexplained))
            }
            var pair = Pair(
                claim: claim, holds: before.passes(index) && after.passes(index),
                leavesOpen: isSame && old.moments.contains { !$0.certain }, reason: reason, counters: [])
            for (row, other) in Self.rows(index, before, after) {
                if row.what.contains(".") { pair.counters.insert(row.what) }
                guard let figure = row.figure, let later = other.figure, figure.expected != later.expected,
                    // What is expected of one run alone, such as a sum of what came, differs by chance.
                    let reason = cause.reason(old, new)
                else { continue }
                pair.reason = pair.reason ?? reason
                changes.append(
                    Change(
                        .prediction, "\(title): \(row.what)", before: figure.expected, after: later.expected,
                        .law(reason)))
            }
            pairs.append(pair)
        }
    }

    /// Rows of one finding that are about the same: by their words, and by their order where several say the same.
    private static func rows(
        _ index: Int, _ before: ComparedPair.One, _ after: ComparedPair.One
    ) -> [(Finding.Row, Finding.Row)] {
        guard before.judgement.findings.indices.contains(index), after.judgement.findings.indices.contains(index)
        else { return [] }
        var others = after.judgement.findings[index].rows
        return before.judgement.findings[index].rows.compactMap { row in
            guard let place = others.firstIndex(where: { $0.what == row.what }) else { return nil }
            return (row, others.remove(at: place))
        }
    }

    /// The laws that decide over a connection: its own, and those of the listener that it goes to.
    func governing(_ connection: Flows.Connection) -> [Pair] {
        pairs.filter { pair in
            if pair.claim.of == connection.socket { return true }
            guard let remote = connection.remote, let listen = plan.listen(pair.claim.of) else { return false }
            return listen.hears(remote, in: plan)
        }
    }

    /// Whether a law speaks of a listener, and so of all that its connections do; otherwise only of the handshake.
    func isOfListener(_ pair: Pair) -> Bool { plan.listen(pair.claim.of) != nil }
}
