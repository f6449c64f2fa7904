import ArgumentParser
import FoundationEssentials
import Reporting

/// `junit=report.xml`: a form of a report, and the file that it goes into.
struct ReportFile<Format: RawRepresentable<String> & CaseIterable & Sendable>: ExpressibleByArgument, Sendable {
    var format: Format
    var path: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let format = Format(rawValue: String(parts[0])) else { return nil }
        self.format = format
        path = String(parts[1])
    }

    static var allValueStrings: [String] { Format.allCases.map { "\($0.rawValue)=FILE" } }

    private var folder: String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    private var isSpecial: Bool {
        guard let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType else {
            return false
        }
        return type != .typeRegular && type != .typeSymbolicLink
    }

    /// The folder is made now, so that nothing runs for a report that cannot be written.
    func prepare() throws {
        let files = FileManager.default
        if !folder.isEmpty { try? files.createDirectory(atPath: folder, withIntermediateDirectories: true) }
        // A whole file takes the place of the old one, so it is the folder that must be writable.
        let place = isSpecial ? path : folder.isEmpty ? "." : folder
        guard !Places.isFolder(path), files.isWritableFile(atPath: place) else {
            throw Trouble("\(path) cannot be written; choose another file for --report", status: .badInput)
        }
    }

    /// `lines` is given the folder of the file too, since links start there.
    func write(_ lines: (Format, _ folder: String) throws -> [String]) throws {
        do {
            let text = try lines(format, folder).map { $0 + "\n" }.joined()
            // A device or a pipe stays what it is.
            try Data(text.utf8).write(to: URL(filePath: path), options: isSpecial ? [] : .atomic)
        } catch {
            throw Trouble("the report \(path) cannot be written: \(error)")
        }
    }
}
