import FoundationEssentials
import Model
import Oracle
import Reporting
import Testing

@Suite("A page")
struct PageTests {
    private static func record() -> RunRecord {
        let ends = (
            SocketAddress(IPAddress(bytes: [198, 18, 0, 1]), 40_000),
            SocketAddress(IPAddress(bytes: [198, 18, 0, 2]), 5_000)
        )
        func packet(_ at: Int64, _ host: String, _ direction: PacketEvent.Direction, takenBy: String? = nil) -> Event {
            Event(
                at: .milliseconds(at),
                .packet(
                    PacketEvent(
                        host: host, interface: "to", direction: direction,
                        segment: Segment(source: ends.0, destination: ends.1, flags: .syn), takenBy: takenBy, frame: 1))
            )
        }
        var plan = Examples.plan()
        plan.hosts = ["client", "server"].map { Host(name: $0, interfaces: [], sysctls: []) }
        plan.hosts[0].sysctls = [SysctlSetting(key: "net.ipv4.tcp_syn_retries", value: "2")]
        return RunRecord(
            plan: plan, facts: Examples.facts, ending: .completed,
            events: [packet(5, "client", .sent), packet(5, "server", .received, takenBy: "drop")],
            taps: [
                TapReport(
                    host: "client", interface: "to", file: "client.pcapng", frames: 1, lost: 0, undecidable: 0)
            ])
    }

    private struct Document: Decodable {
        struct Ladder: Decodable {
            var hosts: [String]
            var origin: Int
            var rungs: [[Item]]
        }
        enum Item: Decodable, Equatable {
            case text(String)
            case number(Int)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Int.self) {
                    self = .number(number)
                } else {
                    self = .text(try container.decode(String.self))
                }
            }
        }
        var standings: [[String?]]
        var ladders: [Ladder?]
        var links: [[String]]
        var sysctls: [[Sysctl]]
        struct Sysctl: Decodable {
            var key: String
            var usual: String
            var isOwn: Bool
        }
    }

    private static func document(_ page: String) throws -> Document {
        let start = try #require(page.firstRange(of: "id=\"document\">")).upperBound
        let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
        return try JSONDecoder().decode(Document.self, from: Data(page[start..<end].utf8))
    }

    @Test("holds the report, and a ladder where there is a record")
    func whole() throws {
        let report = RunReport(
            outcomes: [Examples.failed, Examples.skipped].map { RunReport.Outcome($0, folder: "a/\($0.instance)") })
        let lines = try Page(report) { outcome in
            outcome.judgement.verdict == .skip ? nil : PageExtras(Self.record(), folder: "../a#2")
        }.lines()
        let document = try Self.document(lines.joined(separator: "\n"))
        #expect(document.standings == [["fail", Examples.failed.reason], ["skip", Examples.skipped.reason]])
        let ladder = try #require(document.ladders[0])
        #expect(document.ladders[1] == nil)
        #expect(ladder.hosts == ["client", "server"] && ladder.origin == 5_000_000)
        #expect(ladder.rungs == [[.text("SYN"), .number(0), .number(1), .number(0), .text("lost"), .text("")]])
        #expect(document.links == [["./../a%232/record.json", "./../a%232/client.pcapng"], []])
        #expect(document.sysctls[0].map(\.key) == ["net.ipv4.tcp_syn_retries"])
        #expect(document.sysctls[0].map(\.usual) == ["6"] && document.sysctls[0].allSatisfy(\.isOwn))
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
        let page = try Page(RunReport(outcomes: [])).lines().joined(separator: "\n")
        #expect(!page.contains("src=") && !page.contains("@import") && !page.contains("url("))
        #expect(page.matches(of: #/https?:\/\/[^"]*/#).map(\.output).allSatisfy { $0 == "http://www.w3.org/2000/svg" })
    }
}
