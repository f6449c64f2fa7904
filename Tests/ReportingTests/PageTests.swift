import Model
import Oracle
import Reporting
import Testing

@Suite("A page")
struct PageTests {
    private struct Document: Decodable {
        var standings: [[String?]]
        var extras: [PageExamples.Extras?]
    }

    private static func document(_ page: String) throws -> Document {
        try PageExamples.document(page, as: Document.self)
    }

    private static func extras(of record: RunRecord) throws -> PageExamples.Extras {
        let report = RunReport(outcomes: [RunReport.Outcome(Examples.passed, folder: nil)])
        let lines = try Page(report) { _ in PageExtras(record, folder: "a") }.lines()
        return try #require(try document(lines.joined(separator: "\n")).extras[0])
    }

    @Test("holds the report, and a ladder where there is a record")
    func whole() throws {
        let report = RunReport(
            outcomes: [Examples.failed, Examples.skipped].map { RunReport.Outcome($0, folder: "a/\($0.instance)") })
        let lines = try Page(report) { outcome in
            outcome.judgement.verdict == .skip ? nil : PageExtras(PageExamples.record(), folder: "../a#2")
        }.lines()
        let document = try Self.document(lines.joined(separator: "\n"))
        #expect(document.standings == [["fail", Examples.failed.reason], ["skip", Examples.skipped.reason]])
        let extras = try #require(document.extras[0])
        #expect(document.extras[1] == nil)
        #expect(extras.ladder.hosts == ["client", "server"] && extras.ladder.origin == 5_000_000)
        #expect(extras.ladder.rungs.first == ["SYN", 0, 1, 0, "lost", ""])
        #expect(extras.links == ["./../a%232/record.json", "./../a%232/client.pcapng"])
        #expect(extras.sysctls.map(\.key) == ["net.ipv4.tcp_syn_retries"])
        #expect(extras.sysctls.map(\.usual) == ["6"] && extras.sysctls.allSatisfy(\.isOwn))
        #expect(extras.flood == nil)
    }

    @Test("holds the states of each end, with when the kernel was asked before")
    func states() throws {
        let extras = try Self.extras(of: PageExamples.record())
        #expect(extras.ladder.states == [[0, "", "SYN_SENT", 1_000_000, -1, "gone", 895_000_000, 885_000_000]])
    }

    @Test("holds how a flood and the cookies grew, level stretches by their ends")
    func flood() throws {
        var record = PageExamples.record()
        func inject(_ at: Int64, _ sent: Int) -> Event {
            Event(at: .milliseconds(at), .inject(InjectEvent(step: 0, sent: sent, ended: false)))
        }
        func queue(_ at: Int64, _ cookies: Int64) -> Event {
            Event(
                at: .milliseconds(at),
                .queue(
                    QueueSample(
                        host: "server", listener: "l", halfOpen: 1, accepted: 0, limit: 1,
                        counters: ["TcpExt.SyncookiesSent": cookies])))
        }
        record.events = [inject(1, 0), inject(9, 50)] + [(1, 0), (2, 0), (3, 0), (4, 7), (5, 7)].map(queue)
        let flood = try #require(try Self.extras(of: record).flood)
        #expect(flood.offered == [[1_000_000, 0], [9_000_000, 50]])
        #expect(flood.cookies == [[1_000_000, 0], [3_000_000, 0], [4_000_000, 7], [5_000_000, 7]])
    }

    @Test("stays whole whatever the words in it are, and says without a program what went wrong")
    func words() throws {
        var judgement = Examples.failed
        judgement.reason = "</script><script>alert(1)</script><!-- & \u{2028} \"quoted\""
        let page = try Page(RunReport(outcomes: [RunReport.Outcome(judgement, folder: nil)])).lines()
            .joined(separator: "\n")
        #expect(try Self.document(page).standings == [["fail", judgement.reason]])
        #expect(!page.contains("<script>alert"))
        #expect(page.contains("&lt;/script>&lt;script>alert(1)"))
    }

    @Test("asks for nothing from the network")
    func alone() throws {
        let pages = [
            try Page(RunReport(outcomes: [])).lines(), try ComparisonPage(ComparisonExamples.open).lines(),
        ].map { $0.joined(separator: "\n") }
        for page in pages {
            #expect(!page.contains("src=") && !page.contains("@import") && !page.contains("url("))
            let addresses = page.matches(of: #/https?:\/\/[^"]*/#).map(\.output)
            #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" })
        }
    }

    @Test("stays small: what 500 instances need beside their judgements is less than two kilobytes each")
    func size() throws {
        let outcomes = (0..<500).map { _ in RunReport.Outcome(Examples.failed, folder: nil) }
        let report = RunReport(outcomes: outcomes)
        let record = PageExamples.record(syns: 7)
        let page = try Page(report) { _ in PageExtras(record, folder: "a") }.lines().joined(separator: "\n")
        let plain = try JSON.text(report, pretty: false)
        #expect(page.utf8.count < 5_000_000)
        #expect(page.utf8.count - plain.utf8.count < 1_000_000)
    }
}
