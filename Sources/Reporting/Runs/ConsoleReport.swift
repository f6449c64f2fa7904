import Model
import Oracle

/// The end of a run on a console: one instance or scenario in full, many as a table.
package struct ConsoleReport {
    private let report: RunReport
    private let paint: Paint
    /// `nil`: no ladders.
    private let ladders: LadderNote?

    /// `ladders`: every instance is told in full, with its ladder.
    package init(_ report: RunReport, paint: Paint = .none, ladders: RecordReader? = nil) {
        self.report = report
        self.paint = paint
        self.ladders = ladders.map { LadderNote(isForAll: true, read: $0, most: .max) }
    }

    /// Instances up to this many are told in full.
    private static let mostInFull = 2

    package var lines: [String] {
        let isShort = report.outcomes.count <= Self.mostInFull && !report.mustFail
        if isShort { return inFull + summary }
        return (ladders == nil ? [] : inFull) + table + [""] + floods + troubles + summary
    }

    private var inFull: [String] {
        report.outcomes.flatMap { outcome in
            let ladder = ladders?.lines(outcome, outcome.judgement.verdict, paint: paint) ?? []
            return JudgementText(outcome, paint: paint).full + (ladder.isEmpty ? [] : [""] + ladder) + [""]
        }
    }

    private var table: [String] {
        var table = TextTable(["verdict", "instance", "lasted", report.mustFail ? "as it must" : ""])
        let outcomes = report.outcomes
        table.rows = outcomes.map { outcome in
            let judgement = outcome.judgement
            let last =
                report.mustFail ? (judgement.isSkipped ? "–" : judgement.endedAsItMust ? "yes" : "NO") : ""
            let lasted = judgement.duration > .zero ? "\(judgement.duration)" : "–"
            return [judgement.verdict.word, outcome.name, lasted, last]
        }
        return table.lines { row, column, text in
            if row < 0 { return paint.dim(text) }
            return column == 0 ? paint.verdict(outcomes[row].judgement.verdict, text) : text
        }
    }

    /// Floods side by side, where there are any.
    private var floods: [String] {
        let comparison = FloodComparison(report.mustFail ? [] : report.outcomes.map(\.judgement), paint: paint)
        return comparison.isEmpty ? [] : comparison.lines + [""]
    }

    /// What a reader has to look at, again at the end.
    private var troubles: [String] {
        let chosen = report.mustFail ? report.unexpected : report.outcomes.filter { $0.judgement.verdict > .pass }
        return chosen.flatMap { outcome -> [String] in
            let text = JudgementText(outcome, paint: paint)
            return (outcome.judgement.isSkipped ? Array(text.brief.prefix(2)) : text.brief) + [""]
        }
    }

    /// The sum that scripts may read, wall time, the longest instance and where the records lie.
    private var summary: [String] {
        var lines = [tally]
        if let wall = report.wall, let longest = report.longest, longest.judgement.duration > .zero {
            lines.append(
                "wall time \(wall), longest instance \(longest.judgement.duration) "
                    + "(\(longest.name))")
        }
        if report.count(.inconclusive) > 0, !report.mustFail {
            lines.append("what is inconclusive proves nothing; where the machine was too busy, --retry 3 tries again")
        }
        lines += (report.guests ?? []).map(\.line)
        if let folder = report.folder { lines.append("records in \(folder)") }
        return lines
    }

    /// `10 instances: 10 passed, 0 failed, 0 inconclusive, 0 skipped`; of counter-runs those pass that went wrong.
    package var tally: String {
        let all = report.outcomes.count
        if report.mustFail {
            return "\(all) counter-run\(all == 1 ? "" : "s"): \(report.summary) (such a run passes when it goes wrong)"
        }
        return "\(all) instance\(all == 1 ? "" : "s"): \(report.summary)"
    }
}
