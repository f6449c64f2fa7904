import Model
import Oracle

/// The floods of several instances side by side: as figures, and as curves over one time axis.
struct FloodComparison {
    private let floods: [(name: String, digest: FloodDigest)]
    private let paint: Paint

    private static let phases = FloodDigest.Phase.Name.allCases

    init(_ judgements: [Judgement], paint: Paint) {
        let flooded = judgements.filter { $0.flood != nil }
        floods = zip(flooded, ShortName.all(flooded.map(\.instance))).compactMap { judgement, name in
            judgement.flood.map { (name, $0) }
        }
        self.paint = paint
    }

    var isEmpty: Bool { floods.isEmpty }

    var lines: [String] { isEmpty ? [] : table + [""] + curves + ["", legend] }

    // MARK: Figures

    private var table: [String] {
        var table = TextTable(["", "", "half-open", "cookies", "", "", "", "median"])
        table.rightAligned = Set(1...7)
        table.rows = [["flood", "SYNs/s", "peak", "sent"] + Self.phases.map(\.rawValue) + ["during"]]
        table.rows += floods.map { flood in
            let digest = flood.digest
            let atOnce = Self.phases.map { digest.phase($0).map { "\($0.prompt)/\($0.calls)" } ?? "–" }
            return [
                flood.name, digest.rateWords, Count.text(digest.peak), Count.text(digest.cookiesSent),
            ] + atOnce + [digest.phase(.during)?.median.map { "\($0)" } ?? "–"]
        }
        var lines = table.lines { row, column, text in
            if row <= 0 { return paint.dim(text) }
            guard (4...6).contains(column) else { return text }
            return paint.tone(floods[row - 1].digest.phase(Self.phases[column - 4])?.tone ?? .plain, text)
        }
        lines[0] = paint.dim(Self.named(table.lines()))
        return lines
    }

    /// The first line of the heading with the words above the three columns of the phases.
    private static func named(_ lines: [String]) -> String {
        let words = "connected at once"
        var first = Canvas(columns: lines.map(\.count).max() ?? 0, rows: 1)
        first.write(lines[0], .plain, column: 0)
        if let before = lines[1].ranges(of: "before").first, let after = lines[1].ranges(of: "after").first {
            let begin = lines[1].distance(from: lines[1].startIndex, to: before.lowerBound)
            let room = lines[1].distance(from: before.lowerBound, to: after.upperBound)
            first.write(words, .plain, column: begin + max(0, room - words.count) / 2)
        }
        return first.trimmed(0, .none)
    }

    // MARK: Curves

    private var curves: [String] {
        let remarks = floods.map { (Self.queue($0.digest), Self.client($0.digest)) }
        let margin = (floods.map(\.name.count).max() ?? 0) + 2
        let remark = 2 + (remarks.flatMap { [$0.count, $1.count] }.max() ?? 0)
        let axis = TimeAxis(
            to: floods.map(\.digest.end).max() ?? .zero, columns: (paint.width - margin - remark).clamped(to: 30...60))
        let top = floods.map(\.digest.peak).max() ?? 0
        func line(_ name: String, _ curve: Canvas, _ remark: String? = nil) -> String {
            paint.bold(name) + String(repeating: " ", count: margin - name.count)
                + (remark.map { curve.line(0, paint) + "  " + $0 } ?? curve.trimmed(0, paint))
        }
        var lines: [String] = []
        for (flood, remark) in zip(floods, remarks) {
            lines.append(line("", axis.mark(flood.digest.flooded, named: lines.isEmpty)))
            lines.append(line(flood.name, Sparkline.halfOpen(flood.digest, axis, top: top), remark.0))
            lines.append(line("", Sparkline.latency(flood.digest, axis), remark.1))
        }
        return lines + [line("", axis.labels)]
    }

    private static func queue(_ digest: FloodDigest) -> String {
        digest.halfOpen.isEmpty ? "half-open, no samples" : "half-open, peak \(Count.text(digest.peak))"
    }

    private static func client(_ digest: FloodDigest) -> String {
        if digest.calls.isEmpty { return "no client" }
        return "client, \(digest.calls.count { $0.connected })/\(digest.calls.count) connected"
    }

    private var legend: String {
        let times: [Nanoseconds] = [.microseconds(100), .milliseconds(1), .milliseconds(10), .milliseconds(100)]
        let steps = (times + [.seconds(1), .seconds(10)]).map { time in
            "\(Sparkline.height(of: time)) \(LatencyPlot.name(time.eighthDecades / 8))"
        }
        return paint.dim("client: time to connect  " + (steps + ["× never"]).joined(separator: "  "))
    }
}

extension FloodDigest {
    func phase(_ name: Phase.Name) -> Phase? { phases.first { $0.name == name } }

    /// `20,000`; of a flood at one moment there is none.
    var rateWords: String { flooded.to > flooded.from ? Count.text(rate) : "–" }
}

extension FloodDigest.Phase {
    /// How the calls of a phase fared.
    var tone: Canvas.Tone {
        if calls == 0 { return .plain }
        return prompt == calls ? .prompt : prompt < calls - prompt ? .lost : .late
    }
}
