import ArgumentParser
import FoundationEssentials
import Model
import Oracle
import Reporting
import Scenarios

struct OracleCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oracle-check",
        abstract: "Tries the laws on this kernel with many parameters, some of them drawn at random.",
        discussion: "A table of predicted against seen; every combination has to be within what was predicted.")

    @Option(help: ArgumentHelp("Combinations drawn at random.", valueName: "n"))
    var draw = 8

    @Option(help: ArgumentHelp("The seed they are drawn from; a new one each time by default.", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Leave out what may last longer.", valueName: "seconds"))
    var longest: Int64 = 150

    @Option(help: "Only ipv4 or only ipv6.")
    var family = Family.ipv4

    @Option(help: ArgumentHelp("Where records go.", discussion: "Default: results/<time in UTC>.", valueName: "dir"))
    var output: String?

    @OptionGroup var libraryOptions: LibraryOptions

    /// The scenario in which every SYN is lost; its plan is what the parameters are put into.
    private static let base = "connect-timeout"

    func run() async throws {
        let console = Console()
        let library = try libraryOptions.library()
        let runner = RunnerClient(path: try Places.runner())
        let facts = try await runner.probe()
        let planned = try Planner(library, facts: facts).plan(
            try library.load(Self.base), PlanningOptions(families: [family]))
        guard var base = planned.first?.plan else {
            throw Trouble("the sweep cannot run here: \(planned.first?.skipReason ?? "")", status: .skipped)
        }
        base.expectations = base.expectations.filter { expectation in
            if case .law = expectation.claim { true } else { false }
        }
        let seed = seed ?? UInt64.random(in: 0..<1_000_000)
        let points = try SynRetransmissionSweep(
            base: base, facts: facts, drawn: draw, seed: seed, longest: .seconds(longest)
        ).points()
        console.note([
            "\(SynRetransmission.description.name): \(points.count) combinations, \(draw) of them drawn with --seed \(seed)"
        ])

        let session = RunSession(
            runner: runner, facts: facts, console: console, folder: try Places.output(output), jobs: nil,
            hold: false, mustFail: false)
        let report = try await session.run(
            points.map { point in
                PlannedInstance(
                    name: point.plan.instance, scenario: Self.base, summary: base.summary, family: family, alone: false,
                    outcome: .plan(point.plan, point.forecast))
            })
        let judgements = Dictionary(uniqueKeysWithValues: report.outcomes.map { ($0.judgement.instance, $0.judgement) })
        let table = SweepTable(
            columns: SynRetransmissionSweep.columns,
            rows: points.compactMap { point in judgements[point.plan.instance].map { SweepTable.Row(point, $0) } })
        console.result(table.lines)
        console.result([
            "\(table.rows.count) combinations: \(table.count(.pass)) within, \(table.count(.fail)) outside, "
                + "\(table.count(.inconclusive)) inconclusive, \(table.count(.skip)) skipped (seed \(seed), "
                + "kernel \(facts.kernel))"
        ])
        try report.exitStatus.leave()
    }
}
