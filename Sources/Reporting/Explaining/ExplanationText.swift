import Model
package import Oracle

/// What `explain` tells of one scenario: words from its file, figures from the laws.
package struct ExplanationReport: Sendable, Hashable, Codable {
    package var scenario: String
    package var summary: String
    package var question: String?
    package var answer: Answer?
    package var reference: String?
    /// `nil` where nothing of the scenario can be carried out on this kernel.
    package var figures: Figures?
    /// How many instances the scenario has; the figures are those of one.
    package var instances: Int
    /// Why that is so.
    package var skipped: String?

    package init(
        scenario: String, summary: String, question: String?, answer: Answer?, reference: String?,
        figures: Figures?, instances: Int, skipped: String?
    ) {
        self.scenario = scenario
        self.summary = summary
        self.question = question
        self.answer = answer
        self.reference = reference
        self.figures = figures
        self.instances = instances
        self.skipped = skipped
    }
}

/// The same for a reader.
package struct ExplanationText {
    private let report: ExplanationReport
    private let paint: Paint

    package init(_ report: ExplanationReport, paint: Paint = .none) {
        self.report = report
        self.paint = paint
    }

    package var lines: [String] {
        let answer = report.answer
        var lines = paint.lines(report.question ?? report.summary, first: "").map(paint.bold)
        lines += section("What happens", answer?.happens ?? report.summary)
        lines += section("Why", answer?.because)
        lines += figures
        lines += section("What it costs", answer?.costs)
        lines += section("What is usually recommended", answer?.advice)
        lines += section("When not to", answer?.unless)
        lines += ladder
        lines += section("Who says so", report.reference)
        return lines
    }

    private func section(_ title: String, _ text: String?) -> [String] {
        text.map { heading(title) + paint.lines($0, first: "  ") } ?? []
    }

    private func heading(_ title: String, _ remark: String = "") -> [String] {
        ["", paint.bold(title) + (remark.isEmpty ? "" : paint.dim(" (\(remark))"))]
    }

    private var figures: [String] {
        guard let figures = report.figures else {
            return section("On this kernel", report.skipped.map { "nothing of it: \($0)" })
        }
        guard !figures.laws.isEmpty else { return [] }
        let many = report.instances > 1 ? ", the first of \(report.instances) instances" : ""
        var lines =
            heading("On this kernel", figures.kernel)
            + paint.lines(figures.instance + many, first: "  ").map(paint.dim)
        for law in figures.laws {
            lines += paint.lines("\(law.expected)", first: "  ")
            lines += paint.lines("because \(law.rule)", first: "    ").map(paint.dim)
        }
        return lines + heading("Which knob moves it") + knobs(figures.laws)
    }

    private func knobs(_ laws: [ExplainedLaw]) -> [String] {
        var lines: [String] = []
        for law in laws {
            if laws.count > 1 { lines.append("  law \(law.claim.law) of \(law.claim.of)") }
            for knob in law.knobs { lines += text(of: knob) }
            let idle = law.idle.map { "\($0.key.short) (\($0.triedWords))" }
            if !idle.isEmpty { lines += paint.lines("not moved by \(idle.joined(separator: ", "))", first: "  ") }
            if law.knobs.isEmpty, idle.isEmpty { lines += paint.lines("no sysctl that this law looks at", first: "  ") }
        }
        return lines
    }

    private func text(of knob: Knob) -> [String] {
        let labels = knob.outcomes.map { outcome in outcome.values.map(knob.label).joined(separator: ", ") }
        let room = min(Self.widestLabel, labels.map(\.count).max() ?? 0)
        return ["  \(paint.bold(knob.key)) of \(knob.host)"]
            + zip(labels, knob.outcomes).flatMap { label, outcome -> [String] in
                let left = Wrapping.lines(label, first: "", width: room)
                let right = Wrapping.lines(
                    outcome.effect ?? "the law leaves it open", first: "", width: paint.width - room - 6)
                return (0..<max(left.count, right.count)).map { row in
                    let label = row < left.count ? left[row] : ""
                    let pad = String(repeating: " ", count: max(0, room - label.count))
                    return "    \(label)" + (row < right.count ? "\(pad)  \(right[row])" : "")
                }
            }
    }

    private static let widestLabel = 22

    private var ladder: [String] {
        guard let ladder = report.figures?.ladder, !ladder.rungs.isEmpty else { return [] }
        return heading("The packets, as predicted") + LadderText(ladder, paint: paint).lines
    }
}

extension Knob {
    /// `2 (here)`.
    fileprivate func label(_ value: Int) -> String {
        let marks = (value == self.value ? ["here"] : []) + (value == byDefault ? ["default"] : [])
        return marks.isEmpty ? "\(value)" : "\(value) (\(marks.joined(separator: ", ")))"
    }

    /// What was tried in vain.
    fileprivate var triedWords: String {
        "tried \(outcomes.flatMap(\.values).map(String.init).joined(separator: ", "))"
    }
}

extension String {
    /// The last word of a sysctl's name, as everybody calls it.
    fileprivate var short: String { split(separator: ".").last.map(String.init) ?? self }
}
