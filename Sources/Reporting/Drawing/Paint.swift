package import Oracle

/// What text is written on: colours for a terminal that wants them, plain text otherwise, and no wider than there is
/// room. A verdict is always written in words as well.
package struct Paint: Sendable, Hashable {
    package var isOn: Bool
    /// Characters in a line, as far as words can be broken; a name is never.
    package var width: Int

    package init(isOn: Bool, width: Int = Self.widest) {
        self.isOn = isOn
        self.width = min(max(width, 40), Self.widest)
    }

    /// Longer lines are tiring to read.
    package static let widest = 100

    package static let none = Paint(isOn: false)

    /// Text broken at spaces after a first prefix, and indented like it.
    func lines(_ text: String, first: String) -> [String] { Wrapping.lines(text, first: first, width: width) }

    package func bold(_ text: String) -> String { wrap(text, "1") }
    package func dim(_ text: String) -> String { wrap(text, "2") }

    package func verdict(_ verdict: Verdict, _ text: String? = nil) -> String {
        let text = text ?? verdict.word
        return switch verdict {
        case .pass: wrap(text, "32")
        case .skip: wrap(text, "36")
        case .inconclusive: wrap(text, "33")
        case .fail: wrap(text, "31;1")
        }
    }

    /// Text of a plot.
    func tone(_ tone: Canvas.Tone, _ text: String) -> String {
        switch tone {
        case .plain: text
        case .faint: dim(text)
        case .queue: wrap(text, "36")
        case .flood: wrap(text, "35")
        case .prompt: wrap(text, "32")
        case .late: wrap(text, "33")
        case .lost: wrap(text, "31;1")
        }
    }

    private func wrap(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

extension Verdict {
    /// As tables show it.
    package var word: String {
        switch self {
        case .pass: "pass"
        case .skip: "skip"
        case .inconclusive: "inconclusive"
        case .fail: "FAIL"
        }
    }
}
