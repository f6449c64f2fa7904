import Model
import Testing

@testable import Scenarios

/// Packets that no socket sends but that belong to a connection: `replay`, and `inject` with `sequence-of`.
@Suite struct PacketPlanningTests {
    private static let connected = """
        - listen: { on: server, as: l }
          - connect: { on: client, to: server, as: c }
        """

    private static func text(_ action: String, sysctls: String = "", expect: String = any) -> String {
        Fixture.text(head: sysctls, actions: "\(connected)\n  \(action)", expect: expect)
    }

    private static let any = "- packets: { from: client, packet: syn, count: 1.. }"

    private func step(_ action: String, _ family: Family = .ipv4) throws -> Action {
        let options = PlanningOptions(families: [family])
        let instances = try Fixture.planner.plan(try Fixture.scenario(Self.text(action)), options)
        return try #require(instances.first?.plan).steps[2].action
    }

    @Test(arguments: [("syn", "client"), ("syn-ack", "server")])
    func whoSentItIsPlainForSome(_ packet: String, _ host: String) throws {
        guard case .replay(let replay) = try step("- replay: { connection: c, packet: \(packet) }") else { return }
        #expect(replay.host == host && replay.nth == 1 && replay.connection == "c")
    }

    @Test(arguments: Family.allCases) func aReplayIsOfOneConnectionAndOneWay(_ family: Family) throws {
        guard
            case .replay(let replay) = try step(
                "- replay: { connection: c, from: server, packet: fin, nth: 3 }", family)
        else { throw CancellationError() }
        #expect(replay.host == "server" && replay.interface == "to-client" && replay.nth == 3)
        let (from, to) = try #require(replay.ends)
        let ends = family == .ipv4 ? ["198.18.0.2", "198.18.0.1"] : ["fd7c:fa17::2", "fd7c:fa17::1"]
        #expect([from.address, to.address].map(\.description) == ends)
        #expect(from.port == 5000 && to.port == 40000)
        let fin = Segment(source: from, destination: to, flags: [.fin, .ack])
        #expect(replay.selector.matches(fin))
        #expect(!replay.selector.matches(Segment(source: to, destination: from, flags: [.fin, .ack])))
    }

    @Test(arguments: Family.allCases) func aSegmentThatFitsHasTheEndsOfItsConnection(_ family: Family) throws {
        let action = try step(
            "- inject: { on: server, to: client, packet: rst, sequence-of: c, timestamp: 7 }", family)
        guard case .inject(let inject) = action else { throw CancellationError() }
        #expect(inject.source(5) == SocketAddress(inject.from, 5000) && inject.to.port == 40000)
        #expect(inject.from.description == (family == .ipv4 ? "198.18.0.2" : "fd7c:fa17::2"))
        #expect(inject.timestamp == 7 && inject.sequenceOf == "c")
        guard case .inject(let plain) = try step("- inject: { on: client, to: server, packet: syn }") else { return }
        #expect(plain.timestamp == nil && plain.sequenceOf == nil && plain.port == nil)
    }

    /// A `^` marks the place.
    static let bad = [
        ("- replay: ^{ connection: c, packet: fin }", "both ends may have sent such a packet: say from"),
        ("- replay: { connection: c, from: ^server, packet: syn }", "client is the one that sends it"),
        ("- replay: { connection: ^l, packet: syn }", "'l' is not a connection that a host opens"),
        ("- replay: { connection: ^d, packet: syn }", "there is no socket 'd'"),
        ("- replay: { connection: c, packet: syn, nth: ^0 }", "'nth' must be from 1 to"),
        ("- replay: { connection: c, packet: syn, await: ^no }", "'replay' has no 'await'"),
        (
            "- inject: { on: client, to: server, packet: rst, sequence-of: c, port: ^7 }",
            "'port' has no place beside 'sequence-of'"
        ),
        (
            "- inject: { on: client, to: server, packet: rst, sequence-of: c, sources: ^2 }",
            "'sources' has no place beside 'sequence-of'"
        ),
        (
            "- connect: { on: client, to: server, as: d, source-port: ephemeral }"
                + "\n  - inject: { on: client, to: server, packet: rst, sequence-of: ^d }",
            "the kernel chooses the port of 'd'"
        ),
        (
            "- inject: { on: client, to: server, packet: syn, timestamp: ^4294967296 }",
            "'timestamp' must be from 0 to 4294967295"
        ),
    ]

    @Test(arguments: bad) func isToldWithItsPlace(_ action: String, _ words: String) throws {
        let marked = Self.text(action)
        let errors = #expect(throws: InputErrors.self) {
            try Fixture.scenario(marked.replacing("^", with: "")).checkPlannable()
        }
        let said = errors?.description ?? ""
        let before = marked.prefix { $0 != "^" }.split(separator: "\n", omittingEmptySubsequences: false)
        let place = errors?.errors[0].location.map { [$0.line, $0.column] }
        #expect(place == [before.count, (before.last?.count ?? 0) + 1], "\(said)")
        for part in words.split(separator: ": ") { #expect(said.contains(part), "\(said)") }
    }

    @Test func anEndOfAnotherHostDoesNotFit() throws {
        let text = Fixture.star(
            head: "without: { action: cause }",
            actions: "- connect: { on: client, to: server, as: c }\n"
                + "  - inject: { on: attacker, to: server, packet: rst, sequence-of: c, name: cause }")
        let errors = #expect(throws: InputErrors.self) { try Fixture.scenario(text).checkPlannable() }
        let said = errors?.description ?? ""
        #expect(said.contains("test.yaml:7:67: 'c' is not between attacker and server"), "\(said)")
    }

    /// What answers a late packet may end TIME_WAIT.
    @Test func timeWaitIsPredictedWhereNoRstCanEndIt() throws {
        let actions = """
            - accept: { listener: l, as: s, at-most: 1s }
              - close: { socket: c }
              - close: { socket: s }
              - replay: { connection: c, from: server, packet: fin }
            """
        func complaint(_ sysctls: String, _ law: String, _ actions: String) throws -> String {
            let text = Fixture.text(
                head: "without: { action: x }\n\(sysctls)",
                faults: "- drop: { from: client, packet: syn, starts: off }",
                actions: "\(Self.connected)\n  \(actions)\n  - wait: { for: 1s, name: x }",
                expect: "- law: { \(law): c }")
            do {
                _ = try Fixture.planner.plan(try Fixture.scenario(text), PlanningOptions(families: [.ipv4]))
                return ""
            } catch let error as InputErrors { return error.description }
        }
        let strict = "sysctls: { client: { net.ipv4.tcp_rfc1337: 1 } }"
        #expect(try complaint(strict, "time-wait", actions) == "")
        #expect(try complaint("", "time-wait", actions).contains("an RST ends TIME_WAIT at once; set tcp_rfc1337 to 1"))
        let quiet = actions.replacing(
            "- replay: { connection: c, from: server, packet: fin }", with: "- wait: { for: 1s }")
        #expect(try complaint("", "time-wait", quiet) == "")
        #expect(try complaint(strict, "fin-wait-2", actions).contains("packets of it are made up or replayed"))
    }
}
