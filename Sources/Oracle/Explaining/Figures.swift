package import Model

/// What the laws say of one plan on one kernel, what would move that, and the packets: the figures of an explanation.
package struct Figures: Sendable, Hashable, Codable {
    package var instance: String
    package var kernel: String
    package var laws: [ExplainedLaw]
    package var ladder: Ladder

    package init(instance: String, kernel: String, laws: [ExplainedLaw], ladder: Ladder) {
        self.instance = instance
        self.kernel = kernel
        self.laws = laws
        self.ladder = ladder
    }

    /// Fails where the oracle cannot say anything about the plan.
    package init(_ plan: Plan, facts: Facts) throws(OracleError) {
        var laws: [ExplainedLaw] = []
        for expectation in plan.expectations {
            guard case .law(let claim) = expectation.claim else { continue }
            laws.append(try ExplainedLaw(claim, plan: plan, facts: facts, origin: expectation.origin))
        }
        self.init(
            instance: plan.instance, kernel: facts.kernel, laws: laws, ladder: .predicted(for: plan, facts: facts))
    }
}

/// One law of a plan, with its sysctls.
package struct ExplainedLaw: Sendable, Hashable, Codable {
    package var claim: LawClaim
    package var expected: String
    package var rule: String
    /// The sysctls that this kernel has and that move what the law says of this plan.
    package var knobs: [Knob]
    /// Those that were tried and move nothing.
    package var idle: [Knob]

    package init(claim: LawClaim, expected: String, rule: String, knobs: [Knob], idle: [Knob]) {
        self.claim = claim
        self.expected = expected
        self.rule = rule
        self.knobs = knobs
        self.idle = idle
    }

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        let law = try LawBook.forecast(claim, plan: plan, facts: facts, origin: origin)
        let description = type(of: law).description
        let knobs = description.sysctls.compactMap { key in
            Knob(key, of: claim, description, plan: plan, facts: facts)
        }
        self.init(
            claim: claim, expected: law.expected, rule: law.rule, knobs: knobs.filter(\.moves),
            idle: knobs.filter { !$0.moves })
    }
}

/// A sysctl, and what the law would say for other values of it.
package struct Knob: Sendable, Hashable, Codable {
    package var host: String
    package var key: String
    /// In the plan.
    package var value: Int
    /// Of a fresh network namespace of this kernel.
    package var byDefault: Int?
    /// In order of their first value; one of them has the plan's own.
    package var outcomes: [Outcome]

    package struct Outcome: Sendable, Hashable, Codable {
        package var values: [Int]
        /// What the law says; `nil` where it leaves open what must happen.
        package var effect: String?

        package init(values: [Int], effect: String?) {
            self.values = values
            self.effect = effect
        }
    }

    package init(host: String, key: String, value: Int, byDefault: Int?, outcomes: [Outcome]) {
        self.host = host
        self.key = key
        self.value = value
        self.byDefault = byDefault
        self.outcomes = outcomes
    }

    /// Whether any value that was tried makes another outcome certain, or leaves it open.
    package var moves: Bool { outcomes.count > 1 }

    /// `nil` where this kernel does not have it, or it is not one number.
    fileprivate init?(_ key: String, of claim: LawClaim, _ law: LawDescription, plan: Plan, facts: Facts) {
        guard let host = plan.host(of: claim.of), let text = plan.sysctl(key, on: host, facts: facts),
            let value = Int(text)
        else { return nil }
        var outcomes: [Outcome] = []
        let others = KnobValues.worthTrying(key, value: value, byDefault: facts.integer(key), limits: law.limits[key])
        for tried in Set(others + [value]).sorted() {
            var changed = plan
            changed.set(key, tried, on: host)
            let effect = try? LawBook.forecast(claim, plan: changed, facts: facts, origin: nil).effect
            if let same = outcomes.firstIndex(where: { $0.effect == effect }) {
                outcomes[same].values.append(tried)
            } else {
                outcomes.append(Outcome(values: [tried], effect: effect))
            }
        }
        self.init(host: host, key: key, value: value, byDefault: facts.integer(key), outcomes: outcomes)
    }
}
