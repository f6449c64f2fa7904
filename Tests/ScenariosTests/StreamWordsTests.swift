import Model
import Testing

@testable import Scenarios

/// `shutdown`, `state` and `sysctl`: what they become in a plan, and what is said of bad ones.
@Suite struct StreamWordsTests {
    private static let actions = """
        - listen: { on: server, as: l }
          - connect: { on: client, to: server, as: c }
          - accept: { listener: l, as: s, at-most: 2s }
        """

    private func plan(actions more: String = "", expect: String) throws -> Plan {
        let text = Fixture.text(actions: Self.actions + more, expect: expect)
        let planned = try Fixture.planner.plan(try Fixture.scenario(text), PlanningOptions(families: [.ipv4]))
        return try #require(planned.first?.plan)
    }

    @Test(
        "a shutdown is one step, for writing unless said",
        arguments: [
            ("{ socket: c }", Shutdown.How.write), ("{ socket: s, how: read }", .read),
            ("{ socket: c, how: both }", .both),
        ])
    func shutdown(words: String, how: Shutdown.How) throws {
        let plan = try plan(actions: "\n  - shutdown: \(words)", expect: "- call: { c: returns }")
        let last = try #require(plan.steps.last)
        #expect(last.action == .shutdown(Shutdown(socket: words.contains("socket: s") ? "s" : "c", how: how)))
        #expect(last.origin?.line == 10)
    }

    @Test("a state is claimed to be there, or never")
    func state() throws {
        let plan = try plan(expect: "- state: { of: s, is: CLOSE_WAIT }\n  - state: { of: c, never: gone }")
        #expect(
            plan.expectations.map(\.claim) == [
                .state(StateClaim(socket: "s", state: "CLOSE_WAIT", occurs: true)),
                .state(StateClaim(socket: "c", state: "gone", occurs: false)),
            ])
    }

    @Test("each key of a sysctl is a claim of its own, and is read back; absent is no value")
    func sysctl() throws {
        let plan = try plan(
            expect: "- sysctl: { on: client, net.ipv4.tcp_sack: 1, net.ipv4.tcp_tw_recycle: absent }")
        #expect(
            plan.expectations.map(\.claim) == [
                .sysctl(SysctlClaim(host: "client", key: "net.ipv4.tcp_sack", value: "1")),
                .sysctl(SysctlClaim(host: "client", key: "net.ipv4.tcp_tw_recycle", value: nil)),
            ])
        let keys = plan.host("client")?.sysctls.filter { $0.value == nil }.map(\.key) ?? []
        #expect(keys.contains("net.ipv4.tcp_sack") && keys.contains("net.ipv4.tcp_tw_recycle"))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var actions = ""
        var expect = "- call: { c: returns }"
        var place: String
        var says: [String]
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "the state of a listener", expect: "- state: { of: l, is: LISTEN }", place: "11:18",
            says: ["'l' is a listener: nothing to expect a state of", "name the 'as' of a connect or an accept"]),
        Case(
            name: "an unknown state", expect: "- state: { of: c, is: FIN_WAIT_2 }", place: "11:25",
            says: ["'is' cannot be 'FIN_WAIT_2'", "did you mean 'FIN_WAIT2'?"]),
        Case(
            name: "no state", expect: "- state: { of: c }", place: "11:12", says: ["'state' needs one of is, never"]),
        Case(
            name: "both", expect: "- state: { of: c, is: TIME_WAIT, never: LAST_ACK }", place: "11:12",
            says: ["'state' takes only one of is, never"]),
        Case(
            name: "a state of nobody", expect: "- state: { of: d, is: TIME_WAIT }", place: "11:18",
            says: ["there is no socket 'd'"]),
        Case(
            name: "default is no value to claim", expect: "- sysctl: { on: client, net.ipv4.tcp_sack: default }",
            place: "11:46",
            says: [
                "'net.ipv4.tcp_sack' is claimed to read 'default'", "write the value that it must have, or absent",
            ]),
        Case(
            name: "a sysctl of nobody", expect: "- sysctl: { on: cleint, net.ipv4.tcp_sack: 1 }", place: "11:19",
            says: ["there is no host 'cleint'", "did you mean 'client'?"]),
        Case(
            name: "a sysctl of no host", expect: "- sysctl: { net.ipv4.tcp_sack: 1 }", place: "11:13",
            says: ["'sysctl' needs 'on'"]),
        Case(
            name: "shutdown of a listener", actions: "\n  - shutdown: { socket: l }", place: "10:25",
            says: ["'l' is a listener: nothing to shutdown"]),
        Case(
            name: "an unknown way", actions: "\n  - shutdown: { socket: c, how: rite }", place: "10:33",
            says: ["'how' cannot be 'rite'", "did you mean 'write'?"]),
        Case(
            name: "a law of a listener", expect: "- law: { keepalive: l }", place: "11:23",
            says: ["'l' is a listener", "name the 'as' of a connect or an accept"]),
    ]

    @Test(arguments: cases) func isToldWithItsPlace(_ bad: Case) throws {
        let text = Fixture.text(actions: Self.actions + bad.actions, expect: bad.expect)
        let errors = try #require(Fixture.complaint(text), "nothing was said")
        for words in bad.says { #expect(errors.description.contains(words), "\(errors)") }
        let place = errors.errors[0].location.map { "\($0.line):\($0.column)" }
        #expect(place == bad.place, "\(errors)")
    }
}
