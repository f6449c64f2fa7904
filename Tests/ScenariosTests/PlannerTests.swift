import Model
import Testing

@testable import Scenarios

@Suite struct PlannerTests {
    private func instances(
        _ text: String, _ options: PlanningOptions = PlanningOptions(), planner: Planner = Fixture.planner
    ) throws -> [PlannedInstance] {
        try planner.plan(try Fixture.scenario(text), options)
    }

    private func plan(
        _ text: String, _ family: Family = .ipv4, counterRun: CounterRun? = nil, planner: Planner = Fixture.planner
    ) throws -> Plan {
        let options = PlanningOptions(families: [family], counterRun: counterRun)
        return try #require(try instances(text, options, planner: planner).first?.plan)
    }

    private func complaint(_ text: String, _ options: PlanningOptions = PlanningOptions()) -> String {
        let errors = #expect(throws: InputErrors.self) { try instances(text, options) }
        return errors?.description ?? ""
    }

    @Test("a value that no kernel takes is told where it stands", arguments: ["300", "banana", "0"])
    func impossibleValue(_ value: String) {
        let said = complaint(Fixture.text(head: "sysctls: { client: { net.ipv4.tcp_syn_retries: \(value) } }"))
        #expect(said.contains(":3:48: net.ipv4.tcp_syn_retries=\(value): the kernel takes 1 to 127"), "\(said)")
    }

