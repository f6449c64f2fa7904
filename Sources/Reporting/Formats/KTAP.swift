import Oracle

/// KTAP version 1 (Documentation/dev-tools/ktap.rst in Linux): one suite, in it the instances, in each its expectations,
/// and as the last of them whether the run can prove anything. Readers that count only what has no subtests, as kunit.py
/// does, would take an inconclusive run for a pass without it.
package struct KTAP: LineReport {
    private let mustFail: Bool
    private let ladders: LadderNote
    private static let indent = "  "

    package init(mustFail: Bool = false) { self.init(mustFail: mustFail, ladders: LadderNote()) }

    init(mustFail: Bool, ladders: LadderNote) {
        self.mustFail = mustFail
        self.ladders = ladders
    }

    package func opening(count: Int) -> [String] {
        ["KTAP version 1", "1..1"] + inside(["KTAP version 1", "# Subtest: \(Self.suite)", "1..\(count)"])
    }

    package func lines(for outcome: RunReport.Outcome, number: Int) -> [String] {
        let judgement = outcome.judgement
        let standing = outcome.standing(mustFail: mustFail)
        let expectations = mustFail || judgement.isSkipped ? [] : judgement.findings
        var lines: [String] = []
        if !expectations.isEmpty {
            let titles = Self.titles(expectations)
            lines = ["KTAP version 1", "# Subtest: \(TAPText.plain(outcome.name))", "1..\(expectations.count + 1)"]
            for (index, finding) in expectations.enumerated() {
                let verdict = judgement.standing(of: finding.verdict)
                if verdict > .skip { lines += TAPText.diagnostics(JudgementText(outcome).lines(of: finding)) }
                lines.append(TAPText.result(verdict, index + 1, titles[index], reason: finding.seen))
            }
            let evidence: Verdict = standing.verdict == .inconclusive ? .inconclusive : .pass
            lines.append(TAPText.result(evidence, expectations.count + 1, "evidence", reason: standing.reason))
            lines = inside(lines)
        }
        if case .failed(let reason) = standing { lines += TAPText.diagnostics([reason]) }
        lines += TAPText.diagnostics(ladders.lines(outcome, standing.verdict))
        let result = TAPText.result(
            standing.verdict, number, outcome.name, reason: standing.reason, milliseconds: outcome.milliseconds)
        return inside(lines + [result])
    }

    package func brokenOff(_ reason: String) -> [String] { ["Bail out! \(TAPText.plain(reason))"] }

    package func closing(_ report: RunReport) -> [String] {
        var verdict = Verdict.pass
        if report.count(standing: .inconclusive) > 0 { verdict = .inconclusive }
        if report.count(standing: .fail) > 0 { verdict = .fail }
        if report.count(standing: .skip) == report.outcomes.count { verdict = .skip }
        let facts = TAPText.diagnostics(report.surroundings)
        // A suite without a test is a crash to kunit.py, and a skip says what it is.
        if report.outcomes.isEmpty {
            let skip = TAPText.result(.skip, 1, Self.suite, reason: TAPText.nothing)
            return inside(facts + [TAPText.totals(report)]) + [skip] + TAPText.bailOut(report)
        }
        return inside(facts + [TAPText.totals(report)])
            + [TAPText.result(verdict, 1, Self.suite, reason: report.summary)] + TAPText.bailOut(report)
    }

    private static let suite = "tcpfault"

    private func inside(_ lines: [String]) -> [String] { lines.map { Self.indent + $0 } }

    /// Each is there once.
    private static func titles(_ findings: [Finding]) -> [String] {
        var seen: [String: Int] = [:]
        return findings.map { finding in
            let number = seen[finding.title, default: 0] + 1
            seen[finding.title] = number
            return number == 1 ? finding.title : "\(finding.title) (\(number))"
        }
    }
}
