import FoundationEssentials
import Model
import Oracle
import Reporting
import Testing

@Suite("Comparisons as text")
struct ComparisonTextTests {
    private func lines(_ comparison: Comparison, width: Int = Paint.widest) -> [String] {
        ComparisonText(comparison, paint: Paint(isOn: false, width: width)).lines
    }

    @Test("Nothing changed")
    func same() throws { try Snapshot.check(lines(ComparisonExamples.identical), "comparison-same") }

    @Test("What is explained is told by its explanation, the same change in several instances once")
    func explained() throws { try Snapshot.check(lines(ComparisonExamples.explained), "comparison-explained") }

    @Test("What is unexplained comes first and in full, what was not compared last")
    func open() throws { try Snapshot.check(lines(ComparisonExamples.open), "comparison-open") }

    @Test("On a narrow terminal it is broken at spaces")
    func narrow() throws {
        let lines = lines(ComparisonExamples.open, width: 60)
        try Snapshot.check(lines, "comparison-narrow")
        #expect(lines.allSatisfy { $0.count <= 60 })
    }

    @Test("Colours change no letter")
    func colours() {
        let coloured = ComparisonText(ComparisonExamples.open, paint: Paint(isOn: true)).lines
        #expect(coloured != lines(ComparisonExamples.open))
        #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") } == lines(ComparisonExamples.open))
    }

    @Test("Unexplained fails, uncompared leaves it open, explained passes")
    func statuses() {
        var comparison = ComparisonExamples.open
        #expect(comparison.exitStatus == .failed)
        comparison.changes = ComparisonExamples.explained.changes
        #expect(comparison.exitStatus == .inconclusive)
        comparison.unsure = []
        #expect(comparison.exitStatus == .passed)
        #expect(ComparisonExamples.identical.exitStatus == .passed)
    }

    @Test("JSON carries all of it")
    func json() throws {
        let comparison = ComparisonExamples.open
        #expect(try JSONDecoder().decode(Comparison.self, from: try JSONEncoder().encode(comparison)) == comparison)
    }

    @Test("The doctor tells memory and the sizes of objects where they are known")
    func doctor() {
        var facts = Examples.facts
        facts.memory = 1 << 30
        facts.objectSizes = ["TCP": 2304, "tw_sock_TCP": 272]
        let lines = FactsText(facts).lines
        #expect(lines.contains("memory       1,024 MiB"))
        #expect(lines.contains("objects      TCP 2304, tw_sock_TCP 272 bytes"))
        #expect(!FactsText(Examples.facts).lines.contains { $0.hasPrefix("memory") || $0.hasPrefix("objects") })
    }
}
