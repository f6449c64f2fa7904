import FoundationEssentials
import Testing

/// Text that is compared with a file of `Snapshots/`; a difference, or a file that is missing, fails.
///
/// With RECORD_SNAPSHOTS=1 in the environment the files are written instead, and the test fails so that nobody takes
/// that for a comparison.
enum Snapshot {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/")
        return "/" + parts.dropLast().joined(separator: "/") + "/Snapshots"
    }()

    static func check(_ lines: [String], _ name: String, _ location: SourceLocation = #_sourceLocation) throws {
        let text = lines.map { $0 + "\n" }.joined()
        let path = "\(folder)/\(name).txt"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
            Issue.record("recorded \(name).txt: read it, and run again", sourceLocation: location)
            return
        }
        guard let known = FileManager.default.contents(atPath: path) else {
            Issue.record("there is no \(name).txt: record it with RECORD_SNAPSHOTS=1", sourceLocation: location)
            return
        }
        #expect(String(decoding: known, as: UTF8.self) == text, sourceLocation: location)
    }
}