    @Test func hostsHaveTheirNamesAndAddresses() throws {
        let plan = try plan(Fixture.text())
        let client = try #require(plan.host("client"))
        #expect(client.interfaces.map(\.name) == ["to-server"])
        #expect(client.interfaces[0].addresses.map(\.description) == ["198.18.0.1/24", "fd7c:fa17::1/64"])
        #expect(client.interfaces[0].mac.description == "02:00:00:00:00:01")
        #expect(
            client.neighbours.map { "\($0.address) \($0.mac)" } == [
                "198.18.0.2 02:00:00:00:00:02", "fd7c:fa17::2 02:00:00:00:00:02",
                "198.18.0.99 02:00:00:00:00:63", "fd7c:fa17::99 02:00:00:00:00:63",
            ])
        #expect(
            plan.links == [
                Link(
                    Attachment(host: "client", interface: "to-server"),
                    Attachment(host: "server", interface: "to-client"))
            ])
    }

    @Test func everyLinkHasItsOwnPrefix() throws {
        let star = """
            summary: x
            hosts: [server, a, b]
            links: [{ between: [server, a] }, { between: [server, b] }]
            """
        let topology = try Topology(name: "star", source: SourceText(file: "star.yaml", bytes: Array(star.utf8)))
        let network = Network(topology: topology)
        let server = network.hosts()[0]
        #expect(server.interfaces.map(\.name) == ["to-a", "to-b"])
        #expect(server.interfaces[1].addresses.map(\.description) == ["198.18.1.1/24", "fd7c:fa17:0:1::1/64"])
        #expect(network.address(of: "b", on: 1, .ipv6).description == "fd7c:fa17:0:1::2")
        #expect(Set(network.hosts().flatMap(\.interfaces).map(\.mac)).count == 4)
    }

    @Test(arguments: Family.allCases) func socketsHaveTheirPorts(_ family: Family) throws {
        let plan = try plan(Fixture.text(), family)
        let (client, server) = family == .ipv4 ? ("198.18.0.1", "198.18.0.2") : ("fd7c:fa17::1", "fd7c:fa17::2")
        guard case .listen(let listen) = plan.steps[0].action, case .connect(let connect) = plan.steps[1].action else {
            Issue.record("\(plan.steps)")
            return
        }
        #expect(listen.address == SocketAddress(try #require(IPAddress(server)), 5000))
        #expect(connect.to == listen.address)
        #expect(connect.from == SocketAddress(try #require(IPAddress(client)), 40000))
        #expect(plan.steps[1].origin?.line == 8)
    }

    @Test func targetsAndPortsAreResolved() throws {
        let actions = """
            - connect: { on: client, to: nobody, as: a, source-port: ephemeral }
              - connect: { on: client, to: server, as: b, port: 7, await: no }
              - connect: { on: server, to: 198.18.0.77, as: c, source-port: 1234, name: last }
            """
        let text = Fixture.text(
            head: "families: ipv4", actions: actions, expect: "- call: { a: fails, errno: ETIMEDOUT, within: 6s..8s }")
        let plan = try plan(text)
        let connects = plan.steps.compactMap { if case .connect(let connect) = $0.action { connect } else { nil } }
        #expect(connects.map(\.to.description) == ["198.18.0.99:5000", "198.18.0.2:7", "198.18.0.77:5000"])
        #expect(
            connects.map { $0.from?.description } == [nil, "198.18.0.1:40001", "198.18.0.2:1234"])
        #expect(plan.steps.map(\.awaited) == [true, false, true])
        #expect(plan.steps.map(\.name) == [nil, nil, "last"])
        guard case .call(let claim) = plan.expectations[0].claim else { return }
        #expect(claim.within == Interval(.seconds(6), .seconds(8)))
        #expect(complaint(text.replacing("families: ipv4", with: "")).contains("is an ipv4 address"))
    }

    @Test func faultsSitAtTheReceiversIngress() throws {
        let plan = try plan(
            Fixture.text(faults: "- drop: { from: client, packet: syn, nth: 1..2, name: lose, starts: off }"))
        let fault = try #require(plan.faults.first)
        #expect(plan.faults.count == 1)
        #expect(fault.site == FaultSite(host: "server", interface: "to-client"))
        #expect(fault.name == "lose")
        #expect(!fault.startsOn)
        #expect(fault.selector.source?.description == "198.18.0.1")
        #expect(fault.selector.destination == nil)
        #expect((fault.selector.flagMask, fault.selector.flagValue) == (.deciding, .syn))
        #expect(fault.selector.nth == [NthRange(first: 1, last: 2)])
    }

    @Test func aFaultOnAConnectionKnowsItsPorts() throws {
        let plan = try plan(Fixture.text(faults: "- drop: { connection: c, from: server, packet: fin }"))
        let selector = try #require(plan.faults.first?.selector)
        #expect(plan.faults.first?.site.host == "client")
        #expect((selector.sourcePort, selector.destinationPort) == (5000, 40000))
    }

    @Test func aFaultWithoutADirectionSitsAtBothEnds() throws {
        let faults = "- drop: { packet: rst, name: resets }"
        let switching = """
            - fault: { off: resets }
              - connect: { on: client, to: server, as: c }
            """
        let plan = try plan(Fixture.text(faults: faults, actions: switching), counterRun: .withoutCause)
        #expect(plan.faults.map(\.name) == ["resets@server:to-client", "resets@client:to-server"])
        #expect(plan.steps.count == 3)
        #expect(Set(plan.withheld.faults) == Set(plan.faults.map(\.name)))
        #expect(complaint(Fixture.text(faults: "- drop: { packet: rst, nth: 1 }")).contains("say from and to"))
    }

    @Test func flagsBecomeMaskAndValue() throws {
        let plan = try plan(Fixture.text(faults: "- drop: { to: server, flags: { set: [FIN, PSH], clear: SYN } }"))
        let selector = try #require(plan.faults.first?.selector)
        #expect((selector.flagMask, selector.flagValue) == ([.fin, .psh, .syn], [.fin, .psh]))
        #expect(selector.destination?.description == "198.18.0.2")
    }

    @Test func aShareIsTheSameEverywhere() throws {
        func nth(_ share: String, _ seed: Int) throws -> [NthRange] {
            let faults = "- drop: { from: server, packet: data, share: \(share), seed: \(seed) }"
            return try #require(try plan(Fixture.text(faults: faults)).faults.first?.selector.nth)
        }
        let quarter = try nth("25%", 1)
        // The first draws of SplitMix64 from 1, as any other implementation makes them.
        #expect(quarter.prefix(3).map(\.description) == ["16", "21..22", "24"])
        #expect(try nth("25%", 1) == quarter)
        #expect(try nth("25%", 2) != quarter)
        let taken = quarter.reduce(0) { $0 + ($1.last ?? 0) - $1.first + 1 }
        #expect((40...90).contains(taken))
        #expect(try nth("100%", 1) == [NthRange(first: 1, last: SelectorLowering.shared)])
    }

    @Test func waitsAndClaimsCountWherePacketsArrive() throws {
        let actions = """
            - connect: { on: client, to: server, as: c, await: no }
              - wait: { packets: { from: client, packet: syn }, count: 3, at-most: 9s }
              - wait: { for: 200ms }
              - wait: { call: c, at-most: 20s }
            """
        let plan = try plan(
            Fixture.text(actions: actions, expect: "- packets: { from: client, packet: syn, count: 2.., within: 9s }"))
        let waits = plan.steps.compactMap { if case .wait(let wait) = $0.action { wait } else { nil } }
        guard case .packets(let selector, "server", 3) = waits[0].until else {
            Issue.record("\(waits)")
            return
        }
        #expect(selector.flagValue == .syn)
        #expect(waits.map(\.atMost) == [.seconds(9), .milliseconds(200), .seconds(20)])
        guard case .packets(let claim) = plan.expectations[0].claim else { return }
        #expect((claim.host, claim.count, claim.within) == ("server", CountRange(2, nil), Interval(.zero, .seconds(9))))
    }

    @Test func optionsArePassedInTheKernelsUnits() throws {
        let plan = try plan(
            Fixture.text(
                actions: """
                    - connect: { on: client, to: nobody, as: c, options: { TCP_SYNCNT: 3, TCP_USER_TIMEOUT: 1.5s, TCP_NODELAY: on } }
                    """))
        guard case .connect(let connect) = plan.steps[0].action else { return }
        #expect(
            connect.options == [
                SocketOption("TCP_SYNCNT", 3), SocketOption("TCP_USER_TIMEOUT", 1500), SocketOption("TCP_NODELAY", 1),
            ])
    }

    @Test func theDeadlineLeavesTheLawItsTime() throws {
        let law = try plan(Fixture.text())
        #expect(law.deadline > .seconds(136))
        #expect(law.deadline < .seconds(170))
        #expect(try plan(Fixture.text(head: "deadline: 9s")).deadline == .seconds(9))
    }

    @Test func counterRunsTakeTheCauseAwayOrMisplaceIt() throws {
        let plain = try plan(Fixture.text())
        let without = try plan(Fixture.text(), counterRun: .withoutCause)
        #expect(without.withheld == Withheld(faults: ["drop"]))
        #expect(without.installedFaults.isEmpty)
        #expect(without.faults == plain.faults)
        let misplaced = try plan(Fixture.text(), counterRun: .misplacedDrop)
        #expect(
            misplaced.faults.map(\.site) == [
                FaultSite(host: "client", interface: "to-server", hook: .egress, verdict: .shot)
            ])
        #expect(misplaced.withheld == Withheld())
        let bent = try plan(Fixture.text(), counterRun: .bentLaw)
        #expect(bent.counterRun == .bentLaw)
        #expect(bent.faults == plain.faults)
    }

    @Test func aCauseMayBeAnActionOrASysctl() throws {
        let actions = """
            - listen: { on: server, as: l }
              - close: { socket: l, name: gone }
              - connect: { on: client, to: server, as: c }
            """
        let head = "without: { action: gone, fault: x }"
        #expect(throws: InputErrors.self) { try plan(Fixture.text(head: head, actions: actions)) }
        let byAction = try plan(
            Fixture.text(head: "without: { action: gone }", actions: actions), counterRun: .withoutCause)
        #expect(byAction.withheld == Withheld(steps: [1]))
        let sysctls = """
            sysctls: { client: { net.ipv4.tcp_syn_retries: 1 } }
            without: { sysctl: { client: { net.ipv4.tcp_syn_retries: default } } }
            """
        let bySysctl = try plan(Fixture.text(head: sysctls), counterRun: .withoutCause)
        #expect(bySysctl.withheld == Withheld(sysctls: ["client": ["net.ipv4.tcp_syn_retries"]]))
        let byRTO = try plan(
            Fixture.text(head: "initial-rto: 100ms\nwithout: { initial-rto: default }"), counterRun: .withoutCause)
        #expect(byRTO.withheld == Withheld(initialRTO: true))
        #expect(byRTO.initialRTO == .milliseconds(100) && byRTO.installedInitialRTO == nil)
    }

    @Test func anInitialRTONeedsItsFeature() throws {
        var facts = Fixture.facts()
        facts.features[.socketOperations] = .missing("not permitted")
        let planner = Planner(baseline: Fixture.baseline, facts: facts)
        for (head, reason) in [("initial-rto: 100ms", "sock_ops: not permitted" as String?), ("", nil)] {
            let instances = try planner.plan(try Fixture.scenario(Fixture.text(head: head)))
            #expect(instances.map(\.skipReason) == [reason, reason])
        }
    }

    @Test func unbuiltWordsAreSaidWithTheirPlace() throws {
        let text = Fixture.text(
            head: "tags: later",
            actions: "- connect: { on: client, to: server, as: c, options: { TCP_FASTOPEN: 1 } }")
        #expect(Fixture.complaint(text) == nil)
        let said = complaint(text)
        #expect(said.contains("test.yaml:7:58: not built yet: option TCP_FASTOPEN of action connect"))
    }
}

extension PlannerTests {
    @Test func validationNeedsNoKernel() throws {
        try Fixture.scenario(Fixture.text()).checkPlannable()
        for (text, words) in [
            (
                Fixture.text(actions: "- connect: { on: client, to: 198.18.0.7, as: c }"),
                "test.yaml:7:32: 198.18.0.7 is an ipv4 address, but this scenario runs on ipv6"
            ),
            (
                Fixture.text(
                    actions: """
                        - listen: { on: server, as: a }
                          - listen: { on: server, as: b }
                          - connect: { on: client, to: server, as: c }
                        """), "test.yaml:9:14: server listens on several ports"
            ),
            (
                Fixture.text(
                    faults: "- drop: { connection: c, packet: fin }",
                    actions: "- connect: { on: client, to: server, as: c, source-port: ephemeral }"),
                "test.yaml:5:25: the kernel chooses the port of 'c'"
            ),
        ] {
            let errors = #expect(throws: InputErrors.self) { try Fixture.scenario(text).checkPlannable() }
            #expect(errors?.description.contains(words) == true, "\(errors?.description ?? "")")
        }
    }
}
