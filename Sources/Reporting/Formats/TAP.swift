import Oracle

/// TAP version 13 (testanything.org), flat, with the habits of kselftest: an instance a line.
package struct TAP: LineReport {
    private let mustFail: Bool
    private let ladders: LadderNote

    package init(mustFail: Bool = false) { self.init(mustFail: mustFail, ladders: LadderNote()) }

    init(mustFail: Bool, ladders: LadderNote) {
        self.mustFail = mustFail
        self.ladders = ladders
    }

    package func opening(count: Int) -> [String] {
        ["TAP version 13", count == 0 ? "1..0 # SKIP \(TAPText.nothing)" : "1..\(count)"]
    }

    package func lines(for outcome: RunReport.Outcome, number: Int) -> [String] {
        let standing = outcome.standing(mustFail: mustFail)
        let result = TAPText.result(
            standing.verdict, number, outcome.dottedName, separator: " - ", reason: standing.reason,
            milliseconds: outcome.milliseconds)
        let story = standing.verdict > .skip ? outcome.story(standing) : []
        return [result] + TAPText.diagnostics(story + ladders.lines(outcome, standing.verdict))
    }

    package func brokenOff(_ reason: String) -> [String] { ["Bail out! \(TAPText.plain(reason))"] }

    package func closing(_ report: RunReport) -> [String] {
        TAPText.bailOut(report) + TAPText.diagnostics(report.surroundings) + [TAPText.totals(report)]
    }
}
