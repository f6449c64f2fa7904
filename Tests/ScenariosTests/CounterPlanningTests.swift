import Model
import Testing

@testable import Scenarios

@Suite struct CounterPlanningTests {
    private func instances(_ counters: String, facts: Facts = Fixture.facts()) throws -> [PlannedInstance] {
        let text = Fixture.text(expect: "- counters: { client: { \(counters) } }")
        return try Planner(baseline: Fixture.baseline, facts: facts).plan(try Fixture.scenario(text))
    }

    private func complaint(_ counters: String) throws -> [InputError] {
        let errors = #expect(throws: InputErrors.self) { try instances(counters) }
        return try #require(errors).errors
    }

    @Test func aNameThatTheKernelDoesNotCountIsAnErrorAtItsPlace() throws {
        let errors = try complaint("Tcp.ActiveOpens: +1, TcpExt.TCPTimeoutz: +1")
        #expect(errors.count == 1, "once, not for each family")
        let error = try #require(errors.first)
        #expect(error.location?.line == 10)
        #expect(error.location?.column == 48)
        #expect(error.message.contains("'TcpExt.TCPTimeoutz'"))
        #expect(error.advice == "did you mean 'TcpExt.TCPTimeouts'?")
        #expect(try complaint("Udp.Xyzzy: 0").first?.advice?.contains("/proc/net/netstat") == true)
    }

    @Test func whatTheKernelCountsIsPlanned() throws {
        let planned = try instances("Tcp.ActiveOpens: +1, Ip6.InReceives: 0, Icmp6.InType135: 0..9")
        #expect(planned.allSatisfy { $0.plan != nil })
    }

    @Test func everyHostOfAClaimIsHeldToIt() throws {
        let planned = try instances("Tcp.ActiveOpens: +1 }, server: { Tcp.PassiveOpens: +1")
        let claims = try #require(planned.first?.plan).expectations.map(\.claim)
        #expect(
            claims == [
                .counters(CountersClaim(host: "client", changes: ["Tcp.ActiveOpens": CountRange(1, 1)])),
                .counters(CountersClaim(host: "server", changes: ["Tcp.PassiveOpens": CountRange(1, 1)])),
            ])
    }

    @Test func aKernelWithoutIPv6IsASkip() throws {
        var facts = Fixture.facts()
        facts.counters.removeAll { $0.hasPrefix("Ip6.") }
        let skipped = try instances("Ip6.InReceives: 0", facts: facts)
        #expect(skipped.allSatisfy { $0.skipReason?.contains("Ip6.InReceives: this kernel has no IPv6") == true })
        facts.counters = []
        #expect(try instances("Tcp.ActiveOpenz: 0", facts: facts).allSatisfy { $0.plan != nil })
    }
}
