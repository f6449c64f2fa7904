import FoundationEssentials
package import Model

/// Sysctls as `sysctl -a` prints them and as sysctl.conf(5) has them, each with its place.
package struct SysctlListing: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var value: String
        /// The place of the value.
        package var at: SourceLocation
        fileprivate var line: String
    }

    /// A machine with a thousand interfaces prints some megabytes.
    package static let maximumBytes = 16 << 20

    /// Key, written with dots → its last entry. Several numbers are one space apart.
    package private(set) var entries: [String: Entry] = [:]

    package var values: [String: String] { entries.mapValues(\.value) }

    /// Reads `KEY = VALUE` lines. Left alone are comments, and what `sysctl` itself complained of.
    package init(file: String, bytes: [UInt8]) throws(InputErrors) {
        guard bytes.count <= Self.maximumBytes else {
            throw InputErrors(
                InputError(
                    file: file, message: "this is longer than \(Self.maximumBytes >> 20) MiB",
                    advice: "is it what sysctl -a prints?"))
        }
        var errors: [InputError] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            do {
                try read(line, at: SourceLocation(file: file, line: index + 1, column: 1))
            } catch {
                errors.append(error)
            }
        }
        if errors.isEmpty, entries.isEmpty {
            errors.append(
                InputError(
                    file: file, message: "there is no line 'KEY = VALUE' in it",
                    advice: "make one with: sysctl -a > FILE"))
        }
        if !errors.isEmpty { throw InputErrors(errors) }
    }

    /// A complaint about a value, with its line.
    package func error(at key: String, _ message: String, advice: String? = nil) -> InputError {
        let entry = entries[key]
        return InputError(
            file: entry?.at.file ?? "", location: entry?.at, message: message, advice: advice, line: entry?.line)
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>, at start: SourceLocation) throws(InputError) {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(where: Self.isControl) else {
            throw InputError(file: start.file, location: start, message: "this is not a line of text")
        }
        let characters = Array(text)
        guard let first = characters.firstIndex(where: { !$0.isWhitespace }),
            !"#;".contains(characters[first]), !text.hasPrefix("sysctl: ")
        else { return }
        func place(_ index: Int) -> SourceLocation {
            SourceLocation(file: start.file, line: start.line, column: index + 1)
        }
        // A dash says that sysctl need not complain.
        let begin = characters[first] == "-" ? first + 1 : first
        let equals = characters.firstIndex(of: "=")
        let key = characters[begin..<max(begin, equals ?? begin)].split(whereSeparator: \.isWhitespace)
        guard let equals, key.count == 1 else {
            throw InputError(
                file: start.file, location: place(first), message: "this is not KEY = VALUE",
                advice: "write for example net.ipv4.tcp_syn_retries = 3", line: text)
        }
        let rest = characters[(equals + 1)...]
        let at = rest.firstIndex { !$0.isWhitespace } ?? equals
        entries[Self.dotted(String(key[0]))] = Entry(
            value: rest.split(whereSeparator: \.isWhitespace).map { String($0) }.joined(separator: " "), at: place(at),
            line: text)
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 && byte != 0x0D || byte == 0x7F }

    /// sysctl.d(5): where the first separator is a slash, slashes and dots have changed places.
    private static func dotted(_ key: String) -> String {
        guard key.first(where: { "./".contains($0) }) == "/" else { return key }
        return String(key.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
    }
}
