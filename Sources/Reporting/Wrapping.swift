/// Text broken at spaces.
package enum Wrapping {
    /// Lines of at most `width` characters after the first prefix and its indentation; a longer word has its own line.
    package static func lines(_ text: String, first: String, width: Int) -> [String] {
        let margin = String(repeating: " ", count: first.count)
        var lines: [String] = []
        var line = first
        var isFresh = true
        for word in text.split(separator: " ") {
            if !isFresh && line.count + 1 + word.count > width {
                lines.append(line)
                line = margin
                isFresh = true
            }
            line += isFresh ? String(word) : " \(word)"
            isFresh = false
        }
        return lines + [line]
    }
}
