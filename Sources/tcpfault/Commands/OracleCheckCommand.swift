import ArgumentParser
import FoundationEssentials
import Model
import Oracle
import Reporting
import Scenarios

struct OracleCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oracle-check",
        abstract: "Tries the laws on a kernel with many parameters, some of them drawn at random.",
        discussion: """
            A table of predicted against seen; every combination has to be within what was predicted.

            \(Examples([
                "tcpfault oracle-check --longest 12": "in a few minutes",
                "tcpfault oracle-check --law syn-retransmission --draw 40 --seed 7": "one law, more of it",
            ]))
            """)

    @Option(help: ArgumentHelp("Combinations drawn at random.", valueName: "n"))
    var draw = 8

    @Option(help: ArgumentHelp("The seed they are drawn from; a new one each time by default.", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Leave out what may last longer.", valueName: "seconds"))
    var longest: Int64 = 150

    @Option(help: "Only ipv4 or only ipv6; by default they take turns.")
    var family: Family?

    @Option(help: ArgumentHelp("Where records go.", discussion: "Default: results/<time in UTC>.", valueName: "dir"))
    var output: String?

    @Option(help: ArgumentHelp("Only this law. May be repeated.", valueName: "name"))
    var law: [String] = []

    @OptionGroup var bedOptions: TestBedOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func validate() throws {
        let known = Set(SweepBook.sweeps.flatMap { $0.laws })
        if let unknown = law.first(where: { !known.contains($0) }) {
            throw ValidationError(
                "There is no sweep of a law '\(unknown)'; there are \(known.sorted().joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let console = Console()
        let library = try libraryOptions.library()
        let folder = try Places.output(output)
        let bed = try await bedOptions.bed(folder: folder)
        let facts = try await bed.probe()
        let seed = seed ?? UInt64.random(in: 0..<1_000_000)
        var parts: [Part] = []
        for sweep in SweepBook.sweeps where law.isEmpty || !Set(law).isDisjoint(with: sweep.laws) {
            parts.append(try part(sweep, library, facts, seed))
        }
        for part in parts {
            console.note([
                part.skipped.map { "\(part.law): skipped here: \($0)" }
                    ?? "\(part.law): \(part.points.count) combinations, \(draw) of them drawn with --seed \(seed)"
            ])
        }
        var outcomes: [RunReport.Outcome] = []
        var guests: [GuestTimes] = []
        // One boot does for all; and in a guest nothing that was inconclusive comes out otherwise.
        let isGuest = bedOptions.kernel != nil
        for batch in isGuest ? [parts] : parts.map({ [$0] }) {
            let session = RunSession(
                bed: bed, facts: facts, console: console, folder: folder, jobs: isGuest ? nil : batch[0].atOnce,
                retries: isGuest ? 0 : 2)
            let report = try await session.run(batch.flatMap(\.instances))
            outcomes += report.outcomes
            guests += report.guests ?? []
        }
        let report = RunReport(outcomes: outcomes)
        let judgements = Dictionary(uniqueKeysWithValues: report.outcomes.map { ($0.judgement.instance, $0.judgement) })
        let tables = parts.map { part in
            SweepTable(
                columns: part.columns,
                rows: part.points.compactMap { point in
                    judgements[point.plan.instance].map { SweepTable.Row(point, $0) }
                })
        }
        for (part, table) in zip(parts, tables) where !table.rows.isEmpty {
            console.result([part.law] + table.lines + [""])
        }
        func count(_ verdict: Verdict) -> Int { tables.map { $0.count(verdict) }.reduce(0, +) }
        console.result([
            "\(report.outcomes.count) combinations: \(count(.pass)) within, \(count(.fail)) outside, "
                + "\(count(.inconclusive)) inconclusive, \(count(.skip)) skipped (seed \(seed), "
                + "kernel \(facts.kernel))"
        ])
        console.result(guests.map(\.line))
        if report.outcomes.isEmpty { try CommandStatus.skipped.leave() }
        try report.exitStatus.leave()
    }

    /// One law, or several that are tried together, with their combinations.
    private struct Part {
        var law: String
        var columns: [String]
        var atOnce: Int?
        var points: [SweepPoint] = []
        var instances: [PlannedInstance] = []
        /// Why it cannot be tried here.
        var skipped: String?
    }

    private func part<Sweep: LawSweep>(
        _ sweep: Sweep.Type, _ library: ScenarioLibrary, _ facts: Facts, _ seed: UInt64
    ) throws -> Part {
        var part = Part(
            law: "\(sweep.laws.joined(separator: ", ")) (\(sweep.scenario))", columns: sweep.columns,
            atOnce: sweep.atOnce)
        let planned = try Planner(library, facts: facts).plan(
            try library.load(sweep.scenario), PlanningOptions(families: family.map { [$0] }))
        // A matrix has several instances of a family, and the parameters are put into the first.
        var bases = Family.allCases.compactMap { family in planned.lazy.compactMap(\.plan).first { $0.family == family }
        }
        guard !bases.isEmpty else {
            part.skipped = planned.first?.skipReason ?? ""
            return part
        }
        for index in bases.indices {
            bases[index].expectations.removeAll { expectation in
                if case .law = expectation.claim { false } else { true }
            }
        }
        part.points = try Sweep(
            SweepInput(bases: bases, facts: facts, drawn: draw, seed: seed, longest: .seconds(longest))
        ).points()
        part.instances = part.points.map { point in
            PlannedInstance(
                name: point.plan.instance, scenario: sweep.scenario, summary: point.plan.summary,
                family: point.plan.family, alone: false, outcome: .plan(point.plan, point.forecast))
        }
        return part
    }
}
