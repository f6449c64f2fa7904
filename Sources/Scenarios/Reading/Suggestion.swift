/// Guesses what somebody meant to type.
package enum Suggestion {
    /// The candidate nearest to a word, when it is near enough to be meant: at most a third of its letters away. To a
    /// single letter any other is as near.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        guard word.count > 1 else { return nil }
        let limit = max(1, min(word.count, 60) / 3)
        let near = candidates.sorted().filter { $0 != word }.map { candidate in
            (candidate, distance: distance(word.lowercased(), candidate.lowercased(), limit: limit))
        }
        // Of several that are as near, one that begins alike.
        func isNearer(_ left: (String, distance: Int), _ right: (String, distance: Int)) -> Bool {
            (left.distance, left.0.first == word.first ? 0 : 1) < (right.distance, right.0.first == word.first ? 0 : 1)
        }
        return near.filter { $0.distance <= limit }.min(by: isNearer)?.0
    }

    /// "did you mean 'x'?", or else the list of what is known.
    package static func advice(
        for word: String, among candidates: some Sequence<String>, known: String
    ) -> String {
        if let candidate = nearest(to: word, among: candidates) { return "did you mean '\(candidate)'?" }
        let all = candidates.sorted()
        guard !all.isEmpty else { return "there are no named \(known) here" }
        let shown = all.prefix(24).joined(separator: ", ") + (all.count > 24 ? ", …" : "")
        return "known \(known): \(shown)"
    }

    /// Levenshtein's distance with swaps of neighbours counted as one; anything above `limit` is `limit + 1`.
    package static func distance(_ left: String, _ right: String, limit: Int) -> Int {
        let (a, b) = (Array(left.prefix(80)), Array(right.prefix(80)))
        guard abs(a.count - b.count) <= limit else { return limit + 1 }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let substituted = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                var cost = min(previous[j] + 1, row[j - 1] + 1, substituted)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, before[j - 2] + 1) }
                row.append(cost)
            }
            (before, previous) = (previous, row)
        }
        return min(previous[b.count], limit + 1)
    }
}
