import Model
import Oracle
import Testing

@Suite struct SweepTests {
    private func sweep(_ facts: Facts = Fixture.facts, longest: Int64 = 1000) -> SynRetransmissionSweep {
        SynRetransmissionSweep(
            base: Fixture.plan(retries: 2, nth: nil), facts: facts, drawn: 10, seed: 7, longest: .seconds(longest))
    }

    @Test("the same seed draws the same combinations; the names tell them apart")
    func deterministic() throws {
        let points = try sweep().points()
        #expect(points == (try sweep().points()))
        #expect(points.count > 45)
        #expect(Set(points.map(\.plan.instance)).count == points.count)
        var other = sweep()
        other.seed = 8
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
}
