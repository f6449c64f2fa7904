import Model
import Oracle

/// A report as one HTML file that needs no network: what passed, what did not, and why, with a ladder of each instance's
/// packets on a true axis of time and the oracle's windows behind them.
///
/// The file holds the report as JSON and a program that draws it, so that hundreds of ladders stay small and only those
/// that are looked at are drawn. Without JavaScript it says what did not pass.
package struct Page {
    private let report: RunReport
    private let extras: RecordReader

    /// `extras` is asked for each instance in turn.
    package init(_ report: RunReport, extras: @escaping RecordReader = { _ in nil }) {
        self.report = report
        self.extras = extras
    }

    /// The document that `report.js` reads.
    private struct Document: Encodable {
        var report: RunReport
        /// How each outcome counts: the verdict, and the reason where it is not a pass.
        var standings: [[String]]
        /// One for each outcome, in order; `null` where there is no record.
        var extras: [PageExtras?]
    }

    package func lines() throws -> [String] {
        let document = Document(
            report: report,
            standings: report.outcomes.map { outcome in
                let standing = report.standing(of: outcome)
                return [standing.verdict.rawValue, standing.reason ?? ""]
            }, extras: try report.outcomes.map(extras))
        let troubles = report.outcomes.filter { report.standing(of: $0).verdict > .pass }
        return PageFile(
            title: "tcpfault: \(report.summary)", json: try JSON.text(document, pretty: false),
            plain: troubles.flatMap { JudgementText($0).brief }, scripts: PageScripts.report
        ).lines
    }
}
