import FoundationEssentials
import Model

/// The text of one input file, checked to be text of a sane size.
package struct SourceText: Sendable, Hashable {
    /// As messages name it.
    package var file: String
    package var text: String
    package var lines: [String]

    /// Scenario and topology files are a page or two; whatever is larger is a mistake.
    package static let maximumBytes = 256 * 1024

    /// Throws unless `bytes` are UTF-8 text of at most `maximumBytes` with no control characters in it.
    package init(file: String, bytes: [UInt8]) throws(InputErrors) {
        guard bytes.count <= Self.maximumBytes else { throw Self.tooLarge(file, bytes.count) }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard !body.contains(where: { ($0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0)) || $0 == 0x7F }),
            let text = String(validating: body, as: UTF8.self)
        else {
            throw InputErrors(
                InputError(
                    file: file, message: "this is not a text file",
                    advice: "scenario and topology files are YAML, in UTF-8"))
        }
        self.file = file
        self.text = text.replacing("\r\n", with: "\n")
        self.lines = self.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard
            lines.contains(where: { !$0.allSatisfy(\.isWhitespace) && !$0.drop(while: \.isWhitespace).hasPrefix("#") })
        else {
            throw InputErrors(InputError(file: file, message: "the file is empty", advice: "it must say something"))
        }
    }

    /// Reads a regular file; looks at its size before its content.
    package init(path: String) throws(InputErrors) {
        func failure(_ message: String, _ advice: String? = nil) -> InputErrors {
            InputErrors(InputError(file: path, message: message, advice: advice))
        }
        let kind: FileAttributeType
        let size: Int
        do {
            let resolved = URL(filePath: path).resolvingSymlinksInPath().path
            let attributes = try FileManager.default.attributesOfItem(atPath: resolved)
            kind = attributes[.type] as? FileAttributeType ?? .typeUnknown
            size = attributes[.size] as? Int ?? 0
        } catch {
            throw failure("there is no such file, or it may not be read")
        }
        guard kind == .typeRegular else { throw failure("this is not a regular file") }
        guard size <= Self.maximumBytes else { throw Self.tooLarge(path, size) }
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw failure("this file may not be read")
        }
        try self.init(file: path, bytes: bytes)
    }

    private static func tooLarge(_ file: String, _ size: Int) -> InputErrors {
        InputErrors(
            InputError(
                file: file,
                message: "the file has \(size) bytes; the limit is \(maximumBytes / 1024) KiB",
                advice: "a scenario is a page of text: is this the right file?"))
    }

    /// An error at a place in this text.
    package func error(at line: Int, _ column: Int, _ message: String, advice: String? = nil) -> InputError {
        InputError(
            file: file, location: SourceLocation(file: file, line: line, column: column), message: message,
            advice: advice, line: lines.indices.contains(line - 1) ? lines[line - 1] : nil)
    }
}
