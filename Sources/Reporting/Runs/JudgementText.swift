import Model
import Oracle

/// One judgement for a reader: the verdict, and what was expected beside what was seen.
package struct JudgementText {
    private let judgement: Judgement
    private let name: String
    private let folder: String?
    private let paint: Paint

    package init(_ outcome: RunReport.Outcome, paint: Paint = .none) {
        judgement = outcome.judgement
        name = outcome.name
        folder = outcome.folder
        self.paint = paint
    }

    /// `pass  connect-timeout/ipv4  7.141 s`.
    package var verdictLine: String {
        let word = paint.verdict(judgement.verdict)
        let counter = judgement.counterRun.map { " (\($0.words))" } ?? ""
        let time = judgement.duration > .zero ? "  \(judgement.duration)" : ""
        return "\(word)  \(paint.bold(name))\(counter)\(time)"
    }

    /// With every expectation, its rule, and where the record lies.
    package var full: [String] {
        var lines = [verdictLine]
        if !judgement.summary.isEmpty { lines += paint.lines(judgement.summary, first: "  ") }
        lines += reason
        for finding in judgement.findings { lines += [""] + self.lines(of: finding) }
        if let flood = judgement.flood { lines += [""] + FloodText(flood, paint: paint).lines }
        if !judgement.proofs.isEmpty {
            lines.append("")
            for proof in judgement.proofs {
                let name = "  \(mark(proof.verdict)) fault \(proof.fault): "
                lines += paint.lines(proof.explanation, first: name)
            }
        }
        if let folder { lines += ["", "  record: \(folder)/record.json"] }
        return lines
    }

    /// The verdict with its reason and only what is not a pass.
    package var brief: [String] {
        var lines = [verdictLine] + reason
        for finding in judgement.findings where finding.verdict > .pass { lines += self.lines(of: finding) }
        if let folder { lines.append("  record: \(folder)/record.json") }
        return lines
    }

    private var reason: [String] { judgement.reason.map { paint.lines($0, first: "  ") } ?? [] }

    private func mark(_ verdict: Verdict) -> String {
        let verdict = judgement.standing(of: verdict)
        return verdict == .pass ? "✓" : verdict == .fail ? "✗" : "?"
    }

    /// What was expected of it, beside what was seen.
    func lines(of finding: Finding) -> [String] {
        let place = finding.origin.map { "  (\($0))" } ?? ""
        var lines = ["  \(mark(finding.verdict)) \(paint.bold(finding.title))\(paint.dim(place))"]
        lines += paint.lines(finding.expected, first: "    expected  ")
        lines += paint.lines(finding.seen, first: "    seen      ")
        if finding.rule != Prediction.stated {
            lines += paint.lines(finding.rule, first: "    rule      ")
        }
        guard !finding.rows.isEmpty else { return lines }
        var table = TextTable(["", "expected", "seen", ""])
        table.rows = finding.rows.map { row in
            let expected = row.figure?.expected ?? row.window.map(Self.window) ?? "–"
            let seen = row.figure?.seen ?? row.seen.map { "\($0.fixed(3)) s" } ?? "–"
            return [row.what, expected, seen, row.verdict == .pass ? "" : judgement.standing(of: row.verdict).word]
        }
        return lines
            + table.lines(indent: 6, width: paint.width) { row, column, text in
                if row < 0 { return paint.dim(text) }
                return column == 3 ? paint.verdict(judgement.standing(of: finding.rows[row].verdict), text) : text
            }
    }

    private static func window(_ window: Interval) -> String {
        window.from == window.to ? "\(window.from.fixed(3)) s" : "\(window)"
    }
}

extension Prediction {
    /// The rule of what no law says.
    static let stated = "the scenario says so"
}

extension CounterRun {
    /// What was done to the run.
    package var words: String {
        switch self {
        case .withoutCause: "without its cause"
        case .misplacedDrop: "drop misplaced at the sender"
        case .bentLaw: "law bent by a tenth"
        }
    }
}
