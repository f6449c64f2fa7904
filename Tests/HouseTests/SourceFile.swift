/// A text file of the package, in the three views that rules look at. Line numbers agree in all of them.
struct SourceFile {
    /// From the package's root: `Sources/Model/Format.swift`.
    let path: String
    let lines: [Substring]
    /// Swift without comments.
    let withoutComments: [Substring]
    /// Swift without comments, and with every string literal emptied.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard path.hasSuffix(".swift") else {
            withoutComments = lines
            code = lines
            return
        }
        let stripped = Self.strip(text)
        withoutComments = stripped.withoutComments.split(separator: "\n", omittingEmptySubsequences: false)
        code = stripped.code.split(separator: "\n", omittingEmptySubsequences: false)
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// `Model` for `Sources/Model/Format.swift`; `nil` outside of Sources and Tests.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests") ? String(parts[1]) : nil
    }

    var isProduct: Bool { path.hasPrefix("Sources/") }

    private enum State: Equatable {
        case code
        case lineComment
        case blockComment(depth: Int)
        case string(pounds: Int, multiline: Bool)
    }

    /// Interpolations count as part of their literal, which is near enough for rules about calls.
    private static func strip(_ text: String) -> (withoutComments: String, code: String) {
        var kept = ""
        var code = ""
        var state = State.code
        let characters = Array(text)
        var index = 0
        func at(_ offset: Int) -> Character? {
            index + offset < characters.count ? characters[index + offset] : nil
        }
        func says(_ word: String) -> Bool { word.enumerated().allSatisfy { at($0.offset) == $0.element } }
        func take(_ count: Int, kept keep: Bool, code isCode: Bool) {
            for character in characters[index..<min(index + count, characters.count)] {
                if keep || character == "\n" { kept.append(character) }
                if isCode || character == "\n" { code.append(character) }
            }
            index += count
        }
        while index < characters.count {
            switch state {
            case .code:
                let pounds = characters[index...].prefix { $0 == "#" }.count
                if says("//") {
                    state = .lineComment
                    take(2, kept: false, code: false)
                } else if says("/*") {
                    state = .blockComment(depth: 1)
                    take(2, kept: false, code: false)
                } else if at(pounds) == "\"" {
                    let multiline = at(pounds + 1) == "\"" && at(pounds + 2) == "\""
                    state = .string(pounds: pounds, multiline: multiline)
                    take(pounds + (multiline ? 3 : 1), kept: true, code: true)
                } else {
                    take(1, kept: true, code: true)
                }
            case .lineComment:
                if says("\n") { state = .code }
                take(1, kept: false, code: false)
            case .blockComment(let depth):
                if says("*/") {
                    state = depth == 1 ? .code : .blockComment(depth: depth - 1)
                    take(2, kept: false, code: false)
                } else if says("/*") {
                    state = .blockComment(depth: depth + 1)
                    take(2, kept: false, code: false)
                } else {
                    take(1, kept: false, code: false)
                }
            case .string(let pounds, let multiline):
                let end = (multiline ? "\"\"\"" : "\"") + String(repeating: "#", count: pounds)
                if says("\\") && pounds == 0 {
                    take(2, kept: true, code: false)
                } else if says(end) {
                    state = .code
                    take(end.count, kept: true, code: true)
                } else {
                    take(1, kept: true, code: false)
                }
            }
        }
        return (kept, code)
    }
}

/// Something that breaks a rule of the house, and what to do instead.
struct Violation: CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}
