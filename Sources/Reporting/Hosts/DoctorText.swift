import Model
import Oracle

/// `doctor` for a reader: where it is, what is there, and for each gap why, what it costs and how it is closed.
package struct DoctorText {
    private let report: DoctorReport
    private let paint: Paint

    package init(_ report: DoctorReport, paint: Paint = .none) {
        self.report = report
        self.paint = paint
    }

    package var lines: [String] {
        let place = report.place.map { PlaceText($0, paint: paint).lines } ?? []
        return place + FactsText(report.facts, paint: paint).lines + gaps
    }

    private var gaps: [String] {
        if report.gaps.isEmpty { return ["", paint.verdict(.pass, "Everything that scenarios need is here.")] }
        let count = report.gaps.count
        return ["", paint.bold(count == 1 ? "1 gap:" : "\(count) gaps:")] + report.gaps.flatMap { [""] + lines(of: $0) }
    }

    private func lines(of gap: Gap) -> [String] {
        let uses = [
            Gap.Name.slabinfo: "what a connection costs in memory", Gap.Name.core: "the lengths of queues",
            Gap.Name.descriptors: "sockets, captures and namespaces",
            Gap.Name.backlog: "how many half-open connections a listener takes",
        ]
        let use = Feature(rawValue: gap.name)?.use ?? uses[gap.name]
        return [paint.verdict(.fail, gap.name) + (use.map { " (\($0))" } ?? "")] + part("why", gap.reason)
            + part("costs", costs(of: gap))
            + part("step", gap.step)
    }

    private func part(_ name: String, _ text: String) -> [String] {
        paint.lines(text, first: "  " + name + String(repeating: " ", count: 7 - name.count))
    }

    /// More names tell nobody more.
    private static let mostNames = 6

    private func costs(of gap: Gap) -> String {
        guard let costs = gap.costs else { return "not known: there are no scenarios here" }
        let count = "\(Count.text(costs.instances)) instance\(costs.instances == 1 ? "" : "s")"
        if costs.everything { return "everything: nothing runs, \(count) skipped" }
        guard costs.instances > 0 else {
            return gap.name == Feature.extendedFilter.rawValue
                ? "no scenario: a single packet of a burst is taken by watching the capture, for which a busy machine may "
                    + "be too late (inconclusive)"
                : "no scenario"
        }
        let verb = gap.name == Gap.Name.descriptors ? "refused" : "skipped"
        let names = costs.scenarios.prefix(Self.mostNames).joined(separator: ", ")
        let more = costs.scenarios.count - Self.mostNames
        return "\(count) \(verb), of \(names)" + (more > 0 ? " and \(more) more" : "")
    }
}
