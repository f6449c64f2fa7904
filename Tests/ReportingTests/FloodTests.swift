import FoundationEssentials
import Model
import Oracle
import Reporting
import Testing

@Suite("Floods as text")
struct FloodTests {
    private func lines(_ change: (inout FloodDigest) -> Void) -> [String] {
        var digest = FloodExamples.withoutCookies
        change(&digest)
        return FloodText(digest).lines
    }

    @Test("Without cookies the queue fills, and the client waits or never connects")
    func withoutCookies() throws { try Snapshot.check(FloodText(FloodExamples.withoutCookies).lines, "flood-0") }

    @Test("With cookies the queue fills, and the client does not notice")
    func withCookies() throws { try Snapshot.check(FloodText(FloodExamples.withCookies).lines, "flood-1") }

    @Test("With cookies always there is no queue at all")
    func cookiesAlways() throws { try Snapshot.check(FloodText(FloodExamples.cookiesAlways).lines, "flood-2") }

    @Test("What was not seen is not drawn")
    func missing() throws {
        let noClient = lines {
            $0.calls = []
            $0.phases = FloodExamples.phases(of: [])
        }
        let noSamples = lines { $0.halfOpen = [] }
        let oneSample = lines { $0.halfOpen = [$0.halfOpen[100]] }
        try Snapshot.check([noClient, noSamples, oneSample].joined(separator: [""]).map(\.self), "flood-missing")
    }

    @Test("A run that took no time, and a flood of one SYN at the end of a run")
    func moments() throws {
        let atOnce = lines { digest in
            digest.flooded = Interval(.zero, .zero)
            digest.halfOpen = [FloodDigest.Point(at: .zero, value: 1)]
            digest.calls = [FloodDigest.Call(began: .zero, lasted: .zero, connected: true)]
            digest.phases = FloodExamples.phases(of: digest.calls)
        }
        let late = lines { digest in
            digest.flooded = Examples.window(11.95, 11.95)
            digest.offered = 1
            digest.arrived = 1
        }
        try Snapshot.check([atOnce, late].joined(separator: [""]).map(\.self), "flood-moments")
    }

    @Test("No line of a flood is wider than a terminal", arguments: FloodExamples.instances.indices)
    func width(_ index: Int) throws {
        let flood = try #require(FloodExamples.instances[index].flood)
        let widest = FloodText(flood).lines.map(\.count).max() ?? 0
        #expect(widest < 80)
    }

    @Test("A flood is told between the findings and where the record lies")
    func inFull() throws {
        var judgement = FloodExamples.instances[0]
        judgement.findings = [
            Finding(
                verdict: .pass, title: "law half-open-limit of web", expected: "129 half-open", seen: "129 half-open",
                rule: "a listener holds one more than its backlog (inet_csk_reqsk_queue_is_full)",
                rows: [
                    Finding.Row("half-open", expected: "129", seen: "129", verdict: .pass),
                    Finding.Row("cookies sent", expected: "none", seen: "3", verdict: .fail),
                ])
        ]
        let report = RunReport(folder: "results/a", outcomes: [RunReport.Outcome(judgement, folder: "results/a/b")])
        try Snapshot.check(ConsoleReport(report).lines, "flood-in-full")
    }

    private func report(_ judgements: [Judgement]) -> RunReport {
        RunReport(outcomes: judgements.map { RunReport.Outcome($0, folder: nil) })
    }

    @Test("Many floods are compared, as figures and as curves")
    func many() throws { try Snapshot.check(ConsoleReport(report(FloodExamples.instances)).lines, "floods") }

    @Test("Floods among other instances, at different times, without a client, without samples")
    func mixed() throws {
        var others = Array(FloodExamples.instances.prefix(3))
        others[0].flood?.flooded = Examples.window(6, 6.1)
        others[1].flood?.calls = []
        others[1].flood?.phases = FloodExamples.phases(of: [])
        others[2].flood?.halfOpen = []
        others[2].instance = "accept-queue/ipv4"
        others[2].flood?.calls.removeLast(90)
        try Snapshot.check(ConsoleReport(report([Examples.passed] + others)).lines, "floods-mixed")
    }

    @Test("Colours change no letter of a flood")
    func colours() {
        let plain = FloodText(FloodExamples.withoutCookies).lines + ConsoleReport(report(FloodExamples.instances)).lines
        let paint = Paint(isOn: true)
        let coloured =
            FloodText(FloodExamples.withoutCookies, paint: paint).lines
            + ConsoleReport(report(FloodExamples.instances), paint: paint).lines
        #expect(coloured != plain)
        #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") } == plain)
    }

    @Test("A report in JSON carries its floods")
    func json() throws {
        let report = report(FloodExamples.instances)
        let copy = try JSONDecoder().decode(RunReport.self, from: try JSONEncoder().encode(report))
        let isSame = copy == report && copy.outcomes[0].judgement.flood == FloodExamples.withoutCookies
        #expect(isSame)
    }
}
