import Model
import Oracle
import Testing

@testable import Scenarios

/// Routers, and the ways that they do not have.
@Suite struct RouteTests {
    private func text(
        topology: String = "routed", fault: String = "unreachable: { on: router, to: server }",
        connects: String = "- connect: { on: client, to: server, as: c }",
        expect: String = "- law: { syn-retransmission: c }"
    ) -> String {
        """
        summary: A test.
        topology: \(topology)
        faults:
          - \(fault)
        actions:
          - listen: { on: server, as: l }
          \(connects)
        expect:
          \(expect)
        """
    }

    private func plan(_ text: String, _ family: Family, _ options: PlanningOptions = .init()) throws -> Plan {
        var options = options
        options.families = [family]
        let instance = try Fixture.planner.plan(try Fixture.scenario(text), options)[0]
        guard case .plan(let plan, _) = instance.outcome else {
            Issue.record("\(instance.outcome)")
            throw OracleError("no plan")
        }
        return plan
    }

    private func expected(_ text: String, _ family: Family) throws -> [String] {
        try Oracle.forecast(plan(text, family), facts: Fixture.facts()).predictions.map(\.expected)
    }

    @Test(
        "misfits are told with their place",
        arguments: [
            ("unreachable: { on: client, to: server }", "", "test.yaml:4:24: client is no router"),
            ("unreachable: { on: router }", "", "test.yaml:4:18: 'unreachable' needs 'to'"),
            ("unreachable: { on: router, to: router }", "", "test.yaml:4:36: router has no way to router"),
            ("unreachable: { on: router, to: moon }", "", "test.yaml:4:36: there is no host 'moon'"),
            (
                "unreachable: { on: router, to: server, name: r }", "- fault: { off: r }",
                "test.yaml:7:19: 'r' is a route, which cannot be switched"
            ),
            (
                "drop: { from: client, packet: syn }", "",
                "test.yaml:4:5: what router only passes on never reaches its TCP"
            ),
            (
                "unreachable: { on: router, to: server }",
                "- connect: { on: client, to: server, as: c, blocking: yes, count: 2 }",
                "test.yaml:7:57: 'blocking' is for one call"
            ),
            (
                "unreachable: { on: router, to: server }",
                "- connect: { on: client, to: server, as: c, count: 3 }",
                "test.yaml:9:5: router may keep back what it has to tell of so many SYNs"
            ),
        ])
    func misfits(_ fault: String, _ actions: String, _ says: String) throws {
        let connects =
            actions.hasPrefix("- connect") ? actions : actions + "\n  - connect: { on: client, to: server, as: c }"
        let lines = actions.isEmpty ? "- connect: { on: client, to: server, as: c }" : connects
        let law =
            actions.contains("count: 3") ? "- law: { syn-retransmission: c#1 }" : "- law: { syn-retransmission: c }"
        let errors = #expect(throws: InputErrors.self) {
            _ = try plan(text(fault: fault, connects: lines, expect: law), .ipv4)
        }
        let said = errors?.description ?? ""
        #expect(said.contains(says), "\(said)")
    }

    @Test("a router is planned with forwarding, its routes, and the fault's")
    func planned() throws {
        let plan = try plan(text(), .ipv6)
        let router = try #require(plan.host("router"))
        func value(_ key: String) -> String? { router.sysctls.last { $0.key == key }?.value }
        #expect(value("net.ipv4.ip_forward") == "1" && value("net.ipv6.conf.all.forwarding") == "1")
        #expect(value("net.ipv4.icmp_ratelimit") == "0" && value("net.ipv6.icmp.ratelimit") == "0")
        let server = try #require(IPAddress("fd7c:fa17:0:1::2"))
        let route = Route(destination: Prefix(server, 128), target: .unreachable, fault: "unreachable")
        #expect(router.routes == [route] && plan.installedRoutes(of: router) == [route])
        #expect(plan.connects == [SocketAddress(server, 5000)])
        #expect(plan.host("client")?.sysctls.contains { $0.key == "net.ipv4.ip_forward" } == false)
        var without = PlanningOptions()
        without.counterRun = .withoutCause
        let bare = try self.plan(text(), .ipv6, without)
        #expect(bare.withheld.faults == ["unreachable"] && bare.installedRoutes(of: router) == [])
        #expect(bare.host("router")?.routes == [route], "the oracle still knows of it")
    }

    @Test("who polls is told at once over IPv4; who sleeps, and IPv6, with the second SYN")
    func laws() throws {
        let blocking = text(connects: "- connect: { on: client, to: server, as: c, blocking: yes }")
        #expect(try expected(text(), .ipv4) == ["1 SYN, then connect() fails with EHOSTUNREACH at once"])
        #expect(
            try expected(blocking, .ipv4) == ["2 SYNs, then connect() fails with EHOSTUNREACH after 1.000–1.032 s"])
        for one in [text(), blocking] {
            #expect(try expected(one, .ipv6) == ["2 SYNs, then connect() fails with ENETUNREACH after 1.000–1.032 s"])
        }
    }

    @Test("a route that is not on the way says nothing, and without it the router is none")
    func others() throws {
        let back = text(fault: "unreachable: { on: router, to: client }")
        // What the server answers goes the same way back; who sends SYNs there is the client alone.
        #expect(try expected(back, .ipv4) == ["1 SYN, then connect() returns at once"])
        let lost = text(fault: "drop: { to: server, packet: syn, nth: 1 }")
        #expect(try expected(lost, .ipv4) == ["2 SYNs, then connect() returns after 1.000–1.032 s"])
    }
}

extension Plan {
    fileprivate var connects: [SocketAddress] {
        steps.compactMap { if case .connect(let connect) = $0.action { connect.to } else { nil } }
    }
}
