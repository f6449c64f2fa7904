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
    package static func write(_ record: RunRecord, into folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = [UInt8](try encoder.encode(record)) + [UInt8(ascii: "\n")]
        let path = "\(folder)/record.json"
        let draft = "\(path).part"
        try save(bytes, draft)
        try system("rename \(draft)") { rename(draft, path) }
    }

    private static func save(_ bytes: [UInt8], _ path: String) throws(KernelError) {
        let attempt = "write \(path)"
        let file = Descriptor(
            owning: try system(attempt) { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) })
        var written = 0
        while written < bytes.count {
            written += try system(attempt) {
                bytes.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress! + written, $0.count - written) }
            }
        }
    }
}
