/// Files and functions that fit a reader's head.
enum Lengths {
    static let mostLinesOfFile = 300
    static let mostLinesOfFunction = 70

    static func check(_ file: SourceFile) -> [Violation] {
        var violations: [Violation] = []
        let count = file.lines.last?.isEmpty == true ? file.lines.count - 1 : file.lines.count
        if count > mostLinesOfFile {
            violations.append(
                Violation(
                    path: file.path, line: count,
                    message: "\(count) lines; at most \(mostLinesOfFile): move a type or an aspect to its own file"))
        }
        for function in functions(file) where function.length > mostLinesOfFunction {
            violations.append(
                Violation(
                    path: file.path, line: function.line,
                    message: "a function of \(function.length) lines; at most \(mostLinesOfFunction): name its parts"))
        }
        return violations
    }

    /// By counting braces; a declaration without a body is forgotten at the next one.
    private static func functions(_ file: SourceFile) -> [(line: Int, length: Int)] {
        let declaration = #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:[a-z]+(?:\(\w+\))?\s+)*(?:func\s|init[?!]?[(<]|deinit\b)/#
        var found: [(line: Int, length: Int)] = []
        var open: [(line: Int, depth: Int, entered: Bool)] = []
        var depth = 0
        for (index, line) in file.code.enumerated() {
            if line.firstMatch(of: declaration) != nil {
                if let last = open.last, !last.entered { open.removeLast() }
                open.append((index, depth, false))
            }
            for character in line {
                if character == "{" {
                    depth += 1
                    if let last = open.last, !last.entered { open[open.count - 1].entered = true }
                } else if character == "}" {
                    depth -= 1
                    if let last = open.last, last.depth >= depth {
                        if last.entered { found.append((last.line + 1, index - last.line + 1)) }
                        open.removeLast()
                    }
                }
            }
        }
        return found
    }
}
