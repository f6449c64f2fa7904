import Model
import Oracle
import Reporting
import Testing

@Suite("Reports for other programs")
struct FormatTests {
    private static func report(
        _ judgements: [Judgement], mustFail: Bool = false, stopped: String? = nil
    ) -> RunReport {
        RunReport(
            started: "2026-11-24T02:50:07Z", wall: .milliseconds(7300), folder: "results/a", mustFail: mustFail,
            outcomes: judgements.map {
                RunReport.Outcome($0, folder: $0.verdict == .skip ? nil : "results/a/\($0.instance)")
            }, stopped: stopped)
    }

    private static let mixed = report([
        Examples.passed, Examples.failed, Examples.skipped, Examples.inconclusive, unproved,
    ])

    /// What was expected was seen, and yet nothing is proved.
    private static let unproved: Judgement = {
        var judgement = Examples.passed
        judgement.instance = "unproved/ipv4"
        judgement.verdict = .inconclusive
        judgement.reason = "fault 'drop-syn' is not proved: it took no packet"
        return judgement
    }()

    @Test(
        "A pass, a failure, a skip and two inconclusive ones",
        arguments: [ReportFormat.ktap, .tap, .junit, .markdown])
    func mixedRun(_ format: ReportFormat) throws {
        try Snapshot.check(try format.lines(Self.mixed), "mixed-\(format)")
    }

    @Test("Counter-runs pass where they went wrong as they had to", arguments: [ReportFormat.ktap, .tap, .junit])
    func counterRuns(_ format: ReportFormat) throws {
        var (right, wrong) = (Examples.failed, Examples.passed)
        right.counterRun = .withoutCause
        wrong.counterRun = .withoutCause
        let report = Self.report([right, wrong], mustFail: true)
        try Snapshot.check(try format.lines(report), "counter-runs-\(format)")
        #expect(report.exitStatus == .failed)
    }

    @Test("Words of anybody break no line, no directive and no document", arguments: ReportFormat.allCases)
    func words(_ format: ReportFormat) throws {
        var judgement = Examples.failed
        judgement.instance = "x/ipv4#2"
        judgement.findings[0].title = "call of c#1"
        judgement.findings[0].seen = "a # SKIP b\n# Subtest: c\u{1B}[31m <&\"> reboot: System halted | `d`"
        judgement.reason = "\(judgement.findings[0].seen)\u{0}"
        let report = Self.report([judgement])
        let lines = try format.lines(report)
        #expect(lines.allSatisfy { !$0.contains("\n") || [.junit, .json, .console, .html].contains(format) })
        switch format {
        case .ktap, .tap:
            let results = lines.filter { $0.contains(#/^ *(not )?ok /#) }
            #expect(results.allSatisfy { !$0.contains("SKIP") && !$0.contains("#1") && !$0.contains("#2") })
            #expect(lines.allSatisfy { !$0.contains("reboot: System halted") && !$0.contains("\u{1B}") })
            #expect(lines.count { $0.contains(#/^ *# Subtest: c/#) } == 0)
        case .junit:
            let text = lines.joined(separator: "\n")
            #expect(!text.contains("\u{1B}") && !text.contains("\u{0}"))
            #expect(text.contains("&lt;&amp;&quot;&gt;") && text.contains("&#10;"))
        case .markdown: #expect(lines.contains { $0.contains("&lt;&amp;") && $0.contains("\\|") })
        case .html: #expect(!lines.joined().contains("<&\">"))
        case .console, .json, .jsonl: break
        }
    }

    @Test("Two expectations of one title have two names")
    func titles() throws {
        var judgement = Examples.passed
        judgement.findings.append(judgement.findings[1])
        let lines = KTAP().lines(for: RunReport.Outcome(judgement, folder: nil), number: 1)
        #expect(lines.contains("    ok 2 call of c") && lines.contains("    ok 3 call of c (2)"))
        #expect(lines.contains("    1..4") && lines.contains("    ok 4 evidence"))
    }

    @Test("A run that was stopped says so at its end")
    func stopped() throws {
        let report = Self.report([Examples.passed], stopped: "SIGTERM")
        #expect(try ReportFormat.ktap.lines(report).last == "Bail out! stopped by SIGTERM")
        #expect(try ReportFormat.tap.lines(report).contains("Bail out! stopped by SIGTERM"))
    }

    @Test("Annotations stand at the expectation's line, with what GitHub reads escaped")
    func annotations() {
        var judgement = Examples.failed
        judgement.findings[0].expected = "100 %:\na,b"
        judgement.findings[0].origin?.file = "/repository/scenarios/x.yaml"
        let lines = GitHubAnnotations(Self.report([judgement]), workspace: "/repository").lines
        #expect(
            lines == [
                "::error file=scenarios/x.yaml,line=14,col=5,title=connect-timeout/ipv6%3A law syn-retransmission of c"
                    + "::expected 100 %25:%0Aa,b; seen: 3 SYNs, then connect() failed with ETIMEDOUT after 7.140 s"
            ])
        let elsewhere = GitHubAnnotations(Self.report([judgement]), workspace: "/elsewhere").lines
        #expect(elsewhere.allSatisfy { $0.hasPrefix("::error title=") })
        #expect(GitHubAnnotations(Self.mixed).lines.map { $0.prefix(9) } == ["::error f", "::warning", "::warning"])
        let many = GitHubAnnotations(Self.report(Array(repeating: judgement, count: 12))).lines
        #expect(many.count == 10 && many.last?.hasSuffix("::and 3 more") ?? false)
    }

    @Test("A summary is cut where it does not fit, and says so")
    func cut() {
        let all = Markdown(Self.mixed).lines
        #expect(Markdown(Self.mixed).lines(atMost: 1 << 20) == all)
        let some = Markdown(Self.mixed).lines(atMost: 400)
        #expect(some.dropLast() == all.prefix(some.count - 1) && some.last?.hasPrefix("… ") ?? false)
        #expect(some.map { $0.utf8.count + 1 }.reduce(0, +) <= 400)
    }

    @Test("Reports of several kernels become one, with their names; an instance that is there twice is refused")
    func merging() throws {
        var older = Examples.passed
        older.kernel = "6.1.0-56-cloud-amd64"
        let both = try RunReport(merging: [Self.report([Examples.passed]), Self.report([older])])
        #expect(
            both.outcomes.map(\.name) == ["6.18.0/connect-timeout/ipv4", "6.1.0-56-cloud-amd64/connect-timeout/ipv4"])
        #expect(
            try ReportFormat.tap.lines(both).contains("ok 2 - 6.1.0-56-cloud-amd64.connect-timeout.ipv4 # time=7140ms"))
        let shards = try RunReport(merging: [Self.report([Examples.passed]), Self.report([Examples.failed])])
        #expect(shards.outcomes.map(\.name) == ["connect-timeout/ipv4", "connect-timeout/ipv6"])
        #expect(throws: RunReport.Collision.self) {
            try RunReport(merging: [Self.report([older]), Self.report([older])])
        }
    }
}
