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

    /// The document that `page.js` reads.
    private struct Document: Encodable {
        var report: RunReport
        /// How each outcome counts: the verdict, and the reason where it is not a pass.
        var standings: [[String]]
        /// One for each outcome, in order; `null` where there is no record.
        var ladders: [PageLadder?]
        var sysctls: [[PageSysctl]]
        var links: [[String]]
    }

    package func lines() throws -> [String] {
        let found = try report.outcomes.map(extras)
        let document = Document(
            report: report,
            standings: report.outcomes.map { outcome in
                let standing = report.standing(of: outcome)
                return [standing.verdict.rawValue, standing.reason ?? ""]
            }, ladders: found.map { $0?.ladder }, sysctls: found.map { $0?.sysctls ?? [] },
            links: found.map { $0?.links ?? [] })
        let json = try JSON.text(document, pretty: false)
        return [
            "<!DOCTYPE html>", "<html lang=\"en\">", "<meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            "<meta name=\"color-scheme\" content=\"light dark\">",
            "<title>tcpfault: \(Self.escaped(report.summary))</title>",
            "<style>", Self.text(PackageResources.page_css), "</style>", "<body>", "<noscript>",
        ] + troubles + [
            "</noscript>",
            // Inside of a script only the start of a tag, or of a comment, could end it.
            "<script type=\"application/json\" id=\"document\">\(json.replacing("<", with: "\\u003c"))</script>",
            "<script>", Self.text(PackageResources.page_js), "</script>", "</body>", "</html>",
        ]
    }

    private var troubles: [String] {
        ["<h1>tcpfault: \(Self.escaped(report.summary))</h1>", "<pre>"]
            + report.outcomes.filter { report.standing(of: $0).verdict > .pass }.flatMap { outcome in
                JudgementText(outcome).brief.map(Self.escaped)
            } + ["</pre>"]
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
