import Model

/// One instance in two runs.
struct ComparedPair {
    /// One of the two, with all that is asked of it more than once.
    struct One {
        let record: RunRecord
        let evidence: Evidence
        let judgement: Judgement
        let predictions: [Prediction]

        init(_ record: RunRecord) {
            self.record = record
            evidence = Evidence(record)
            judgement = Judge.judge(record)
            predictions = (try? Oracle.forecast(record.plan, facts: record.facts))?.predictions ?? []
        }

        /// The finding of that prediction; a pass unless it says otherwise.
        func passes(_ index: Int) -> Bool {
            judgement.findings.indices.contains(index) && judgement.findings[index].verdict == .pass
        }
    }

    let before: One
    let after: One

    init(_ before: RunRecord, _ after: RunRecord) {
        self.before = One(before)
        self.after = One(after)
    }

    /// Why the two say nothing about a change; `nil` when they do. Two that were skipped alike are no riddle.
    var incomparable: String? {
        let verdicts = [before.judgement.verdict, after.judgement.verdict]
        if verdicts == [.skip, .skip] { return nil }
        for (one, when) in [(before, "before"), (after, "after")] {
            let verdict = one.judgement.verdict
            if verdict == .skip || verdict == .inconclusive {
                let word = verdict == .skip ? "skipped" : "inconclusive"
                return "\(word) \(when): \(one.judgement.reason ?? "")"
            }
        }
        return before.record.plan.isSameTest(as: after.record.plan) ? nil : "the two plans do not do the same"
    }

    var changes: [Change] {
        let laws = LawChanges(before, after)
        let isFlood = before.record.plan.hasInjection
        var changes = laws.changes
        if !isFlood {
            let packets = PacketComparison(before, after, laws)
            changes += packets.changes + CallComparison(before, after, laws).changes
            changes += CounterComparison(before, after, laws, packets).changes
            changes += QueueComparison(before, after, laws).changes
        }
        changes += VerdictComparison(before, after, besides: changes, isFlood: isFlood).changes
        return changes.map { change in
            var change = change
            change.instance = before.record.plan.instance
            return change
        }
    }
}

extension Plan {
    fileprivate var hasInjection: Bool {
        steps.contains { step in
            if case .inject = step.action { true } else { false }
        }
    }

    /// Whether two plans do and claim the same. Sysctls may differ: they are what a law reads; so may what only limits a
    /// run, and where things stand in a file.
    fileprivate func isSameTest(as other: Plan) -> Bool {
        func test(_ plan: Plan) -> Plan {
            var plan = plan
            plan.format = 0
            plan.summary = ""
            plan.deadline = .zero
            plan.settle = .zero
            for index in plan.hosts.indices { plan.hosts[index].sysctls = [] }
            for index in plan.faults.indices { plan.faults[index].origin = nil }
            for index in plan.steps.indices { plan.steps[index].origin = nil }
            for index in plan.expectations.indices { plan.expectations[index].origin = nil }
            return plan
        }
        return test(self) == test(other)
    }
}
