import Foundation
import Testing

/// Floods as a user runs them.
@Suite("Floods") struct FloodTests {
    private static let short = """
        summary: A short flood, and a client meanwhile.
        topology: star
        families: ipv4
        alone: yes
        sysctls: { server: { net.ipv4.tcp_syncookies: 1 } }
        without: { action: flood }
        actions:
          - listen: { on: server, as: l, backlog: 16 }
          - accept: { listener: l, as: s, count: all, at-most: 20s, await: no }
          - connect: { on: client, to: server, as: c, every: 20ms, until: 1s, await: no }
          - wait: { for: 200ms }
          - inject: { on: attacker, to: server, packet: syn, count: 20000, sources: 4096, name: flood }
          - wait: { for: 500ms }
        expect:
          - law: { half-open-limit: l }
          - law: { syn-cookies: l }
          - call: { c: returns }

        """

    private func run(_ folder: Folder, asUser: Bool = false, _ more: [String] = []) throws -> Program.Result {
        let file = try folder.write("short-flood.yaml", Data(Self.short.utf8))
        return try Program.run(["run", file, "--output", folder.url.path + "/out"] + more, asUser: asUser)
    }

    /// Packets that each of the machine's interfaces has sent and received.
    private func traffic() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        let root = "/sys/class/net"
        for name in try FileManager.default.contentsOfDirectory(atPath: root) {
            for counter in ["tx_packets", "rx_packets"] {
                let text = try String(contentsOfFile: "\(root)/\(name)/statistics/\(counter)", encoding: .utf8)
                counts["\(name) \(counter)"] = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
            }
        }
        return counts
    }

    @Test("none of a flood's packets is seen on any interface of the machine, and nothing is left behind")
    func inside() throws {
        let folder = try Folder()
        let before = try (HostState.now(), traffic())
        let result = try run(folder)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        for (counter, count) in try traffic() {
            // What others send meanwhile is little beside 20,000 SYNs and as many answers.
            #expect(count - (before.1[counter] ?? 0) < 2000, "\(counter)")
        }
        #expect(HostState.now() == before.0)
        #expect(result.output.contains("flood of l"), "\(result.output)")
    }

    @Test("an ordinary user floods as well", .enabled(if: Program.isRoot, "needs root to become somebody else"))
    func asUser() throws {
        let folder = try Folder()
        let result = try run(folder, asUser: true)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    @Test("without the flood each law fails, and bent by a tenth too")
    func counterRuns() throws {
        for more in [["--must-fail"], ["--must-fail", "--counter-run", "bent-law"]] {
            let result = try run(try Folder(), more)
            #expect(result.status == 0, "\(result.output)\(result.errors)")
        }
    }

    @Test("the JSON report has the flood's figures and the client's calls")
    func json() throws {
        struct Report: Decodable {
            struct Outcome: Decodable { var judgement: Judgement }
            struct Judgement: Decodable { var flood: Flood }
            struct Flood: Decodable {
                var offered: Int
                var arrived: Int
                var peak: Int
                var calls: [Call]
            }
            struct Call: Decodable { var connected: Bool }
            var outcomes: [Outcome]
        }
        let result = try run(try Folder(), ["--format", "json"])
        let flood = try #require(
            try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)).outcomes.first?.judgement.flood)
        #expect(flood.offered == 20_000 && flood.arrived > 17 && flood.peak == 17)
        #expect(flood.calls.count == 51 && flood.calls.allSatisfy(\.connected))
    }
}
