import Model
import Oracle
import Testing

@testable import Scenarios

/// A host that connects to itself.
@Suite struct LoopbackTests {
    private func text(
        actions: String = "- connect: { on: client, to: self, as: d, source-port: ephemeral }",
        faults: String = "- drop: { from: client, packet: syn }",
        expect: String = "- law: { ephemeral-ports: d }"
    ) -> String {
        Fixture.text(
            faults: faults,
            actions: """
                - listen: { on: client, as: own }
                  - listen: { on: server, as: far }
                  - connect: { on: client, to: self, as: c, count: 2 }
                  - accept: { listener: own, as: s, count: 2, at-most: 2s }
                  \(actions)
                """, expect: expect)
    }

    private func plan(_ text: String, _ family: Family, reuse: Int = 2) throws -> (Plan, Forecast) {
        var options = PlanningOptions()
        options.families = [family]
        var planner = Fixture.planner
        planner.facts.sysctls["net.ipv4.tcp_tw_reuse"] = "\(reuse)"
        planner.facts.sysctls["net.ipv4.ip_local_port_range"] = "50000 50001"
        let instance = try planner.plan(try Fixture.scenario(text), options)[0]
        guard case .plan(let plan, let forecast) = instance.outcome else { throw OracleError("\(instance.outcome)") }
        return (plan, forecast)
    }

    @Test("it has a tap there, its listeners hear it, and both ends have the loopback's address")
    func planned() throws {
        for (family, own, any) in [(Family.ipv4, "127.0.0.1", "0.0.0.0"), (.ipv6, "[::1]", "[::]")] {
            let (plan, _) = try plan(text(), family)
            #expect(plan.hosts.map { $0.interfaces.map(\.name) } == [["to-server", "lo"], ["to-client"]])
            let calls = plan.steps.compactMap { if case .connect(let connect) = $0.action { connect } else { nil } }
            #expect(calls.map(\.to.description) == ["\(own):5000", "\(own):5000"])
            #expect(calls.map { $0.from?.description } == ["\(own):40000", nil])
            #expect(plan.owner(of: calls[0].to.address) == "client")
            let listens = plan.steps.compactMap { if case .listen(let listen) = $0.action { listen } else { nil } }
            #expect(listens[0].address.description == "\(any):5000" && listens[1].address.description != "\(any):5001")
        }
        let (without, _) = try self.plan(Fixture.text(expect: "- call: { c: fails }"), .ipv4)
        #expect(without.hosts.allSatisfy { $0.interfaces.count == 1 }, "nobody connects to itself")
    }

    @Test("the default of tcp_tw_reuse gives back its ports alone")
    func reuse() throws {
        func expected(_ target: String, _ reuse: Int) throws -> String {
            let listener = target == "self" ? "own" : "far"
            let actions = """
                - connect: { on: client, to: \(target), as: e, count: 2, source-port: ephemeral }
                  - accept: { listener: \(listener), as: t, count: 2, at-most: 2s }
                  - close: { socket: c }
                  - close: { socket: e }
                  - close: { socket: t }
                  - close: { socket: s }
                  - wait: { for: 2s }
                  - connect: { on: client, to: \(target), as: d, source-port: ephemeral }
                """
            return try plan(text(actions: actions), .ipv4, reuse: reuse).1.predictions[0].expected
        }
        let failure = "connect() of d fails with EADDRNOTAVAIL at once"
        #expect(try expected("self", 2) == "d takes over a port that is in TIME_WAIT")
        #expect(try expected("self", 0) == failure)
        #expect(try expected("server", 2) == failure)
    }

    @Test(
        "what would mistake one end for the other is refused with its place",
        arguments: [
            ("", "- law: { syn-retransmission: c#1 }", "test.yaml:13:32: syn-retransmission is not about a connection"),
            ("", "- law: { accept-queue-overflow: own }", "test.yaml:13:35: accept-queue-overflow is not about"),
            (
                "", "- law: { time-wait: s#1 }",
                "test.yaml:13:23: time-wait is not about a connection of a host to itself"
            ),
            (
                "", "- packets: { from: client, packet: fin, connection: c#1, count: 1 }",
                "test.yaml:13:55: 'c#1' is on its host's loopback"
            ),
            (
                "- connect: { on: server, to: self, as: x }", "- call: { c: returns }",
                "test.yaml:11:32: client connects to itself already"
            ),
            (
                "- connect: { on: client, to: \"127.0.0.1\", as: x }", "- call: { c: returns }",
                "test.yaml:11:32: 127.0.0.1 is the host itself"
            ),
        ])
    func refused(_ action: String, _ claim: String, _ says: String) {
        let errors = #expect(throws: InputErrors.self) {
            _ = try plan(action.isEmpty ? text(expect: claim) : text(actions: action, expect: claim), .ipv4)
        }
        let said = errors?.description ?? ""
        #expect(said.contains(says), "\(said)")
    }
}
