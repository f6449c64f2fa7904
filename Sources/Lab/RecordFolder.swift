import FoundationEssentials
import Glibc
package import Kernel
package import Model

/// The folder of one run: `record.json` and the capture files beside it.
package enum RecordFolder {
    /// `mkdir --parents`
    package static func make(_ path: String) throws(KernelError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            let step = made
            do {
                try system("make folder \(step)") { mkdir(step, 0o755) }
            } catch  where error.errno == EEXIST {}
        }
    }

    /// Puts `record.json` there whole or not at all: it is written under another name first.
    ///
    /// One event a line, each encoded by itself: thousands of connections leave a hundred thousand events, and encoding
    /// them at once took several times the memory of the record itself.
    package static func write(_ record: RunRecord, into folder: String) throws {
        let path = "\(folder)/record.json"
        let draft = "\(path).part"
        let file = try OutputFile(draft)
        var rest = record
        rest.events = []
        let (before, after) = try around(events: rest)
        try file.write(before)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for (number, event) in record.events.enumerated() {
            try file.write(number == 0 ? "\n" : ",\n")
            try file.write(try encoder.encode(event))
        }
        try file.write(after)
        try file.flush()
        try system("rename \(draft)") { rename(draft, path) }
    }

    /// A record without events as text, cut between the brackets of its empty list of them.
    private static func around(events record: RunRecord) throws -> (before: String, after: String) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(record), as: UTF8.self)
        // A line break in front of two spaces and a quote can stand in no string: JSON escapes it there.
        guard let opening = text.firstRange(of: "\n  \"events\" : ["),
            let closing = text[opening.upperBound...].firstIndex(of: "]")
        else { preconditionFailure("bug: a record without events") }
        return (String(text[..<opening.upperBound]), "\n  " + text[closing...] + "\n")
    }
}
