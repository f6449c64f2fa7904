import Oracle

/// TAP version 13 (testanything.org), flat, with the habits of kselftest: an instance a line.
package struct TAP: LineReport {
    private let mustFail: Bool

    package init(mustFail: Bool = false) { self.mustFail = mustFail }

    package func opening(count: Int) -> [String] { ["TAP version 13", "1..\(count)"] }

    package func lines(for outcome: RunReport.Outcome, number: Int) -> [String] {
        let standing = outcome.standing(mustFail: mustFail)
        let result = TAPText.result(
            standing.verdict, number, outcome.dottedName, separator: " - ", reason: standing.reason,
            milliseconds: outcome.milliseconds)
        guard standing.verdict > .skip else { return [result] }
        return [result] + TAPText.diagnostics(outcome.story(standing))
    }

    package func brokenOff(_ reason: String) -> [String] { ["Bail out! \(TAPText.plain(reason))"] }

    package func closing(_ report: RunReport) -> [String] {
        TAPText.bailOut(report) + TAPText.diagnostics(report.surroundings) + [TAPText.totals(report)]
    }
}
