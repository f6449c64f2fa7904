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

/// Finds out which of the values that a law reads makes it say something else: each is put in by itself.
struct LawCause {
    private let claim: LawClaim
    private let before: RunRecord
    private let after: RunRecord
    private let index: Int

    init(_ claim: LawClaim, _ before: RunRecord, _ after: RunRecord, at index: Int) {
        self.claim = claim
        self.before = before
        self.after = after
        self.index = index
    }

    private struct Input {
        var cause: LawReason.Cause
        /// Puts the later run's value in.
        var apply: (inout Plan, inout Facts) -> Void
    }

    /// `nil` where all that the law reads is the same in both runs.
    func reason(_ old: Prediction, _ new: Prediction) -> LawReason? {
        let inputs = self.inputs
        if inputs.isEmpty { return nil }
        let decisive = inputs.filter { input in
            var (plan, facts) = (before.plan, before.facts)
            input.apply(&plan, &facts)
            guard let changed = (try? Oracle.forecast(plan, facts: facts))?.predictions, index < changed.count else {
                return true
            }
            return changed[index].expected != old.expected || changed[index].moments != old.moments
                || changed[index].rule != old.rule
        }
        // Where each alone changes nothing, it takes all of them.
        let causes = (decisive.isEmpty ? inputs : decisive).map(\.cause)
        return LawReason(law: claim.law, causes: causes, ruleBefore: old.rule, ruleAfter: new.rule)
    }

    private var inputs: [Input] {
        var inputs: [Input] = []
        let keys = LawBook.laws.first { $0.description.name == claim.law }?.description.sysctls ?? []
        for key in keys {
            let differing = before.plan.hosts.map(\.name).first { value(key, $0, before) != value(key, $0, after) }
            guard let host = differing else { continue }
            let (old, new) = (value(key, host, before), value(key, host, after))
            inputs.append(
                Input(cause: .init("\(key) of \(host)", before: old, after: new, known: known(key))) { plan, facts in
                    facts.sysctls[key] = after.facts.sysctls[key]
                    for index in plan.hosts.indices {
                        let settings = after.plan.host(plan.hosts[index].name)?.sysctls.filter { $0.key == key } ?? []
                        plan.hosts[index].sysctls.removeAll { $0.key == key }
                        plan.hosts[index].sysctls += settings
                    }
                })
        }
        add(&inputs, "tick", "\(before.facts.tick)", "\(after.facts.tick)") { $0.tick = after.facts.tick }
        add(&inputs, "processors", "\(before.facts.processors)", "\(after.facts.processors)") {
            $0.processors = after.facts.processors
        }
        let (old, new) = (before.facts.halfOpenBeyondBacklog, after.facts.halfOpenBeyondBacklog)
        let limit = old.flatMap { old in new.map { KernelChange.Effect.halfOpenBeyondBacklog(from: old, to: $0) } }
        add(
            &inputs, "half-open connections beyond the backlog", old.map(String.init), new.map(String.init),
            known: limit.flatMap(known)
        ) { $0.halfOpenBeyondBacklog = new }
        return inputs
    }

    private func add(
        _ inputs: inout [Input], _ what: String, _ old: String?, _ new: String?, known: KernelChange? = nil,
        _ change: @escaping (inout Facts) -> Void
    ) {
        guard old != new else { return }
        inputs.append(Input(cause: .init(what, before: old, after: new, known: known)) { change(&$1) })
    }

    private func value(_ key: String, _ host: String, _ record: RunRecord) -> String? {
        record.plan.sysctl(key, on: host, facts: record.facts)
    }

    private func known(_ effect: KernelChange.Effect) -> KernelChange? {
        KernelChanges.entry(for: effect, from: before.facts.kernel, to: after.facts.kernel)
    }

    private func known(_ key: String) -> KernelChange? {
        switch (before.facts.sysctls[key], after.facts.sysctls[key]) {
        case (let old?, let new?): known(.sysctlDefault(key, from: old, to: new))
        case (nil, nil): nil
        default: known(.sysctlAppeared(key))
        }
    }
}
