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

            \(Examples([
                "tcpfault compare results/OLD results/NEW --report html=changes.html": "two runs, and a page of them",
                "tcpfault compare --kernel 6.1 --kernel 6.12 connect-timeout-default": "two kernels, in virtual time",
            ]))
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
    var format = ComparisonFormat.console

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Another report of the same comparison, into a file: html=changes.html. May be repeated.",
            valueName: "format=file"))
    var files: [ReportFile<ComparisonFormat>] = []

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
        for file in files { try file.prepare() }
        let console = Console()
        if kernel.isEmpty {
            return try tell(try SavedRecord.find(names[0]), try SavedRecord.find(names[1]), on: console)
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
        try tell(sides[0].records, sides[1].records, lost: lost, on: console)
    }

    /// What came of the scenarios on one kernel.
    private struct Side {
        var index: Int
        var records: [SavedRecord]
        /// Why there is no record of an instance.
        var lost: [String: String]

        init(_ index: Int, _ kernel: String, _ report: RunReport) throws {
            self.index = index
            let records = try report.outcomes.compactMap(\.folder).map { try SavedRecord("\($0)/record.json") }
            let found = Set(records.map(\.record.plan.instance))
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

    /// Tells the comparison of two runs, and ends with its status.
    private func tell(
        _ before: [SavedRecord], _ after: [SavedRecord], lost: [String: String] = [:], on console: Console
    ) throws {
        let comparison = try Comparison(of: before.map(\.record), with: after.map(\.record), lost: lost)
        let (old, new) = (SavedRecord.byInstance(before), SavedRecord.byInstance(after))
        func lines(_ format: ComparisonFormat, _ folder: String, _ paint: Paint = .none) throws -> [String] {
            try format.lines(comparison, paint: paint) { name in
                guard let before = old[name], let after = new[name] else { return nil }
                return ComparisonPage.Pair(before: before.side(from: folder), after: after.side(from: folder))
            }
        }
        console.result(try lines(format, ".", console.paint))
        for file in files { try file.write { try lines($0, $1) } }
        try comparison.exitStatus.leave()
    }
}

extension ComparisonFormat: ExpressibleByArgument {}

/// A record with its place.
private struct SavedRecord {
    let record: RunRecord
    let folder: String

    init(_ path: String) throws {
        record = try RecordFile.read(path)
        folder = RecordFile.folder(of: path)
    }

    static func find(_ path: String) throws -> [SavedRecord] { try RecordFile.find(path).map(SavedRecord.init) }

    /// Of several of one instance the last one counts, as in the comparison.
    static func byInstance(_ records: [SavedRecord]) -> [String: SavedRecord] {
        Dictionary(records.map { ($0.record.plan.instance, $0) }) { $1 }
    }

    func side(from place: String) -> ComparisonPage.Side {
        ComparisonPage.Side(record, folder: Places.link(to: folder, from: place))
    }
}
