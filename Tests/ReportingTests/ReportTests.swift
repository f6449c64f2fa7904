import Model
import Oracle
import Reporting
import Testing

@Suite("Reports as text")
struct ReportTests {
    private func report(_ judgements: [Judgement], mustFail: Bool = false) -> RunReport {
        RunReport(
            started: "2026-11-24T02:50:07Z", wall: .milliseconds(7300), folder: "results/a", mustFail: mustFail,
            outcomes: judgements.map { RunReport.Outcome($0, folder: "results/a/\($0.instance)") })
    }

    @Test("One instance is told in full, expected beside seen")
    func one() throws { try Snapshot.check(ConsoleReport(report([Examples.passed])).lines, "one") }

    @Test("On a narrow terminal words and tables are broken at spaces")
    func narrow() throws {
        let lines = ConsoleReport(report([Examples.failed]), paint: Paint(isOn: false, width: 60)).lines
        try Snapshot.check(lines, "narrow")
        #expect(lines.filter { !$0.contains("/") }.allSatisfy { $0.count <= 60 })
    }

    @Test("Where a run proves nothing, what was not as expected is marked as not proved")
    func excused() throws {
        var judgement = Examples.failed
        judgement.verdict = .inconclusive
        judgement.reason = "server's own link threw packets away"
        let lines = ConsoleReport(report([judgement])).lines
        #expect(!lines.contains { $0.contains("✗") || $0.hasSuffix("FAIL") })
        #expect(lines.contains { $0.hasPrefix("  ? ") })
    }

    @Test("A failure shows its row and its reason")
    func failure() throws { try Snapshot.check(ConsoleReport(report([Examples.failed])).lines, "failure") }

    @Test("Many instances are a table, with the troubles again below it")
    func many() throws {
        let all = [Examples.passed, Examples.failed, Examples.skipped, Examples.inconclusive]
        try Snapshot.check(ConsoleReport(report(all)).lines, "many")
    }

    @Test("Counter-runs say whether each went wrong as it must")
    func counterRuns() throws {
        var right = Examples.failed
        right.counterRun = .withoutCause
        var wrong = Examples.passed
        wrong.counterRun = .withoutCause
        let report = report([right, wrong, Examples.skipped], mustFail: true)
        try Snapshot.check(ConsoleReport(report).lines, "counter-runs")
        #expect(report.exitStatus == .failed)
    }

    @Test("Colours change no letter")
    func colours() {
        let all = report([Examples.passed, Examples.failed, Examples.skipped])
        let plain = ConsoleReport(all).lines
        let coloured = ConsoleReport(all, paint: Paint(isOn: true)).lines
        #expect(coloured != plain)
        #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") } == plain)
    }

    @Test("A forecast is a timeline")
    func forecast() throws {
        try Snapshot.check(ForecastText(Examples.forecast).lines, "forecast")
        try Snapshot.check(ForecastText.blockade(Examples.forecast), "blockade")
    }

    @Test("A law without times has its rule as well; what the scenario says has none")
    func forecastOfFigures() throws {
        let counts = Forecast(
            predictions: [
                Prediction(
                    claim: .law(LawClaim(law: "half-open-limit", of: "web")), expected: "129 half-open",
                    rule: "a listener holds one more than its backlog (inet_csk_reqsk_queue_is_full)"),
                Prediction(
                    claim: .call(CallClaim(socket: "c", outcome: .returns)), expected: "connect() of c returns",
                    rule: "the scenario says so"),
            ], longest: .seconds(12))
        try Snapshot.check(ForecastText(counts).lines, "forecast-figures")
    }

    @Test("The list is one row a scenario")
    func list() throws {
        let entries = [
            ScenarioList.Entry(
                name: "connect-timeout", summary: "Every SYN is lost.", laws: ["syn-retransmission"], instances: 2,
                lasts: .milliseconds(7352), skipped: nil),
            ScenarioList.Entry(
                name: "linear", summary: "", laws: ["syn-retransmission"], instances: 2, lasts: nil,
                skipped: "no such sysctl"),
        ]
        try Snapshot.check(ScenarioList.lines(entries), "list")
    }

    @Test(
        "The exit status is the worst thing that happened",
        arguments: [
            ([Verdict.pass, .skip], CommandStatus.passed), ([.skip, .skip], .skipped),
            ([.pass, .inconclusive], .inconclusive),
            ([.inconclusive, .fail, .pass], .failed), ([.pass], .passed),
        ])
    func exitStatus(_ verdicts: [Verdict], _ status: CommandStatus) {
        let judgements = verdicts.enumerated().map { number, verdict in
            Judgement(instance: "a\(number)", summary: "", verdict: verdict, kernel: "6.18.0")
        }
        #expect(report(judgements).exitStatus == status)
    }

    @Test(
        "A counter-run is as it must be when it fails; a misplaced drop when it does not pass",
        arguments: [
            (CounterRun.withoutCause, Verdict.fail, CommandStatus.passed), (.withoutCause, .pass, .failed),
            (.withoutCause, .inconclusive, .failed), (.bentLaw, .fail, .passed), (.bentLaw, .pass, .failed),
            (.misplacedDrop, .inconclusive, .passed), (.misplacedDrop, .fail, .passed),
            (.misplacedDrop, .pass, .failed),
            (.withoutCause, .skip, .skipped),
        ])
    func mustFail(_ run: CounterRun, _ verdict: Verdict, _ status: CommandStatus) {
        let judgement = Judgement(
            instance: "a", summary: "", verdict: verdict, kernel: "6.18.0", counterRun: run)
        #expect(report([judgement], mustFail: true).exitStatus == status)
    }
}
