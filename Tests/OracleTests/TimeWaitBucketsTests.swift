import Model
import Testing

@testable import Oracle

@Suite struct TimeWaitBucketsTests {
    private static func wait(_ milliseconds: Int64) -> Action {
        .wait(Wait(until: .duration(.milliseconds(milliseconds)), atMost: .milliseconds(milliseconds)))
    }

    private static func plan(
        limit: Int, count: Int = 6, after: [Action] = [wait(300), StreamFixture.closePeer, wait(300)],
        first: String = "c", client: [String: Int] = [:]
    ) -> Plan {
        var plan = StreamFixture.plan(
            "time-wait-buckets", [.close(Close(socket: first))] + after,
            client: client.merging([TimeWaitBuckets.limitKey: limit]) { $1 }, of: first)
        if case .connect(var connect) = plan.steps[1].action {
            connect.series = Connect.Series(count: count)
            plan.steps[1].action = .connect(connect)
        }
        plan.steps[2].action = .accept(Accept(listener: "l", socket: "s", count: count, atMost: .seconds(2)))
        return plan
    }

    private static func prediction(_ plan: Plan) throws(OracleError) -> Prediction {
        try Oracle.forecast(plan, facts: StreamFixture.facts()).predictions[0]
    }

    @Test(
        "as many as the limit are kept, and the peers of the others get RST",
        arguments: [
            (3, "3 of 6 connections that client closes are kept", "3 vanish at once; 3 FINs are answered with RST"),
            (0, "0 of 6 connections that client closes are kept", "6 vanish at once; 6 FINs are answered with RST"),
            (5, "5 of 6 connections that client closes are kept", "1 vanishes at once; 1 FIN is answered with RST"),
            (6, "6 of 6 connections that client closes are kept", "0 vanish at once; 0 FINs are answered with RST"),
        ])
    func limits(limit: Int, kept: String, gone: String) throws {
        let words = try Self.prediction(Self.plan(limit: limit)).expected
        #expect(words.hasPrefix(kept) && words.hasSuffix(gone), "\(words)")
    }

    @Test("the side that closes first is the one that counts, and peers that stay send no FIN")
    func sides() throws {
        let other = Self.plan(limit: 3, after: [Self.wait(300), StreamFixture.close, Self.wait(300)], first: "s")
        #expect(try Self.prediction(other).expected.hasPrefix("6 of 6 connections that server closes are kept"))
        let stays = Self.plan(limit: 3, after: [Self.wait(300)])
        #expect(try Self.prediction(stays).expected.hasSuffix("3 vanish at once; 0 FINs are answered with RST"))
        var wrong = Self.plan(limit: 3)
        wrong.expectations = [Expectation(.law(LawClaim(law: "time-wait-buckets", of: "s")))]
        #expect(throws: OracleError.self) { try Self.prediction(wrong) }
    }

    @Test("where something else than the limit decides the law says nothing")
    func refusals() {
        let refused: [(String, Plan)] = [
            ("closes too close", Self.plan(limit: 3, after: [Self.wait(100), StreamFixture.closePeer])),
            ("data", Self.plan(limit: 3, after: [StreamFixture.send])),
            ("FIN_WAIT2 is over", Self.plan(limit: 3, after: [Self.wait(2000)], client: [FinWait2.timeoutKey: 2])),
            ("no minisock at first", Self.plan(limit: 3, client: [FinWait2.timeoutKey: 61])),
            ("a negative limit", Self.plan(limit: -1)),
            (
                "the peer aborts",
                Self.plan(limit: 3, after: [Self.wait(300), .close(Close(socket: "s", abort: true))])
            ),
        ]
        for (what, plan) in refused { #expect(throws: OracleError.self, "\(what)") { try Self.prediction(plan) } }
        var lossy = Self.plan(limit: 3)
        lossy.faults = [StreamFixture.losesFin]
        #expect(throws: OracleError.self) { try Self.prediction(lossy) }
        var counted = Self.plan(limit: 3)
        counted.steps[2].action = .accept(Accept(listener: "l", socket: "s", count: 5, atMost: .seconds(2)))
        #expect(throws: OracleError.self) { try Self.prediction(counted) }
    }

    @Test("counters, RSTs and states of a record must all fit")
    func judging() throws {
        func verdict(
            overflow: Int64 = 1, kept: Int64 = 2, resets: Int = 1, left: Int = 2, end: Double = 1,
            timer: String = "time-wait"
        ) throws -> Verdict {
            let plan = Self.plan(limit: 2, count: 3)
            func at(_ seconds: Double) -> Nanoseconds { Nanoseconds(Int64(seconds * 1e9)) }
            func address(_ port: UInt16) -> SocketAddress { SocketAddress(Fixture.client, 40_000 + port) }
            var events = [Event(at: at(0.1), .step(StepEvent(index: 3, began: true)))]
            for _ in 0..<resets {
                let segment = Segment(source: address(2), destination: StreamFixture.server, flags: .rst)
                events.append(
                    Event(
                        at: at(0.45),
                        .packet(
                            PacketEvent(
                                host: "client", interface: "to-server", direction: .sent, segment: segment, frame: 1))))
            }
            let sockets = (0..<UInt16(left)).map { port in
                SocketState(
                    local: address(port), remote: StreamFixture.server, state: "FIN_WAIT2", timer: timer,
                    expires: .seconds(9), retransmits: 0, receiveQueue: 0, sendQueue: 0)
            }
            events.append(Event(at: at(end), .sockets(SocketSample(host: "client", sockets: sockets))))
            let record = RunRecord(
                plan: plan, facts: StreamFixture.facts(), ending: .completed, events: events.sorted { $0.at < $1.at },
                counters: [
                    "client": [
                        "TcpExt.TCPTimeWaitOverflow": overflow, "TcpExt.TW": kept - 1, "TcpExt.TWKilled": 1,
                    ]
                ],
                taps: ["client", "server"].map {
                    TapReport(host: $0, interface: "to-x", file: "\($0).pcapng", frames: 1, lost: 0, undecidable: 0)
                })
            let claim = LawClaim(law: "time-wait-buckets", of: "c")
            return try LawBook.forecast(claim, plan: plan, facts: record.facts, origin: nil)
                .finding(in: Evidence(record)).verdict
        }
        #expect(try verdict() == .pass)
        #expect(try verdict(overflow: 0) == .fail)
        #expect(try verdict(kept: 3) == .fail)
        #expect(try verdict(resets: 0) == .fail)
        #expect(try verdict(left: 3) == .fail)
        #expect(try verdict(end: 70) == .inconclusive, "the first may have left TIME_WAIT meanwhile")
        #expect(try verdict(overflow: 0, kept: 3, timer: "keepalive") == .inconclusive, "one has no minisock yet")
    }

    @Test("every combination is decided before it runs")
    func sweep() throws {
        let input = SweepInput(
            bases: [Self.plan(limit: 3)], facts: StreamFixture.facts(), drawn: 200, seed: 7, longest: .seconds(20))
        let points = try TimeWaitBucketsSweep(input).points()
        #expect(points.count > 100 && Set(points.map(\.plan.instance)).count == points.count)
        let server = try #require(points.first { $0.parameters == ["5", "7", "server", "close", "60"] })
        #expect(server.forecast.predictions[0].expected.hasPrefix("5 of 7 connections that server closes are kept"))
        let stay = try #require(points.first { $0.parameters == ["5", "7", "client", "stay", "60"] })
        #expect(stay.forecast.predictions[0].expected.hasSuffix("2 vanish at once; 0 FINs are answered with RST"))
    }
}
