import FoundationEssentials
import Model
import Oracle
import Reporting

/// `report.json` beside the records of a run: what `--format json` prints.
enum ReportDocument {
    private static let name = "report.json"

    static func write(_ report: RunReport, into folder: String) throws {
        try Data((try JSON.text(report) + "\n").utf8).write(to: URL(filePath: "\(folder)/\(name)"), options: .atomic)
    }

    /// Where one run is, another one would stand in for what it does not come to.
    static func refuseUsed(_ folder: String) throws {
        guard FileManager.default.fileExists(atPath: "\(folder)/\(name)") else { return }
        throw Trouble(
            "\(folder) holds the records of an earlier run; say another folder with --output, or remove it",
            status: .badInput)
    }

    /// What the run will tell of, should it be killed before it does.
    static func begin(_ plan: ShardedPlan, mustFail: Bool, at start: Date, in folder: String) throws {
        let report = RunReport(
            started: start.formatted(.iso8601), folder: folder, mustFail: mustFail, outcomes: [], shard: plan)
        try write(report, into: folder)
    }

    /// The path itself, or the runs that are somewhere below it; records that are of none of them by themselves.
    static func find(_ path: String) throws -> [String] {
        let files = FileManager.default
        guard Places.isFolder(path), !files.fileExists(atPath: "\(path)/\(name)") else { return [path] }
        let below = try files.subpathsOfDirectory(atPath: path).sorted()
        let reports = below.filter { $0.hasSuffix("/\(name)") }
        if reports.isEmpty { return [path] }
        let folders = reports.map { String($0.dropLast(name.count)) }
        let lone = below.filter { file in
            file.hasSuffix("/record.json") && !folders.contains { file.hasPrefix($0) }
        }
        return (reports + lone).map { "\(path)/\($0)" }
    }

    /// A document, or a folder that has one, or a folder of records, which are judged then.
    static func read(_ path: String) throws -> RunReport {
        if path.hasSuffix("/record.json") { return try judged(path) }
        let file = Places.isFolder(path) ? "\(path)/\(name)" : path
        guard FileManager.default.fileExists(atPath: file) else { return try judged(path) }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Trouble("\(file) cannot be read", status: .badInput)
        }
        struct Head: Decodable { var format: Int }
        do {
            try Format.check(JSONDecoder().decode(Head.self, from: data).format, document: file)
            let report = try JSONDecoder().decode(RunReport.self, from: data)
            return completed(report, in: RecordFile.folder(of: file))
        } catch let error as FormatError {
            throw Trouble("\(error)", status: .badInput)
        } catch {
            throw Trouble("\(file): this is not a report: \(RecordFile.words(for: error))", status: .badInput)
        }
    }

    /// With what a run that was killed left of its share beside the document.
    private static func completed(_ report: RunReport, in folder: String) -> RunReport {
        guard let plan = report.shard else { return report }
        var report = report
        let told = Set(report.outcomes.map(\.judgement.instance))
        for instance in plan.shard.share(of: plan.instances) where !told.contains(instance) {
            guard let record = try? RecordFile.read("\(folder)/\(instance)/record.json") else { continue }
            report.outcomes.append(RunReport.Outcome(Judge.judge(record), folder: "\(folder)/\(instance)"))
        }
        return report
    }

    /// From the records alone, which know nothing of what was skipped.
    private static func judged(_ folder: String) throws -> RunReport {
        let outcomes = try RecordFile.find(folder).map { path in
            RunReport.Outcome(Judge.judge(try RecordFile.read(path)), folder: RecordFile.folder(of: path))
        }
        return RunReport(folder: folder, outcomes: outcomes)
    }
}
