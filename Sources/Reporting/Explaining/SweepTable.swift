import Model
package import Oracle

/// What a law predicted for many combinations of parameters, beside what the kernel did.
package struct SweepTable {
    package var columns: [String]
    package var rows: [Row]

    package struct Row {
        package var point: SweepPoint
        package var judgement: Judgement

        package init(_ point: SweepPoint, _ judgement: Judgement) {
            self.point = point
            self.judgement = judgement
        }
    }

    package init(columns: [String], rows: [Row]) {
        self.columns = columns
        self.rows = rows
    }

    /// How many combinations the law did not get right, or that proved nothing.
    package func count(_ verdict: Verdict) -> Int { rows.count { $0.judgement.verdict == verdict } }

    package var lines: [String] {
        var table = TextTable(columns + ["predicted", "seen", "verdict"])
        table.rows = rows.map { row in
            let prediction = row.point.forecast.predictions.first
            let finding = row.judgement.findings.first
            return row.point.parameters.map { $0.isEmpty ? "-" : $0 } + [
                Self.brief(prediction?.expected ?? ""), Self.brief(finding?.seen ?? row.judgement.reason ?? ""),
                row.judgement.verdict.rawValue,
            ]
        }
        let reasons = rows.filter { $0.judgement.verdict > .pass }.map { row in
            "\(row.judgement.verdict.rawValue)  \(row.judgement.instance): \(row.judgement.reason ?? "")"
        }
        return table.lines() + reasons
    }

    /// Without the words that every row would repeat.
    private static func brief(_ words: String) -> String {
        words.replacing(", then connect() fails with ETIMEDOUT after ", with: ", ")
            .replacing(", then connect() failed with ETIMEDOUT after ", with: ", ")
    }
}
