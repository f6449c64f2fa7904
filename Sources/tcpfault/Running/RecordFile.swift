import FoundationEssentials
import Model
import Oracle
import Reporting

/// Records on disk: `FOLDER/record.json`, with `judgement.json` beside it.
enum RecordFile {
    /// A record of a newer format is refused before anything else of it is read.
    static func read(_ path: String) throws -> RunRecord {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Trouble("\(path): there is no such record, or it cannot be read", status: .badInput)
        }
        struct Head: Decodable { var format: Int }
        do {
            try Format.check(JSONDecoder().decode(Head.self, from: data).format, document: path)
            return try JSONDecoder().decode(RunRecord.self, from: data)
        } catch let error as FormatError {
            throw Trouble("\(error)", status: .badInput)
        } catch {
            throw Trouble("\(path): this is not a record: \(words(for: error))", status: .badInput)
        }
    }

    static func write(_ judgement: Judgement, into folder: String) throws {
        let data = Data((try JSON.text(judgement) + "\n").utf8)
        try data.write(to: URL(filePath: "\(folder)/judgement.json"), options: .atomic)
    }

    /// A record itself, or every `record.json` below a folder.
    static func find(_ path: String) throws -> [String] {
        guard Places.isFolder(path) else { return [path] }
        let below = try FileManager.default.subpathsOfDirectory(atPath: path)
        let found = below.filter { $0 == "record.json" || $0.hasSuffix("/record.json") }.sorted()
        if found.isEmpty { throw Trouble("\(path): there is no record.json in it", status: .badInput) }
        return found.map { "\(path)/\($0)" }
    }

    /// What a page in that folder shows of a record; nothing where it is gone or cannot be read, which takes nothing from
    /// the verdict.
    static func extras(from place: String) -> RecordReader {
        { outcome in
            guard let folder = outcome.folder, let record = try? read("\(folder)/record.json") else { return nil }
            return PageExtras(record, folder: Places.link(to: folder, from: place))
        }
    }

    static func folder(of record: String) -> String {
        let parts = record.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }

    static func words(for error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            (context.codingPath.map(\.stringValue) + [context.debugDescription]).joined(separator: ": ")
        default: "\(error)"
        }
    }
}
