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

    /// The path itself, or the folders of runs that are somewhere below it.
    static func find(_ path: String) throws -> [String] {
        let files = FileManager.default
        guard Places.isFolder(path), !files.fileExists(atPath: "\(path)/\(name)") else { return [path] }
        let below = try files.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix("/\(name)") }.sorted()
        return below.isEmpty ? [path] : below.map { "\(path)/\($0)" }
    }

    /// A document, or a folder that has one, or a folder of records, which are judged then.
    static func read(_ path: String) throws -> RunReport {
        let file = Places.isFolder(path) ? "\(path)/\(name)" : path
        guard FileManager.default.fileExists(atPath: file) else { return try judged(path) }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Trouble("\(file) cannot be read", status: .badInput)
        }
        struct Head: Decodable { var format: Int }
        do {
            try Format.check(JSONDecoder().decode(Head.self, from: data).format, document: file)
            return try JSONDecoder().decode(RunReport.self, from: data)
        } catch let error as FormatError {
            throw Trouble("\(error)", status: .badInput)
        } catch {
            throw Trouble("\(file): this is not a report: \(RecordFile.words(for: error))", status: .badInput)
        }
    }

    /// From the records alone, which know nothing of what was skipped.
    private static func judged(_ folder: String) throws -> RunReport {
        let outcomes = try RecordFile.find(folder).map { path in
            RunReport.Outcome(Judge.judge(try RecordFile.read(path)), folder: RecordFile.folder(of: path))
        }
        return RunReport(folder: folder, outcomes: outcomes)
    }
}
