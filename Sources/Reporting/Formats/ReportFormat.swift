/// The forms of a report.
package enum ReportFormat: String, Sendable, CaseIterable {
    case console, ktap, tap, junit, json, jsonl, markdown, html

    /// Those that are written while the run goes on. `isVerbose`: with the ladders of what has passed, too.
    package func lineReport(
        mustFail: Bool, isVerbose: Bool = false, extras: @escaping RecordReader = { _ in nil }
    ) -> (any LineReport)? {
        let ladders = LadderNote(isForAll: isVerbose, read: extras)
        return switch self {
        case .ktap: KTAP(mustFail: mustFail, ladders: ladders)
        case .tap: TAP(mustFail: mustFail, ladders: ladders)
        case .jsonl: JSONLines()
        case .console, .junit, .json, .markdown, .html: nil
        }
    }

    /// The whole of a run that is over. `extras` is what a page, or a ladder, shows of an instance's record.
    package func lines(
        _ report: RunReport, paint: Paint = .none, isVerbose: Bool = false,
        extras: @escaping RecordReader = { _ in nil }
    ) throws -> [String] {
        switch self {
        case .console: ConsoleReport(report, paint: paint, ladders: isVerbose ? extras : nil).lines
        case .ktap, .tap, .jsonl:
            try lineReport(mustFail: report.mustFail, isVerbose: isVerbose, extras: extras)?.lines(report) ?? []
        case .junit: JUnit(report).lines
        case .json: [try JSON.text(report)]
        case .markdown: Markdown(report).lines
        case .html: try Page(report, extras: extras).lines()
        }
    }
}
