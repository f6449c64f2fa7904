package import Model

/// Something in a file or an argument that a person has to change: what is wrong, where, and what to write instead.
package struct InputError: Error, Sendable, Hashable {
    /// The file as the user named it, or an argument such as `--set`.
    package var file: String
    /// `nil` when the trouble is the whole file.
    package var location: SourceLocation?
    package var message: String
    /// What to do about it.
    package var advice: String?
    /// The source line at `location`.
    package var line: String?

    package init(
        file: String, location: SourceLocation? = nil, message: String, advice: String? = nil, line: String? = nil
    ) {
        self.file = file
        self.location = location
        self.message = message
        self.advice = advice
        self.line = line
    }
}

extension InputError: CustomStringConvertible {
    /// At most four lines: place and message, the source line, a caret below the place, the advice.
    package var description: String {
        var lines = ["\(location.map(String.init(describing:)) ?? file): \(message)"]
        if let location, let line {
            let (excerpt, caret) = Self.excerpt(line, column: location.column)
            let number = String(location.line)
            let margin = String(repeating: " ", count: number.count)
            lines.append("  \(number) | \(excerpt)")
            lines.append("  \(margin) | \(String(repeating: " ", count: caret))^")
        }
        if let advice { lines.append("  \(advice)") }
        return lines.joined(separator: "\n")
    }

    /// The part of a line around a column, at most 100 characters, and how far in the column now is.
    private static func excerpt(_ line: String, column: Int) -> (text: String, caret: Int) {
        let characters = Array(line)
        let start = column > 80 ? column - 40 : 0
        guard start < characters.count else { return ("", 0) }
        let shown = characters[start..<min(characters.count, start + 100)].map { character in
            character == "\t" ? " " : (character.isWhitespace || !character.isControl ? character : "?")
        }
        return (String(shown), max(0, column - 1 - start))
    }
}

extension Character {
    fileprivate var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}

/// Everything wrong with one file, in the order of its lines. Never empty.
package struct InputErrors: Error, Sendable, Hashable, CustomStringConvertible {
    package var errors: [InputError]

    /// Sorted by place; those without a place come first. Equal ones are said once.
    package init(_ errors: [InputError]) {
        var seen: Set<InputError> = []
        self.errors = errors.filter { seen.insert($0).inserted }.sorted { left, right in
            let (a, b) = (left.location, right.location)
            return (left.file, a?.line ?? 0, a?.column ?? 0) < (right.file, b?.line ?? 0, b?.column ?? 0)
        }
    }

    package init(_ error: InputError) { self.init([error]) }

    /// How many are shown, so that they fit one screen.
    package static let shown = 5

    package var description: String {
        var text = errors.prefix(Self.shown).map(\.description).joined(separator: "\n")
        if errors.count > Self.shown { text += "\n… and \(errors.count - Self.shown) more" }
        return text
    }
}

/// A word as messages quote it: on one line, and short.
package func quoted(_ text: String) -> String {
    let clean = text.map { $0.isNewline || $0.isControl ? "·" : $0 }
    return clean.count > 40 ? "'\(String(clean.prefix(37)))…'" : "'\(String(clean))'"
}
