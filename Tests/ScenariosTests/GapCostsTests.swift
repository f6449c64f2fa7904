import Model
import Testing

@testable import Scenarios

/// What gaps cost, of a small library: three scenarios, six instances.
@Suite struct GapCostsTests {
    static let lossy = """
        summary: A SYN is lost.
        question: How long?
        topology: pair
        faults: [drop: { from: client, packet: syn }]
        actions:
          - listen: { on: server, as: l }
          - connect: { on: client, to: server, as: c }
        expect:
          - law: { syn-retransmission: c }
        """
    static let patient = lossy + "\ninitial-rto: 200ms\n"
    static let refused = """
        summary: Nobody listens.
        question: What comes back?
        topology: pair
        without: { action: cause }
        actions:
          - connect: { on: client, to: server, as: c, name: cause }
        expect:
          - call: { c: fails, errno: ECONNREFUSED }
        """

    static func costs(_ facts: Facts = Fixture.facts()) throws -> GapCosts {
        let scenarios = try [("lossy", lossy), ("patient", patient), ("refused", refused)].map {
            try Fixture.scenario($0.1, name: $0.0)
        }
        return GapCosts(scenarios, baseline: Fixture.baseline, facts: facts) { 10 * $0.hosts.count + $0.faults.count }
    }

    static func gap(_ name: String) -> Gap { Gap(name: name, reason: "why", step: "how") }

    @Test(
        "A feature costs what needs it",
        arguments: [
            ("cls_bpf", ["lossy", "patient"], 4, false), ("sock_ops", ["patient"], 2, false), ("ebpf", [], 0, false),
            ("sysctl-writing", ["lossy", "patient", "refused"], 6, true),
            ("ethtool-netlink", ["lossy", "patient", "refused"], 6, true), ("slabinfo", [], 0, false),
        ] as [(String, [String], Int, Bool)])
    func features(_ name: String, _ scenarios: [String], _ instances: Int, _ everything: Bool) throws {
        let expected = Gap.Costs(scenarios: scenarios, instances: instances, everything: everything)
        #expect(try Self.costs().costs(of: Self.gap(name)) == expected)
    }

    @Test("Gaps that are there together are counted apart")
    func together() throws {
        var facts = Fixture.facts()
        for feature in Feature.allCases { facts.features[feature] = .missing("why") }
        #expect(try Self.costs(facts).costs(of: Self.gap("sock_ops")).scenarios == ["patient"])
    }

    @Test("What could not be tried for want of another thing is counted with that")
    func untried() throws {
        var facts = Fixture.facts()
        facts.halfOpenBeyondBacklog = nil
        let scenario = try Fixture.library.load("half-open-limit")
        let costs = GapCosts([scenario], baseline: Fixture.baseline, facts: facts) { _ in 1 }
        for name in ["sysctl-writing", "half-open-backlog"] {
            #expect(costs.costs(of: Self.gap(name)).everything, "\(name)")
        }
    }

    @Test("Without IPv6 one instance of each is left")
    func ipv6() throws {
        let costs = try Self.costs(Fixture.facts(without: ["net.ipv6.conf.default.accept_ra"]))
        #expect(
            costs.costs(of: Self.gap("ipv6"))
                == Gap.Costs(scenarios: ["lossy", "patient", "refused"], instances: 3, everything: false))
    }

    @Test("Where no namespace could be made, nothing runs, and planning says why once")
    func nothing() throws {
        var facts = Fixture.facts()
        facts.sysctls = [:]
        facts.counters = []
        for feature in Feature.allCases { facts.features[feature] = .missing("no room") }
        let costs = try Self.costs(facts).costs(of: Self.gap("network-namespaces"))
        #expect(costs == Gap.Costs(scenarios: ["lossy", "patient", "refused"], instances: 6, everything: true))
        let planner = Planner(baseline: Fixture.baseline, facts: facts)
        let scenario = try Fixture.scenario(
            Self.lossy.replacing("faults:", with: "sysctls: { client: { net.ipv4.tcp_syn_retries: 2 } }\nfaults:"))
        #expect(
            try planner.plan(scenario).map(\.skipReason) == Array(repeating: "network-namespaces: no room", count: 2))
    }

    @Test("Plans that are larger than a process may be")
    func descriptors() throws {
        var facts = Fixture.facts()
        #expect(try Self.costs(facts).descriptorGap == nil)
        facts.descriptors = 20
        let costs = try Self.costs(facts)
        let gap = try #require(costs.descriptorGap)
        #expect(gap.name == "nofile" && gap.step.hasPrefix("a hard limit of 21"))
        #expect(
            costs.costs(of: gap) == Gap.Costs(scenarios: ["lossy", "patient"], instances: 4, everything: false))
    }
}
