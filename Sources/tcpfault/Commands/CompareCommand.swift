import ArgumentParser
import Model
import Oracle
import Reporting
import VirtualMachines

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "What changed in the life of a connection from one run to another, and why.",
        discussion: """
            Typically the runs of two kernels. Each change is explained, by a law or by a known change of Linux, or it is \
            not, and then the comparison fails (exit status 1). Instances that only one side has, or that prove nothing \
            there, are named (70).
            """)

    @Argument(
        help: ArgumentHelp(
            "Two records, or folders with records: before and after. With --kernel: scenarios.",
            valueName: "run|scenario"))
    var names: [String] = []

    @Option(
        help: ArgumentHelp(
            "Run the scenarios on this kernel, in virtual time, and compare. Say it twice: before and after.",
            valueName: "name|image"))
    var kernel: [String] = []

    @Flag(help: "With --kernel: every scenario there is.")
    var all = false

    @Option(help: ArgumentHelp("Where records go.", discussion: "Default: results/<time in UTC>.", valueName: "dir"))
    var output: String?

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @OptionGroup var planning: PlanningArguments

    @OptionGroup var libraryOptions: LibraryOptions

    func validate() throws {
        if kernel.isEmpty {
            if all { throw ValidationError("--all goes with --kernel.") }
            if names.count != 2 { throw ValidationError("Name two runs, or say --kernel twice.") }
        } else {
            if kernel.count != 2 { throw ValidationError("Say --kernel twice: before and after.") }
            if names.isEmpty != all { throw ValidationError("Name scenarios, or say --all (and not both).") }
        }
    }

    func run() async throws {
        let console = Console()
        if kernel.isEmpty {
            return try Self.compare(try Self.records(names[0]), try Self.records(names[1]), format, on: console)
        }
        let folder = try Places.output(output)
        let scenarios = try ScenarioChoice(library: try libraryOptions.library(), names: all ? nil : names)
        let options = try planning.options(scenarios.library)
        // Side by side, with half of this machine's processors each.
        let jobs = max(1, GuestBed.processors / 2)
        let sides = try await withThrowingTaskGroup(of: Side.self) { group in
            for (index, name) in kernel.enumerated() {
                let place = "\(folder)/\(index == 0 ? "before" : "after")"
                let console = console.speaking(for: name)
                group.addTask {
                    let bed = try await GuestBed.prepared(name, modules: nil, machine: Machine(), folder: place)
                    let facts = try await bed.probe()
                    let session = RunSession(bed: bed, facts: facts, console: console, folder: place, jobs: jobs)
                    let report = try await session.run(try scenarios.planned(facts, options))
                    console.note([ConsoleReport(report).tally] + (report.guests ?? []).map(\.line))
                    return try Side(index, name, report)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.index < $1.index }
        }
        console.note(["records in \(folder)"])
        let lost = sides[0].lost.merging(sides[1].lost) { "\($0); \($1)" }
        try Self.compare(sides[0].records, sides[1].records, lost: lost, format, on: console)
    }

    /// What came of the scenarios on one kernel.
    private struct Side {
        var index: Int
        var records: [RunRecord]
        /// Why there is no record of an instance.
        var lost: [String: String]

        init(_ index: Int, _ kernel: String, _ report: RunReport) throws {
            self.index = index
            let records = try report.outcomes.compactMap(\.folder).map { try RecordFile.read("\($0)/record.json") }
            let found = Set(records.map(\.plan.instance))
            let without = report.outcomes.map(\.judgement).filter {
                $0.verdict == .inconclusive && !found.contains($0.instance)
            }
            self.records = records
            lost = Dictionary(
                uniqueKeysWithValues: without.map {
                    ($0.instance, "on \(kernel): \($0.reason ?? "there is no record")")
                })
        }
    }

    /// Prints the comparison of two runs, and ends with its status.
    static func compare(
        _ before: [RunRecord], _ after: [RunRecord], lost: [String: String] = [:], _ format: OutputFormat,
        on console: Console
    ) throws {
        let comparison = try Comparison(of: before, with: after, lost: lost)
        switch format {
        case .console: console.result(ComparisonText(comparison, paint: console.paint).lines)
        case .json: try console.result(comparison)
        }
        try comparison.exitStatus.leave()
    }

    private static func records(_ path: String) throws -> [RunRecord] {
        try RecordFile.find(path).map(RecordFile.read)
    }
}
