import Model
package import Oracle

/// A flood for a reader: what came, what became of the listener's queue, and of the clients that meant well.
package struct FloodText {
    private let digest: FloodDigest
    private let paint: Paint

    package init(_ digest: FloodDigest, paint: Paint = .none) {
        self.digest = digest
        self.paint = paint
    }

    private static let margin = 8
    /// Of a plot; beside it are its labels and remarks.
    private var columns: Int { min(60, paint.width - 20) }

    package var lines: [String] {
        var lines = ["  " + paint.bold("flood of \(digest.listener)")] + figures
        if !digest.calls.isEmpty { lines += [""] + phases }
        return lines + [""] + plots
    }

    private var figures: [String] {
        table(
            ["SYNs", "a second", "arrived", "dropped", "half-open peak", "cookies sent", "received"],
            [
                [
                    Count.text(digest.offered), digest.rateWords, Count.text(digest.arrived),
                    Count.text(digest.dropped), Count.text(digest.peak), Count.text(digest.cookiesSent),
                    Count.text(digest.cookiesReceived),
                ]
            ], rightAligned: Set(0...6))
    }

    private var phases: [String] {
        table(
            ["client", "calls", "connected at once", "at all", "median", "longest"],
            digest.phases.map { phase in
                [
                    phase.name == .during ? "during the flood" : phase.name.rawValue, "\(phase.calls)",
                    "\(phase.prompt)", "\(phase.connected)", phase.median.map { "\($0)" } ?? "–",
                    phase.longest.map { "\($0)" } ?? "–",
                ]
            }, rightAligned: Set(1...5)
        ) { row, column in column == 2 ? digest.phases[row].tone : .plain }
    }

    private func table(
        _ heading: [String], _ rows: [[String]], rightAligned: Set<Int>,
        tone: (Int, Int) -> Canvas.Tone = { _, _ in .plain }
    ) -> [String] {
        var table = TextTable(heading)
        table.rightAligned = rightAligned
        table.rows = rows
        return table.lines(indent: 4) { row, column, text in
            row < 0 ? paint.dim(text) : paint.tone(tone(row, column), text)
        }
    }

    /// Two plots over one time axis.
    private var plots: [String] {
        let axis = TimeAxis(to: digest.end, columns: columns)
        let labels = side("", " ") + axis.labels.trimmed(0, paint)
        var lines = halfOpen(axis)
        if digest.calls.isEmpty { return lines + [labels] }
        let plot = LatencyPlot(digest, axis)
        lines += ["", paint.bold("    time to connect, by when connect() began; the longest of each moment")]
        for (row, label) in plot.labels.enumerated() {
            lines.append(side(label, "┤") + plot.canvas.trimmed(row, paint))
        }
        return lines + [side("", "└") + axis.line(digest.flooded).line(0, paint), labels]
    }

    private func halfOpen(_ axis: TimeAxis) -> [String] {
        let title = "    half-open connections"
        let bottom = axis.line(digest.flooded).line(0, paint)
        if digest.halfOpen.isEmpty {
            let unseen = [paint.bold("\(title): no samples")]
            return digest.calls.isEmpty ? unseen + [side("", "└") + bottom] : unseen
        }
        let plot = HalfOpenPlot(digest, axis)
        var lines = [paint.bold(plot.labels.isEmpty ? "\(title): none at any time" : title)]
        for (row, label) in plot.labels.enumerated() {
            let side = side(label, label.isEmpty ? "│" : "┤")
            let remark = plot.remarks[row]
            let area = remark.isEmpty ? plot.canvas.trimmed(row, paint) : plot.canvas.line(row, paint) + " " + remark
            lines.append(side + area)
        }
        return lines + [side("0", "┼") + bottom]
    }

    private func side(_ label: String, _ axis: String) -> String {
        String(repeating: " ", count: 2 + max(0, Self.margin - label.count)) + label + " " + paint.dim(axis)
    }
}
