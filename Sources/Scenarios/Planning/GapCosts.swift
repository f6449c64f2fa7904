package import Model

/// What gaps cost: the library is planned with everything there, and with all but one.
package struct GapCosts {
    private let scenarios: [Scenario]
    private let baseline: Baseline
    private let facts: Facts
    /// How many descriptors a plan takes.
    private let descriptors: (Plan) -> Int
    private let complete: [PlannedInstance]
    /// Where no namespace could be looked into, nothing can be planned, and everything is skipped.
    private let unseen: [PlannedInstance]?

    /// A scenario that cannot be planned is left out: that is no gap.
    package init(
        _ scenarios: [Scenario], baseline: Baseline, facts: Facts, descriptors: @escaping (Plan) -> Int
    ) {
        self.scenarios = scenarios
        self.baseline = baseline
        self.descriptors = descriptors
        unseen = facts.sysctls.isEmpty ? Self.planned(scenarios, baseline, facts) : nil
        var facts = facts
        for feature in Feature.allCases { facts.features[feature] = .present }
        facts.objectSizes = facts.objectSizes ?? [:]
        // Where something was missing, this could not be tried; that is no gap of its own.
        facts.halfOpenBeyondBacklog = facts.halfOpenBeyondBacklog ?? 1
        self.facts = facts
        complete = Self.planned(scenarios, baseline, facts)
    }

    package func costs(of gap: Gap) -> Gap.Costs {
        if let unseen { return costs(among: unseen) { _ in true } }
        switch gap.name {
        case Gap.Name.descriptors:
            return costs { instance in instance.plan.map { descriptors($0) > facts.descriptors } ?? false }
        case Gap.Name.slabinfo:
            var lacking = facts
            lacking.objectSizes = nil
            return costs(with: lacking)
        case Gap.Name.backlog:
            var lacking = facts
            lacking.halfOpenBeyondBacklog = nil
            return costs(with: lacking)
        case Gap.Name.ipv6: return costs { $0.skipReason?.contains("no IPv6") ?? false }
        case Gap.Name.core: return costs { $0.skipReason?.contains("hides net.core") ?? false }
        default:
            guard let feature = Feature(rawValue: gap.name) else { return Gap.Costs() }
            var lacking = facts
            lacking.features[feature] = .missing(gap.reason)
            return costs(with: lacking)
        }
    }

    /// Those that fit into no runner's descriptors.
    package var descriptorGap: Gap? {
        let most = complete.compactMap { $0.plan.map(descriptors) }.max() ?? 0
        guard most > facts.descriptors else { return nil }
        return Gap(
            name: Gap.Name.descriptors, reason: "a process may have \(facts.descriptors) descriptors at most",
            step: "a hard limit of \(most): podman or docker run --ulimit nofile=\(most):\(most), LimitNOFILE= of a "
                + "systemd unit, or as root ulimit -Hn \(most)")
    }

    private func costs(with lacking: Facts) -> Gap.Costs {
        let whole = Dictionary(complete.map { ($0.name, $0.plan != nil) }) { first, _ in first }
        return costs(among: Self.planned(scenarios, baseline, lacking)) { instance in
            instance.plan == nil && whole[instance.name] ?? false
        }
    }

    private func costs(_ isLost: (PlannedInstance) -> Bool) -> Gap.Costs { costs(among: complete, isLost) }

    private func costs(among instances: [PlannedInstance], _ isLost: (PlannedInstance) -> Bool) -> Gap.Costs {
        let lost = instances.filter(isLost)
        return Gap.Costs(
            scenarios: Set(lost.map(\.scenario)).sorted(), instances: lost.count,
            everything: !lost.isEmpty && instances.allSatisfy { $0.plan == nil || isLost($0) })
    }

    private static func planned(_ scenarios: [Scenario], _ baseline: Baseline, _ facts: Facts) -> [PlannedInstance] {
        let planner = Planner(baseline: baseline, facts: facts)
        return scenarios.flatMap { (try? planner.plan($0)) ?? [] }
    }
}
