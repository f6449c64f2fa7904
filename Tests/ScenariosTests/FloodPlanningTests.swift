import Model
import Testing

@testable import Scenarios

/// What queues and floods come to in a plan, on both families.
@Suite struct FloodPlanningTests {
    private func instances(
        _ text: String, _ options: PlanningOptions = PlanningOptions(), facts: Facts = Fixture.facts()
    ) throws -> [PlannedInstance] {
        try Planner(baseline: Fixture.baseline, facts: facts).plan(try Fixture.scenario(text), options)
    }

    private func plan(_ text: String, _ family: Family = .ipv4, counterRun: CounterRun? = nil) throws -> Plan {
        let options = PlanningOptions(families: [family], counterRun: counterRun)
        return try #require(try instances(text, options).first?.plan)
    }

    private static let everything = Fixture.star(
        head: "sysctls: { server: { net.ipv4.tcp_syncookies: 0 } }\nwithout: { action: cause }",
        actions: """
            - connect: { on: client, to: server, as: early, count: 3, source-port: ephemeral }
              - accept: { listener: l, as: s, count: all, at-most: 9s, await: no }
              - inject: { on: attacker, to: server, packet: syn, count: 5000, rate: 1000/s, sources: 256, await: no, name: cause }
              - wait: { queue: { of: l, kind: half-open, is: 4.. }, at-most: 5s }
              - listen: { again: l, backlog: 8 }
              - set: { on: server, net.ipv4.tcp_syncookies: 2, net.ipv4.tcp_max_syn_backlog: 64 }
              - connect: { on: client, to: server, as: c, every: 50ms, until: 1s, await: no }
              - connect: { on: client, to: server, as: late, options: { TCP_SYNCNT: 1 } }
              - wait: { call: c, at-most: 10s }
              - send: { socket: c#2, bytes: 1KiB }
              - receive: { socket: s#1, bytes: 24B, at-most: 2s }
              - receive: { socket: late, bytes: eof, at-most: 3s, await: no }
              - wait: { state: { of: late, is: ESTABLISHED }, at-most: 1s }
            """,
        expect: """
            - queue: { of: l, kind: half-open, peak: 4..5 }
              - queue: { of: l, kind: accept, now: 0 }
              - call: { c: returns }
              - call: { c#2: fails, in: send, errno: EPIPE }
              - counters: { server: { TcpExt.SyncookiesSent: 1.. } }
            """)

