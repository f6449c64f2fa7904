package import Model
import Oracle

/// Decides everything about a scenario that is left to decide. A pure function of files, facts and options.
package struct Planner: Sendable {
    package var baseline: Baseline
    package var facts: Facts

    package init(baseline: Baseline, facts: Facts) {
        self.baseline = baseline
        self.facts = facts
    }

    package init(_ library: ScenarioLibrary, facts: Facts) throws(InputErrors) {
        self.init(baseline: try library.baseline(), facts: facts)
    }

    /// The instances of a scenario, families first, then the matrix in the order of the file.
    ///
    /// Throws what is wrong with the scenario on every kernel, or on this one in a way that the author must mend.
    /// What this kernel merely lacks becomes a skip.
    package func plan(
        _ scenario: Scenario, _ options: PlanningOptions = PlanningOptions()
    ) throws(InputErrors) -> [PlannedInstance] {
        if !scenario.unbuilt.isEmpty { throw InputErrors(scenario.unbuilt) }
        let errors = ErrorList()
        let sysctls = SysctlPlanning(
            scenario: scenario, baseline: baseline, facts: facts, overrides: options.overrides,
            report: { errors.list.append($0) })
        let uncounted = CounterPlanning(
            scenario: scenario, facts: facts, report: { errors.list.append($0) }
        ).missing()
        var instances: [PlannedInstance] = []
        for family in scenario.families where options.families?.contains(family) ?? true {
            for axes in sysctls.matrix() {
                let name = ([scenario.name, family.rawValue] + axes.map(Self.axisName)).joined(separator: "/")
                var instance = PlannedInstance(
                    name: name, scenario: scenario.name, summary: scenario.summary, family: family,
                    alone: scenario.alone, outcome: .skip(reason: ""))
                let lacking = sysctls.missing(axes: axes) + missingFeatures(scenario, family) + uncounted
                let outcome = self.outcome(instance, scenario, sysctls, axes, options, errors)
                if !lacking.isEmpty {
                    instance.outcome = .skip(reason: lacking.joined(separator: "; "))
                } else if let outcome {
                    instance.outcome = outcome
                }
                instances.append(instance)
            }
        }
        if !errors.list.isEmpty { throw InputErrors(errors.list) }
        return instances
    }

    private static func axisName(_ axis: HostSysctl) -> String {
        let value = axis.value?.split(separator: " ").joined(separator: ",") ?? "default"
        return "\(axis.host):\(axis.key)=\(value)"
    }

    private final class ErrorList {
        var list: [InputError] = []
    }

    /// `nil` where `errors` tells why there is none.
    private func outcome(
        _ instance: PlannedInstance, _ scenario: Scenario, _ sysctls: SysctlPlanning, _ axes: [HostSysctl],
        _ options: PlanningOptions, _ errors: ErrorList
    ) -> PlannedInstance.Outcome? {
        let before = errors.list.count
        func report(_ message: String, _ at: SourceLocation, _ advice: String?) {
            errors.list.append(scenario.source.error(at: at.line, at.column, message, advice: advice))
        }
        let lowering = Lowering(scenario, family: instance.family, counterRun: options.counterRun, report: report)
        let lowered = lowering.lower()
        guard errors.list.count == before else { return nil }
        let (network, sockets) = (lowering.network, lowering.sockets)
        let laws = lowered.expectations.compactMap { expectation -> LawClaim? in
            if case .law(let claim) = expectation.claim { claim } else { nil }
        }
        var hosts = network.hosts()
        for index in hosts.indices {
            hosts[index].routes += lowered.routes[hosts[index].name] ?? []
            hosts[index].sysctls = sysctls.settings(of: hosts[index].name, axes: axes, laws: laws, sockets: sockets)
        }
        var plan = Plan(
            instance: instance.name, scenario: scenario.name, summary: scenario.summary, family: instance.family,
            hosts: hosts, links: network.links(),
            spoofing: network.spoofing(instance.family, segments: scenario.madeUpSegments),
            initialRTO: scenario.initialRTO, faults: lowered.faults, steps: lowered.steps,
            expectations: lowered.expectations, counterRun: options.counterRun, deadline: .zero)
        if options.counterRun == .withoutCause {
            plan.withheld = Self.cause(of: scenario, in: plan)
        }
        do {
            let forecast = try Oracle.forecast(plan, facts: facts)
            plan.deadline = scenario.deadline ?? Self.deadline(forecast, plan)
            return .plan(plan, forecast)
        } catch {
            // Of a kernel that gave no namespace no sysctl is known, and nothing runs there.
            if error.isLack || facts.sysctls.isEmpty { return .skip(reason: error.message) }
            if let at = error.origin {
                report(error.message, at, nil)
            } else {
                errors.list.append(InputError(file: scenario.source.file, message: error.message))
            }
            return nil
        }
    }

    /// What the oracle allows and every wait's limit, a tenth more, and five seconds: it is there for what hangs.
    private static func deadline(_ forecast: Forecast, _ plan: Plan) -> Nanoseconds {
        let waits = plan.steps.reduce(Nanoseconds.zero) { sum, step in
            switch step.action {
            case .accept(let accept): sum + accept.atMost
            case .receive(let receive): sum + receive.atMost
            case .inject(let inject): sum + inject.atMost
            case .wait(let wait): sum + wait.atMost
            case .connect, .listen, .listenAgain, .send, .shutdown, .close, .replay, .fault, .set: sum
            }
        }
        let most = forecast.longest + waits
        return Nanoseconds(most.value + most.value / 10) + .seconds(5)
    }

    private static func cause(of scenario: Scenario, in plan: Plan) -> Withheld {
        guard let cause = scenario.without else { return Withheld(faults: plan.faultNames) }
        let steps = plan.steps.indices.filter { index in plan.steps[index].name.map(cause.actions.contains) ?? false }
        return Withheld(
            faults: cause.faults.flatMap { Lowering.installed(plan.faultNames, of: $0) }, steps: Array(steps),
            sysctls: Dictionary(grouping: cause.sysctls, by: \.host).mapValues { $0.map(\.key) },
            initialRTO: cause.initialRTO ? true : nil)
    }

    private func missingFeatures(_ scenario: Scenario, _ family: Family) -> [String] {
        var needed: [Feature] = [
            .networkNamespaces, .sysctlWriting, .veth, .ethtoolNetlink, .packetSockets, .socketDiagnostics,
        ]
        if scenario.faults.contains(where: { $0.verb == "drop" }) { needed += [.clsact, .classicFilter] }
        if scenario.initialRTO != nil { needed.append(.socketOperations) }
        // What one feature stands on is the reason of the other, too; it is said once.
        var told: Set<String> = []
        var reasons = needed.compactMap { feature -> String? in
            guard case .missing(let reason) = facts.availability(feature), told.insert(reason).inserted else {
                return nil
            }
            return "\(feature.rawValue): \(reason)"
        }
        if facts.objectSizes == nil, scenario.expectations.contains(where: { $0.verb == "memory" }) {
            reasons.append("/proc/slabinfo cannot be read, which takes root: what sockets cost is not known without it")
        }
        if family == .ipv6, !facts.sysctls.isEmpty, !facts.sysctls.keys.contains(where: { $0.hasPrefix("net.ipv6.") }) {
            reasons.append("this kernel has no IPv6")
        }
        return reasons
    }
}
