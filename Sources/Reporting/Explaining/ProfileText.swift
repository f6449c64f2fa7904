package import Oracle

/// What profiles mean, side by side: their sysctls, and below what comes of them.
package struct ProfileText {
    private let comparison: ProfileComparison
    private let paint: Paint

    package init(_ comparison: ProfileComparison, paint: Paint = .none) {
        self.comparison = comparison
        self.paint = paint
    }

    package var lines: [String] {
        let names = comparison.profiles.map(\.name)
        var table = TextTable(["what is set"] + names)
        let sysctls = comparison.keys.map { key in [key] + comparison.profiles.map { $0.sysctls[key] ?? "–" } }
        let questions = comparison.rows.map { row in
            [row.question] + row.figures.map { $0.map(String.init(describing:)) ?? "–" }
        }
        let headings = [[""], ["what comes of it"] + names]
        table.rows = sysctls + headings + questions
        // What is the same everywhere is faint, as headings are.
        let isFaint = table.rows.enumerated().map { number, row in
            number - sysctls.count == 1 || row.count > 2 && Set(row.dropFirst()).count == 1
        }
        return comparison.profiles.flatMap { paint.lines($0.summary, first: "\($0.name): ") } + [""]
            + table.lines(width: paint.width) { row, _, text in row < 0 || isFaint[row] ? paint.dim(text) : text }
            + notes
    }

    private var notes: [String] {
        var notes = comparison.profiles.flatMap { profile in profile.lacks.map { "\(profile.name): \($0)" } }
        if !comparison.knowsBytes {
            notes.append("Bytes are left out: only root may read the sizes of the kernel's objects (/proc/slabinfo).")
        }
        return notes.isEmpty ? [] : [""] + notes.flatMap { paint.lines($0, first: "") }
    }
}