    @Test(arguments: Family.allCases) func everyActionIsLowered(_ family: Family) throws {
        let plan = try plan(Self.everything, family)
        #expect(plan.spoofing?.host == "attacker")
        #expect(plan.spoofing?.prefix.description == (family == .ipv4 ? "198.19.0.0/16" : "fd7c:fa17:1::/48"))
        #expect(plan.spoofing?.sampling == 256)
        let any = family == .ipv4 ? "0.0.0.0:5000" : "[::]:5000"
        guard case .listen(let listen) = plan.steps[0].action else { return #expect(Bool(false)) }
        #expect(listen.address.description == any, "the server has two links")
        let rest = plan.steps.dropFirst().map(\.action)
        #expect(
            rest.contains(.accept(Accept(listener: "l", socket: "s", count: nil, atMost: .seconds(9)))))
        #expect(rest.contains(.listenAgain(ListenAgain(socket: "l", backlog: 8))))
        #expect(
            rest.contains(
                .wait(
                    Wait(until: .queue(listener: "l", kind: .halfOpen, length: CountRange(4, nil)), atMost: .seconds(5))
                ))
        )
        #expect(rest.contains(.wait(Wait(until: .state(socket: "late", state: "ESTABLISHED"), atMost: .seconds(1)))))
        #expect(rest.contains(.send(Send(socket: "c#2", bytes: 1024))))
        #expect(rest.contains(.receive(Receive(socket: "s#1", bytes: 24, atMost: .seconds(2)))))
        #expect(rest.contains(.receive(Receive(socket: "late", bytes: nil, atMost: .seconds(3)))))
        #expect(
            plan.expectations.map(\.claim).prefix(4) == [
                .queue(QueueClaim(listener: "l", kind: .halfOpen, moment: .peak, length: CountRange(4, 5))),
                .queue(QueueClaim(listener: "l", kind: .accept, moment: .now, length: .exactly(0))),
                .call(CallClaim(socket: "c", outcome: .returns)),
                .call(CallClaim(socket: "c#2", call: "send", outcome: .fails(errno: "EPIPE"))),
            ])
        #expect(plan.steps.filter { !$0.awaited }.map(\.origin?.line) == [8, 9, 13, 18])
    }

    @Test(arguments: Family.allCases) func aFloodKnowsItsWay(_ family: Family) throws {
        let plan = try plan(Self.everything, family)
        let flood = try #require(plan.injects.first)
        #expect((flood.host, flood.interface, flood.mac.description) == ("attacker", "to-server", "02:00:00:00:01:02"))
        #expect(flood.to.description == (family == .ipv4 ? "198.18.1.2:5000" : "[fd7c:fa17:0:1::2]:5000"))
        #expect(flood.from.description == (family == .ipv4 ? "198.19.0.1" : "fd7c:fa17:1::1"))
        #expect((flood.packet, flood.count, flood.rate, flood.sources) == (.syn, 5000, 1000, 256))
        #expect(flood.atMost == .seconds(15), "twice five seconds, and five more")
        let prefix = try #require(plan.spoofing)
        for index in [0, 255, 256, 4999] { #expect(prefix.isMadeUp(flood.source(index).address)) }
        #expect(
            plan.host("server")?.routes.contains { $0.destination == prefix.prefix } == true
                && plan.host("client")?.routes.isEmpty == true)
    }

    @Test func theWidestFloodStaysWithinItsPrefix() throws {
        let action =
            "- inject: { on: attacker, to: server, packet: syn, sources: \(Vocabulary.mostSources), name: cause }"
        for family in Family.allCases {
            let plan = try plan(Fixture.star(actions: action), family)
            let flood = try #require(plan.injects.first)
            #expect(plan.spoofing?.isMadeUp(flood.source(flood.sources - 1).address) == true)
            #expect(flood.source(flood.sources).address == flood.from)
        }
    }

    @Test func withoutSourcesTheHostsOwnAddressIsOne() throws {
        let text = Fixture.star(
            actions: "- inject: { on: client, to: server, packet: ack, port: 7, count: 9, at-most: 3s, name: cause }")
        let plan = try plan(text)
        let stray = try #require(plan.injects.first)
        #expect((stray.from.description, stray.sources, stray.rate) == ("198.18.0.1", 1, nil))
        #expect((stray.to.description, stray.atMost) == ("198.18.0.2:7", .seconds(3)))
        #expect(plan.spoofing?.sampling == 1)
        let plain = try self.plan(text.replacing(", at-most: 3s", with: ""))
        #expect(plain.injects.first?.atMost == .seconds(30))
    }

    @Test func fewMadeUpSegmentsAreAllKept() throws {
        func sampling(_ first: Int, _ second: Int) throws -> Int? {
            try plan(
                Fixture.star(
                    actions: """
                        - inject: { on: attacker, to: server, packet: syn, count: \(first), sources: 9, name: cause }
                          - inject: { on: attacker, to: server, packet: syn, count: \(second), sources: 9 }
                          - inject: { on: client, to: server, packet: syn, count: 50000 }
                        """)
            ).spoofing?.sampling
        }
        #expect(try sampling(1000, 1000) == 1)
        #expect(try sampling(1000, 1001) == 256)
        #expect(
            try plan(Fixture.star(actions: "- connect: { on: client, to: server, as: c, name: cause }")).spoofing != nil
        )
        #expect(
            try plan(Fixture.star(actions: "- close: { socket: l, name: cause }").replacing("star", with: "pair"))
                .spoofing == nil)
    }

    @Test func aSeriesHasConsecutivePorts() throws {
        let connects = try plan(Self.everything).connects
        #expect(connects.map(\.socket) == ["early", "c", "late"])
        #expect(connects.map { $0.from?.port } == [nil, 40_003, 40_024], "each has room for its calls")
        #expect(connects.map(\.series?.count) == [3, 21, nil])
        #expect(connects[1].series == Connect.Series(count: 21, every: .milliseconds(50), until: .seconds(1)))
        #expect(connects[1].calls.last?.from?.port == 40_023)
        func series(_ words: String) throws -> Connect? {
            try plan(Fixture.star(actions: "- connect: { on: client, to: server, as: c, \(words), name: cause }"))
                .connects
                .first
        }
        #expect(try series("count: 1")?.series == nil)
        #expect(try series("count: 1, every: 1s")?.calls.map(\.socket) == ["c#1"])
        #expect(try series("count: 9, until: 1s")?.series == Connect.Series(count: 9, until: .seconds(1)))
        #expect(try series("count: 536, source-port: 65000")?.calls.last?.from?.port == 65_535)
    }

    @Test func oneCallOfASeriesHasItsPackets() throws {
        let text = """
            summary: A test.
            topology: star
            faults:
              - drop: { connection: c#3, from: client, packet: syn }
            actions:
              - listen: { on: server, as: l }
              - connect: { on: client, to: server, as: c, count: 3 }
            expect:
              - packets: { connection: c#2, to: server, packet: syn, count: 1 }
            """
        let selector = try #require(try plan(text).faults.first?.selector)
        #expect((selector.sourcePort, selector.destinationPort) == (40_002, 5000))
        guard case .packets(let claim) = try plan(text).expectations[0].claim else { return }
        #expect(claim.selector.sourcePort == 40_001)
        let errors = #expect(throws: InputErrors.self) {
            try plan(text.replacing("connection: c#3", with: "connection: c"))
        }
        #expect(errors?.description.contains("test.yaml:4:25: 'c' is a series of connections") == true)
    }

    @Test func whatIsWrittenInMidRunIsReadBack() throws {
        let plan = try plan(Self.everything)
        let writes = plan.steps.compactMap { if case .set(let write) = $0.action { write } else { nil } }
        #expect(
            writes == [
                SysctlWrite(host: "server", key: "net.ipv4.tcp_syncookies", value: "2"),
                SysctlWrite(host: "server", key: "net.ipv4.tcp_max_syn_backlog", value: "64"),
            ])
        let settings = try #require(plan.host("server")).sysctls.suffix(2)
        #expect(settings.map(\.key) == ["net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog"])
        #expect(settings.map(\.value) == ["0", nil], "the one is set before the run, the other is left as it is")
        #expect(settings.allSatisfy { !$0.optional })
        #expect(plan.host("client")?.sysctls.contains { $0.key == "net.ipv4.tcp_max_syn_backlog" } == false)
    }

    @Test func aSysctlInMidRunIsCheckedLikeAnyOther() throws {
        func complaint(_ words: String, facts: Facts = Fixture.facts()) throws -> String {
            let text = Fixture.star(actions: "- set: { on: server, \(words), name: cause }")
            let errors = #expect(throws: InputErrors.self) { try instances(text, facts: facts) }
            return errors?.description ?? ""
        }
        #expect(
            try complaint("net.ipv4.tcp_syncokies: 1").contains(
                "test.yaml:6:24: there is no sysctl 'net.ipv4.tcp_syncokies'"))
        #expect(try complaint("net.ipv4.tcp_mem: 1").contains("one for the whole machine"))
        let old = Fixture.facts(without: ["net.ipv4.tcp_rto_max_ms"])
        let text = Fixture.star(actions: "- set: { on: server, net.ipv4.tcp_rto_max_ms: 1000, name: cause }")
        #expect(try instances(text, facts: old).first?.skipReason?.contains("it came with Linux 6.15") == true)
    }

    @Test func theCauseMayBeAFloodOrAWrite() throws {
        let flood = try plan(Self.everything, counterRun: .withoutCause)
        #expect(flood.withheld == Withheld(steps: [3]))
        let whole = try plan(Self.everything)
        #expect((flood.steps, flood.expectations, flood.spoofing) == (whole.steps, whole.expectations, whole.spoofing))
        #expect(flood.deadline == whole.deadline)
        let text = Fixture.star(
            actions: """
                - set: { on: server, net.ipv4.tcp_syncookies: 2, net.ipv4.tcp_max_syn_backlog: 64, name: cause }
                  - connect: { on: client, to: server, as: c }
                """)
        let write = try plan(text, counterRun: .withoutCause)
        #expect(write.withheld == Withheld(steps: [1, 2]), "a step for each key")
        #expect(write.expectations == (try plan(text)).expectations)
    }

    @Test func theDeadlineLeavesTimeForAllOfIt() throws {
        func deadline(_ action: String) throws -> Nanoseconds {
            try plan(Fixture.star(head: "without: { action: x }", actions: "\(action)\n  - wait: { for: 1s, name: x }"))
                .deadline
        }
        let least = try deadline("- listen: { again: l, backlog: 9 }")
        #expect(least == .milliseconds(7200))
        let longer: [(String, Int64)] = [
            ("- accept: { listener: l, as: s, count: all, at-most: 100s }", 110),
            ("- inject: { on: attacker, to: server, packet: syn, at-most: 200s }", 220),
            ("- inject: { on: attacker, to: server, packet: syn, sources: 9, count: 1000, rate: 10/s }", 335),
            ("- wait: { queue: { of: l, kind: accept, is: 1 }, at-most: 100s }", 110),
        ]
        for (action, seconds) in longer {
            let time = try deadline(action)
            #expect(time - least >= .seconds(seconds), "\(action)")
            #expect(time - least <= .seconds(seconds + 1), "\(action)")
        }
        let one = try deadline("- connect: { on: client, to: server, as: c }")
        let series = try deadline("- connect: { on: client, to: server, as: c, count: 21, every: 10s }")
        #expect(series - one >= .seconds(200))
        let reading = "\n  - receive: { socket: c, bytes: 1B, at-most: 50s }"
        #expect(try deadline("- connect: { on: client, to: server, as: c }\(reading)") - one == .seconds(55))
    }

    @Test func aLawThatMustKnowTheKernelIsASkipWhereItCannot() throws {
        let text = Fixture.star(
            actions: "- inject: { on: attacker, to: server, packet: syn, count: 9, sources: 9, name: cause }",
            expect: "- law: { half-open-limit: l }")
        var facts = Fixture.facts()
        facts.halfOpenBeyondBacklog = nil
        for instance in try instances(text, facts: facts) {
            #expect(
                instance.skipReason == "how many half-open connections a listener holds could not be tried out here")
        }
    }

    @Test func whatIsKeptInPartIsNotCounted() throws {
        let text = """
            summary: A test.
            topology: star
            faults:
              - drop: { from: server, to: client, packet: syn-ack }
            actions:
              - listen: { on: server, as: l }
              - connect: { on: client, to: server, as: c }
              - inject: { on: attacker, to: server, packet: syn, count: 2001, sources: 9 }
            expect:
              - packets: { from: client, packet: syn, count: 1.. }
            """
        #expect(try plan(text).faults.count == 1)
        for words in ["from: server, packet: syn-ack", "to: server, packet: syn"] {
            let bad = text.replacing("from: server, to: client, packet: syn-ack", with: words)
            let errors = #expect(throws: InputErrors.self) { try plan(bad) }
            let said = errors?.description ?? ""
            #expect(said.contains("test.yaml:4:11: these may be made-up segments"), "\(said)")
            #expect(try plan(bad.replacing("count: 2001", with: "count: 2000")).faults.count == 2)
        }
        // The attacker's own address, which nothing here has.
        let own = text.replacing("from: client, packet", with: "from: attacker, packet")
        let errors = #expect(throws: InputErrors.self) { try plan(own) }
        let said = errors?.description ?? ""
        #expect(said.contains("test.yaml:10:22: 'from: attacker' means that host's own address"), "\(said)")
        #expect(try plan(own.replacing(", sources: 9", with: "")).expectations.count == 1)
        #expect(
            try plan(own.replacing("on: client, to: server, as: c", with: "on: attacker, to: server, as: c"))
                .expectations.count == 1)
    }
}

extension Plan {
    fileprivate var injects: [Inject] {
        steps.compactMap { if case .inject(let inject) = $0.action { inject } else { nil } }
    }

    fileprivate var connects: [Connect] {
        steps.compactMap { if case .connect(let connect) = $0.action { connect } else { nil } }
    }
}
