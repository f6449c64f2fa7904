/// Text broken at spaces.
package enum Wrapping {
    /// Lines of at most `width` characters after the first prefix and its indentation; a longer word has its own line.
    package static func lines(_ text: String, first: String, width: Int) -> [String] {
        let margin = String(repeating: " ", count: first.count)
        var lines: [String] = []
        var line = first
        var isFresh = true
        for word in words(text) {
            if !isFresh && line.count + 1 + word.count > width {
                lines.append(line)
                line = margin
                isFresh = true
            }
            line += isFresh ? word : " \(word)"
            isFresh = false
        }
        return lines + [line]
    }

    /// A number and its unit are one word.
    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").reduce(into: []) { words, word in
            let unit = word.prefix { $0.isLetter || $0 == "µ" }
            if let last = words.last, last.last?.isNumber == true, units.contains(String(unit)) {
                words[words.count - 1] = "\(last) \(word)"
            } else {
                words.append(String(word))
            }
        }
    }

    private static let units: Set<String> = ["s", "ms", "µs", "min", "B", "kB", "MB"]
}
