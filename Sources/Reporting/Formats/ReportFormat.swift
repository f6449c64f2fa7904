/// The forms of a report.
package enum ReportFormat: String, Sendable, CaseIterable {
    case console, ktap, tap, junit, json, jsonl, markdown, html

    /// Those that are written while the run goes on.
    package func lineReport(mustFail: Bool) -> (any LineReport)? {
        switch self {
        case .ktap: KTAP(mustFail: mustFail)
        case .tap: TAP(mustFail: mustFail)
        case .jsonl: JSONLines()
        case .console, .junit, .json, .markdown, .html: nil
        }
    }

    /// The whole of a run that is over. `extras` is what a page shows of an instance's record.
    package func lines(
        _ report: RunReport, paint: Paint = .none,
        extras: @escaping (RunReport.Outcome) throws -> PageExtras? = { _ in nil }
    ) throws -> [String] {
        switch self {
        case .console: ConsoleReport(report, paint: paint).lines
        case .ktap, .tap, .jsonl: try lineReport(mustFail: report.mustFail)?.lines(report) ?? []
        case .junit: JUnit(report).lines
        case .json: [try JSON.text(report)]
        case .markdown: Markdown(report).lines
        case .html: try Page(report, extras: extras).lines()
        }
    }
}
