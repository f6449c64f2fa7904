import FoundationEssentials
import Model
import Oracle
import Testing

/// A record made by hand, and what a page has in it.
enum PageExamples {
    private static let ends = (
        client: SocketAddress(IPAddress(bytes: [198, 18, 0, 1]), 40_000),
        server: SocketAddress(IPAddress(bytes: [198, 18, 0, 2]), 5_000)
    )

    /// A SYN that is sent once, or more often a second apart, each lost; the client's socket is in SYN_SENT until it is
    /// gone.
    static func record(syns: Int = 1, kernel: String = Examples.facts.kernel) -> RunRecord {
        func packet(_ at: Int64, _ host: String, _ direction: PacketEvent.Direction, takenBy: String? = nil) -> Event {
            Event(
                at: .milliseconds(at),
                .packet(
                    PacketEvent(
                        host: host, interface: "to", direction: direction,
                        segment: Segment(source: ends.client, destination: ends.server, flags: .syn), takenBy: takenBy,
                        frame: 1)))
        }
        func state(_ at: Int64, _ name: String, unseenSince: Int64?) -> Event {
            Event(
                at: .milliseconds(at),
                .state(
                    StateEvent(
                        host: "client", local: ends.client, remote: ends.server, state: name,
                        unseenSince: unseenSince.map { .milliseconds($0) })))
        }
        var plan = Examples.plan()
        plan.hosts = ["client", "server"].map { Host(name: $0, interfaces: [], sysctls: []) }
        plan.hosts[0].sysctls = [SysctlSetting(key: "net.ipv4.tcp_syn_retries", value: "2")]
        var facts = Examples.facts
        facts.kernel = kernel
        let packets = (0..<Int64(syns)).flatMap { number in
            [
                packet(5 + 1000 * number, "client", .sent),
                packet(5 + 1000 * number, "server", .received, takenBy: "drop"),
            ]
        }
        return RunRecord(
            plan: plan, facts: facts, ending: .completed,
            events: packets + [
                state(6, "SYN_SENT", unseenSince: nil), state(900, StateEvent.gone, unseenSince: 890),
            ],
            taps: [
                TapReport(host: "client", interface: "to", file: "client.pcapng", frames: 1, lost: 0, undecidable: 0)
            ])
    }

    /// What the program of a page reads.
    static func document<Document: Decodable>(_ page: String, as type: Document.Type) throws -> Document {
        let start = try #require(page.firstRange(of: "id=\"document\">")).upperBound
        let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
        return try JSONDecoder().decode(Document.self, from: Data(page[start..<end].utf8))
    }

    /// The extras of a page.
    struct Extras: Decodable {
        struct Ladder: Decodable {
            var hosts: [String]
            var origin: Int
            var rungs: [[Item]]
            var states: [[Item]]
        }
        struct Sysctl: Decodable {
            var key: String
            var usual: String
            var isOwn: Bool
        }
        struct Flood: Decodable {
            var offered: [[Int]]
            var cookies: [[Int]]
        }
        var ladder: Ladder
        var links: [String]
        var sysctls: [Sysctl]
        var flood: Flood?
    }

    enum Item: Decodable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case text(String)
        case number(Int)

        init(stringLiteral value: String) { self = .text(value) }
        init(integerLiteral value: Int) { self = .number(value) }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }
}
