import Model

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
        let changed = inputs.map { (cause: $0.cause, prediction: prediction(with: $0)) }
        // What cannot be predicted any more is another prediction too.
        let decisive = changed.filter {
            $0.prediction?.expected != old.expected || $0.prediction?.moments != old.moments
        }
        let worded = changed.filter { $0.prediction?.rule != old.rule }
        // Where each alone changes nothing, it takes all of them.
        let causes = [decisive, worded, changed].first { !$0.isEmpty }?.map(\.cause) ?? []
        return LawReason(law: claim.law, causes: causes, ruleBefore: old.rule, ruleAfter: new.rule)
    }

    /// Of the earlier run, with one value of the later.
    private func prediction(with input: Input) -> Prediction? {
        var (plan, facts) = (before.plan, before.facts)
        input.apply(&plan, &facts)
        guard let predictions = (try? Oracle.forecast(plan, facts: facts))?.predictions else { return nil }
        return index < predictions.count ? predictions[index] : nil
    }

    private var inputs: [Input] {
        var inputs: [Input] = []
        // All of them: what a listener gets also depends on how often its clients try.
        let keys = Set(LawBook.laws.flatMap { $0.description.sysctls }).sorted()
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
