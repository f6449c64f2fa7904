import Model
import Testing

@testable import Oracle

/// What moves a law, asked of the law itself.
@Suite struct FiguresTests {
    private func law(_ plan: Plan, facts: Facts = Fixture.facts) throws -> ExplainedLaw {
        try #require(try Figures(plan, facts: facts).laws.first)
    }

    @Test("each value of a sysctl has what the law says for it")
    func retries() throws {
        let law = try law(Fixture.plan(retries: 2, nth: nil))
        let knob = try #require(law.knobs.first { $0.key == SynRetransmission.retriesKey })
        #expect((knob.host, knob.value, knob.byDefault) == ("client", 2, 6))
        for outcome in knob.outcomes {
            let retries = try #require(outcome.values.first)
            let plan = Fixture.plan(retries: retries, nth: nil)
            #expect(try outcome.effect == Oracle.forecast(plan, facts: Fixture.facts).predictions[0].expected)
        }
        #expect(knob.outcomes.flatMap(\.values) == [1, 2, 3, 4, 6])
    }

    @Test("what is beyond the kernel's limits is not tried")
    func limits() throws {
        let law = try law(Fixture.plan(retries: 2, nth: nil))
        for knob in law.knobs + law.idle {
            let limits = SynRetransmission.description.limits[knob.key]
            #expect(knob.outcomes.flatMap(\.values).allSatisfy { limits?.contains($0) ?? true }, "\(knob.key)")
        }
    }

    @Test("a sysctl that this kernel does not have is no knob")
    func absent() throws {
        var facts = Fixture.facts
        facts.sysctls[SynRetransmission.linearKey] = nil
        let law = try law(Fixture.plan(retries: 2, nth: nil), facts: facts)
        #expect(!(law.knobs + law.idle).contains { $0.key == SynRetransmission.linearKey })
    }

    @Test("what moves nothing is told apart: two SYNs that are lost take as long however many may be sent")
    func idle() throws {
        let law = try law(Fixture.plan(retries: 6, nth: [NthRange(first: 1, last: 1)]))
        #expect(law.idle.contains { $0.key == SynRetransmission.maximumKey })
        #expect(law.idle.allSatisfy { $0.outcomes.count == 1 })
    }

    @Test("tcp_max_syn_backlog moves the limit without cookies, and not with them")
    func cookies() throws {
        typealias Listener = ListenerFixture
        for (cookies, moves) in [("0", true), ("1", false)] {
            let plan = Listener.plan(
                ["half-open-limit"], sysctls: ["net.ipv4.tcp_syncookies": cookies],
                [Listener.listen(64), Listener.flood(300), Listener.wait(500)])
            let law = try law(plan, facts: Listener.facts)
            #expect(law.knobs.contains { $0.key == "net.ipv4.tcp_max_syn_backlog" } == moves, "\(cookies)")
            #expect(law.knobs.contains { $0.key == "net.ipv4.tcp_synack_retries" }, "how long they stay")
        }
    }

    @Test("where the law leaves open what a value does, that is said")
    func open() throws {
        typealias Listener = ListenerFixture
        let zero = ["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_synack_retries": "1"]
        let plan = Listener.plan(
            ["accept-queue-overflow"], sysctls: zero, faults: [Listener.heldAck(40_001)],
            [
                Listener.listen(1), Listener.connect("first", 40_000), Listener.connect("held", 40_001),
                Listener.connect("last", 40_002), Listener.wait(4000),
                .send(Send(socket: "held", bytes: 10)),
            ])
        let knob = try #require(
            try law(plan, facts: Listener.facts).knobs.first { $0.key == "net.ipv4.tcp_synack_retries" })
        #expect(knob.outcomes.first { $0.values.contains(1) }?.effect != nil)
        #expect(knob.outcomes.first { $0.values.contains(5) }?.effect == nil)
    }
}
