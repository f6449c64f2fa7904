package import Oracle

/// What changed between two runs, for a reader: what nobody can explain first and in full, the rest by its explanation.
package struct ComparisonText {
    private let digest: ComparisonDigest
    private let paint: Paint

    package init(_ comparison: Comparison, paint: Paint = .none) {
        digest = ComparisonDigest(comparison)
        self.paint = paint
    }

    package var lines: [String] {
        let comparison = digest.comparison
        var lines = paint.lines(digest.headline, first: "")
        lines = lines.map { paint.verdict(comparison.exitStatus.verdict, $0) }
        lines += paint.lines(ComparisonDigest.words(comparison.before), first: "  before    ")
        lines += paint.lines(ComparisonDigest.words(comparison.after), first: "  after     ")
        lines += paint.lines(ComparisonDigest.names(comparison.compared), first: "  compared  ")
        return lines + unexplained + explained + unsure
    }

    // MARK: Changes

    private var unexplained: [String] {
        let open = digest.unexplained
        if open.isEmpty { return [] }
        return ["", paint.bold("Unexplained")]
            + open.flatMap { fold -> [String] in
                let change = fold.change
                var lines = paint.lines("\(change.kind.rawValue): \(change.what)", first: "  ✗ ")
                if !fold.instances.isEmpty {
                    lines += paint.lines(ComparisonDigest.names(fold.instances), first: "    in      ")
                }
                lines += paint.lines(change.before ?? "absent", first: "    before  ")
                return lines + paint.lines(change.after ?? "absent", first: "    after   ")
            }
    }

    private var explained: [String] {
        digest.explained.flatMap { group -> [String] in
            var lines = [""] + paint.lines(group.heading, first: "").map(paint.bold)
            if case .law(let reason) = group.explanation { lines += rules(reason) }
            return lines + ComparisonDigest.lines(group.folds).flatMap(self.lines)
        }
    }

    private func rules(_ reason: LawReason) -> [String] {
        if reason.ruleBefore == reason.ruleAfter { return paint.lines(reason.ruleAfter, first: "  rule  ") }
        return paint.lines(reason.ruleBefore, first: "  rule before  ")
            + paint.lines(reason.ruleAfter, first: "  rule after   ")
    }

    private func lines(_ line: ComparisonDigest.Line) -> [String] {
        let change = line.fold.change
        let place = line.fold.instances.isEmpty ? "" : " (\(ComparisonDigest.names(line.fold.instances)))"
        let from = change.explanation.cause.map { "; \($0)" } ?? ""
        return paint.lines(
            "\(change.kind.rawValue) \(line.names.joined(separator: ", ")): "
                + "\(change.before ?? "absent") → \(change.after ?? "absent")\(from)\(place)", first: "  · ")
    }

    // MARK: What was not compared

    private var unsure: [String] {
        if digest.comparison.unsure.isEmpty { return [] }
        return ["", paint.bold("Not compared")]
            + digest.comparison.unsure.flatMap { paint.lines("\($0.instance): \($0.reason)", first: "  ? ") }
    }
}
