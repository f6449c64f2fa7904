import Model
import Oracle

/// A summary for the page of a job, in GitHub's Markdown: the sum, what is not a pass with what was seen, then all.
package struct Markdown {
    private let report: RunReport

    package init(_ report: RunReport) { self.report = report }

    /// As many lines as fit into so many bytes.
    package func lines(atMost bytes: Int) -> [String] {
        let last = "… the rest did not fit here; it is in the other reports"
        var room = bytes - last.utf8.count - 1
        let all = lines
        let fitting = all.prefix { line in
            room -= line.utf8.count + 1
            return room >= 0
        }
        return fitting.count == all.count ? all : fitting + [last]
    }

    package var lines: [String] {
        let troubles = report.outcomes.filter { report.standing(of: $0).verdict > .pass }
        var lines = ["## tcpfault: \(report.summary)", ""]
        lines += report.surroundings.map { "\(Self.escaped($0))  " } + [""]
        if !troubles.isEmpty { lines += table(troubles) + [""] }
        for outcome in troubles where report.standing(of: outcome).verdict > .skip {
            lines += details("\(outcome.name): what was seen", fenced(JudgementText(outcome).brief)) + [""]
        }
        return lines + details("all \(report.outcomes.count) instances", table(report.outcomes))
    }

    private func table(_ outcomes: [RunReport.Outcome]) -> [String] {
        ["| verdict | instance | lasted | why |", "|---|---|---:|---|"]
            + outcomes.map { outcome in
                let standing = report.standing(of: outcome)
                let lasted = outcome.judgement.duration > .zero ? "\(outcome.judgement.duration)" : "–"
                let cells = [Self.mark(standing.verdict), outcome.name, lasted, standing.reason ?? ""]
                return "| \(cells.map(Self.escaped).joined(separator: " | ")) |"
            }
    }

    private func details(_ summary: String, _ content: [String]) -> [String] {
        ["<details><summary>\(Self.escaped(summary))</summary>", ""] + content + ["", "</details>"]
    }

    /// The fence is longer than any in the text.
    private func fenced(_ lines: [String]) -> [String] {
        let text = lines.flatMap { $0.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) }.map(
            String.init)
        let longest = text.map { $0.drop { $0 == " " }.prefix { $0 == "`" }.count }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence] + text + [fence]
    }

    /// A word and a sign, so that nothing hangs on a colour.
    private static func mark(_ verdict: Verdict) -> String {
        switch verdict {
        case .pass: "✅ pass"
        case .skip: "⏭️ skip"
        case .inconclusive: "⚠️ inconclusive"
        case .fail: "❌ FAIL"
        }
    }

    /// What would be read as a table's border, HTML or emphasis.
    private static func escaped(_ text: String) -> String {
        text.map { character -> String in
            switch character {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            case "|", "*", "_", "`", "[", "]", "\\": "\\\(character)"
            case _ where character.isNewline: " "
            default: String(character)
            }
        }.joined()
    }
}
