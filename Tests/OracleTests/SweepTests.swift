import Model
import Oracle
import Testing

@Suite struct SweepTests {
    private func sweep(_ facts: Facts = Fixture.facts, longest: Int64 = 1000) -> SynRetransmissionSweep {
        SynRetransmissionSweep(input(Fixture.plan(retries: 2, nth: nil), facts, longest: longest))
    }

    private func input(_ base: Plan, _ facts: Facts, longest: Int64 = 1000, seed: UInt64 = 7) -> SweepInput {
        SweepInput(base: base, facts: facts, drawn: 10, seed: seed, longest: .seconds(longest))
    }

    @Test("the same seed draws the same combinations; the names tell them apart")
    func deterministic() throws {
        let points = try sweep().points()
        #expect(points == (try sweep().points()))
        #expect(points.count > 45)
        #expect(Set(points.map(\.plan.instance)).count == points.count)
        let other = SynRetransmissionSweep(input(Fixture.plan(retries: 2, nth: nil), Fixture.facts, seed: 8))
        #expect(try other.points() != points)
    }

    @Test("what a kernel lacks is not tried")
    func older() throws {
        var facts = Fixture.facts
        facts.sysctls[SynRetransmission.linearKey] = nil
        facts.sysctls[SynRetransmission.maximumKey] = nil
        let points = try sweep(facts).points()
        #expect(points.allSatisfy { $0.parameters[1].isEmpty && $0.parameters[4].isEmpty })
        #expect(points.count > 15)
    }

    @Test("a limit leaves out what lasts longer")
    func limit() throws {
        let points = try sweep(longest: 20).points()
        #expect(points.allSatisfy { $0.forecast.longest <= .seconds(20) })
        #expect(points.count < (try sweep().points().count))
    }

    @Test("every combination of the queues is decided before it runs")
    func queues() throws {
        let flood = ListenerFixture.plan(
            ["half-open-limit", "syn-cookies"],
            [ListenerFixture.listen(64), ListenerFixture.flood(300), ListenerFixture.wait(500)])
        let halfOpen = try HalfOpenSweep(input(flood, ListenerFixture.facts)).points()
        #expect(halfOpen.count >= 40)
        #expect(Set(halfOpen.map(\.plan.instance)).count == halfOpen.count)
        #expect(halfOpen.contains { $0.forecast.predictions[0].expected.hasPrefix("76 half-open of ") })
        let held = ListenerFixture.plan(
            ["accept-queue-overflow"], faults: [ListenerFixture.heldAck(40_001)],
            [ListenerFixture.listen(1), ListenerFixture.connect("held", 40_001)])
        let accept = try AcceptQueueSweep(input(held, ListenerFixture.facts)).points()
        #expect(accept.count >= 20)
        let zero = try #require(accept.first { $0.parameters == ["0", "1", "0"] })
        #expect(zero.forecast.predictions[0].expected.contains("ListenOverflows +0"), "its ACK finds the queue empty")
        let three = try #require(accept.first { $0.parameters == ["3", "1", "1"] })
        #expect(three.forecast.predictions[0].expected.contains("held: connect() returns, and an RST comes later"))
    }
}
