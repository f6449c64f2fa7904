import Model
import Testing

@testable import Oracle

@Suite struct EphemeralPortsTests {
    private static func law(_ ports: Int, reuse: Int = 1, timestamps: Bool = true, delay: Int64? = 1000)
        -> EphemeralPorts
    {
        EphemeralPorts(
            ports: ports, reuse: reuse, isLoopback: false, timestamps: timestamps,
            delay: delay.map { .milliseconds($0) })
    }

    private static func answer(
        _ law: EphemeralPorts, _ open: Int, _ waiting: Int, age: Int64 = 1500
    ) -> EphemeralPorts.Answer {
        law.answer(open: open, waiting: waiting, age: Interval(.milliseconds(age), .milliseconds(age + 300)))
    }

    @Test("of an odd range a call leaves one out: of three always the last, of more the first or the last")
    func odd() {
        #expect([1, 2, 3, 4, 5, 8].map { Self.law($0).tried } == [1, 2, 2, 4, 4, 8])
        #expect(Self.answer(Self.law(3), 2, 0) == .none && Self.answer(Self.law(3), 1, 0) == .fresh)
        #expect(Self.answer(Self.law(5), 3, 0) == .fresh)
        #expect(Self.answer(Self.law(5), 4, 0) == .unsure(.place))
        #expect(Self.answer(Self.law(5, reuse: 0), 0, 4) == .unsure(.place))
        #expect(Self.answer(Self.law(5), 0, 4) == .either)
        #expect(Self.answer(Self.law(5), 3, 1) == .unsure(.place), "that one may be left out")
        #expect(Self.answer(Self.law(1), 1, 0) == .none && Self.answer(Self.law(1), 0, 0) == .fresh)
    }

    @Test("a port that may be reused may be taken although another is free")
    func either() {
        #expect(Self.answer(Self.law(4), 0, 3) == .either)
        #expect(Self.answer(Self.law(4, reuse: 0), 0, 3) == .fresh)
        #expect(Self.answer(Self.law(4, reuse: 2), 0, 3) == .fresh)
        #expect(Self.answer(Self.law(4, timestamps: false), 0, 3) == .fresh)
        #expect(Self.answer(Self.law(4, delay: 3000), 0, 3) == .fresh)
        #expect(Self.answer(Self.law(4, delay: 1600), 0, 3) == .either, "it may")
    }

    @Test("when all are taken age decides")
    func age() {
        #expect(Self.answer(Self.law(4), 2, 2) == .reused && Self.answer(Self.law(4, reuse: 0), 2, 2) == .none)
        #expect(Self.answer(Self.law(4, delay: 1600), 0, 4) == .unsure(.age))
        #expect(Self.answer(Self.law(4, delay: nil), 0, 4) == .reused)
        #expect(Self.answer(Self.law(4, delay: nil), 0, 4, age: 500) == .unsure(.age))
    }

    @Test("every combination that is tried is decided before it runs")
    func sweep() throws {
        var base = StreamFixture.plan("ephemeral-ports", [])
        base.steps = [base.steps[0], base.steps[1]]
        guard case .connect(var connect) = base.steps[1].action else { return }
        connect.from = nil
        connect.socket = "d"
        base.steps[1].action = .connect(connect)
        base.expectations = [Expectation(.law(LawClaim(law: "ephemeral-ports", of: "d")))]
        var facts = StreamFixture.facts()
        facts.sysctls[EphemeralPorts.rangeKey] = "32768\t60999"
        facts.sysctls[EphemeralPorts.reuseKey] = "2"
        facts.sysctls[EphemeralPorts.timestampsKey] = "1"
        func points(_ facts: Facts) throws -> [SweepPoint] {
            let input = SweepInput(bases: [base], facts: facts, drawn: 400, seed: 7, longest: .seconds(20))
            return try EphemeralPortsSweep(input).points()
        }
        let old = try points(facts)
        #expect(old.count > 100 && old.allSatisfy { $0.parameters[6].isEmpty })
        facts.sysctls[EphemeralPorts.delayKey] = "1000"
        let new = try points(facts)
        #expect(Set(new.map(\.plan.instance)).count == new.count)
        let said = Set(new.map(\.forecast.predictions[0].expected))
        #expect(said.count == 4, "one that is free, one in TIME_WAIT, either, none")
        let late = try #require(new.first { $0.parameters == ["2", "0", "2", "1", "1", "1", "2200", "2000", "1500"] })
        #expect(late.forecast.predictions[0].expected.contains("EADDRNOTAVAIL"), "it began with the peer's FIN")
    }
}
