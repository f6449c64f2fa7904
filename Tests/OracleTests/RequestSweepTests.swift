import Model
import Testing

@testable import Oracle

/// The sweeps over a listener's requests, and what the laws say of their edges.
@Suite struct RequestSweepTests {
    private static let synAck = lost(host: "client", [.syn, .ack])
    private static let finalAck = lost(host: "server", .ack)

    private static func lost(host: String, _ flags: TCPFlags, nth: NthRange? = nil) -> Fault {
        Fault(
            name: "lost",
            selector: Selector(flagMask: .deciding, flagValue: flags, payload: .none, nth: nth.map { [$0] }),
            site: FaultSite(host: host, interface: "to-x"))
    }

    private static func facts(_ kernel: String = "6.18.0", programs: Bool = true) -> Facts {
        var facts = ListenerFixture.facts
        facts.kernel = kernel
        facts.sysctls["net.ipv4.tcp_invalid_ratelimit"] = "500"
        facts.sysctls[EstablishedPath.minimumKey] = "200000"
        if programs { facts.features[.socketOperations] = .present }
        return facts
    }

    private static func made(_ faults: [Fault] = [synAck]) -> Plan {
        var plan = ListenerFixture.plan(
            ["syn-ack-retransmission"], faults: faults, [ListenerFixture.listen(4), ListenerFixture.flood(1)])
        // A host that sends what it was not asked for, and answers what comes.
        plan.spoofing = nil
        return plan
    }

    private static func connected(_ faults: [Fault]) -> Plan {
        let gone = Wait(until: .queue(listener: "l", kind: .halfOpen, length: .exactly(0)), atMost: .seconds(9))
        return ListenerFixture.plan(
            ["syn-ack-retransmission"], faults: faults,
            [
                ListenerFixture.listen(4), ListenerFixture.connect("c", 40_000), .wait(gone),
                .send(Send(socket: "c", bytes: 5)), .receive(Receive(socket: "c", bytes: 1, atMost: .seconds(1))),
            ])
    }

    private func points<Sweep: LawSweep>(
        _ sweep: Sweep.Type, _ base: Plan, _ facts: Facts = facts(), longest: Int64 = 1000
    ) throws -> [SweepPoint] {
        let input = SweepInput(bases: [base], facts: facts, drawn: 30, seed: 7, longest: .seconds(longest))
        let points = try Sweep(input).points()
        #expect(Set(points.map(\.plan.instance)).count == points.count)
        #expect(points.allSatisfy { $0.plan.deadline > $0.forecast.longest })
        #expect(points.allSatisfy { $0.parameters.count == Sweep.columns.count })
        return points
    }

    private func says(_ points: [SweepPoint], _ parameters: [Int: String]) -> String? {
        points.first { point in
            point.parameters.indices.allSatisfy { point.parameters[$0] == parameters[$0] ?? "" }
        }?.forecast.predictions[0].expected
    }

    @Test("a made-up SYN: all that is sent again, or up to the RST that answers")
    func made() throws {
        let points = try points(SynAckSweep.self, Self.made())
        #expect(says(points, [0: "7"])?.hasPrefix("8 SYN+ACKs, then the request is forgotten, 247.000–") == true)
        #expect(says(points, [0: "0"])?.hasPrefix("1 SYN+ACK, then the request is forgotten, 1.000–") == true)
        #expect(says(points, [0: "3", 6: "3"])?.hasPrefix("4 SYN+ACKs, then the request is reset, 7.000–") == true)
        #expect(
            says(points, [0: "1", 6: "2"])?.hasPrefix("2 SYN+ACKs, then the request is forgotten, 3.000–") == true,
            "more are lost than are sent")
        #expect(says(points, [0: "3", 2: "1000"])?.contains("15.000–") == true, "no maximum before 6.19")
        let short = try self.points(SynAckSweep.self, Self.made(), longest: 20)
        #expect(short.count > 20 && short.allSatisfy { $0.forecast.longest <= .seconds(20) })
    }

    @Test("since Linux 6.19 the maximum RTO is heeded, but not for the first wait")
    func maximum() throws {
        let points = try points(SynAckSweep.self, Self.made(), Self.facts("6.19.0"))
        #expect(says(points, [0: "3", 2: "1000"])?.contains("forgotten, 4.000–") == true)
        #expect(says(points, [0: "3", 2: "3000", 3: "1000"])?.contains("forgotten, 4.000–") == true)
        #expect(says(points, [0: "3", 2: "1000", 5: "3000"])?.contains("forgotten, 6.000–") == true)
        #expect(says(points, [0: "3", 2: "3500"])?.contains("forgotten, 10.000–") == true)
    }

    @Test("what a kernel cannot be asked for is not tried")
    func older() throws {
        let none = try points(SynAckSweep.self, Self.made(), Self.facts(programs: false))
        #expect(none.allSatisfy { $0.plan.initialRTO == nil })
        let old = try points(SynAckSweep.self, Self.made(), Self.facts("5.15.0"))
        #expect(old.count > 20 && old.allSatisfy { $0.plan.initialRTO == nil })
    }

    @Test("a client that is not heard: its data comes too late, and an ACK that gets through completes all")
    func finalAcks() throws {
        let points = try points(FinalAckSweep.self, Self.connected([Self.finalAck]))
        #expect(points.allSatisfy { !$0.plan.steps.contains { if case .send = $0.action { true } else { false } } })
        #expect(says(points, [0: "2"])?.hasPrefix("3 SYN+ACKs, then the request is forgotten, 7.000–") == true)
        #expect(
            says(points, [0: "5", 6: "2"])?.hasPrefix("3 SYN+ACKs, then the handshake is complete, 3.000–") == true)
        let whole = try ListenerFixture.prediction(Self.connected([Self.finalAck]), facts: Self.facts())
        #expect(whole.expected.hasPrefix("6 SYN+ACKs"), "what is said when the request is gone is nobody's ACK")
        var early = Self.connected([Self.finalAck])
        early.steps.remove(at: 2)
        #expect(throws: OracleError.self) { try ListenerFixture.prediction(early, facts: Self.facts()) }
    }

    @Test("a client that answers too soon after another answer is held back, and the law says nothing")
    func tooSoon() throws {
        var plan = Self.connected([Self.lost(host: "server", .ack, nth: NthRange(first: 1, last: 2))])
        plan.initialRTO = .milliseconds(250)
        #expect(throws: OracleError.self) { try ListenerFixture.prediction(plan, facts: Self.facts()) }
        plan.initialRTO = .milliseconds(300)
        #expect(try ListenerFixture.prediction(plan, facts: Self.facts()).expected.hasPrefix("3 SYN+ACKs"))
    }

    @Test("a client that hears nothing keeps its request for longer than the timer alone would")
    func repeated() throws {
        let plan = ListenerFixture.plan(
            ["syn-ack-retransmission"], faults: [Self.synAck],
            [ListenerFixture.listen(4), ListenerFixture.connect("c", 40_000)])
        let points = try points(RepeatedSynSweep.self, plan)
        #expect(points.count > 20)
        #expect(points.allSatisfy { $0.forecast.longest > .seconds(1) })
        let one = try #require(points.first { $0.parameters == ["1", "1", "", "", "", ""] })
        #expect(one.forecast.longest > .seconds(6), "3 s of the client and 3 s of the timer")
    }

    @Test("the option's seconds are timeouts, whatever tcp_synack_retries says")
    func deferAccept() throws {
        var plan = StreamFixture.plan("defer-accept", [], of: "s")
        guard case .listen(var listen) = plan.steps[0].action else { return }
        listen.options = [SocketOption("TCP_DEFER_ACCEPT", 1)]
        plan.steps[0].action = .listen(listen)
        var other = listen
        other.socket = "m"
        other.address.port = 5001
        plan.steps += [
            Step(.listen(other)),
            Step(
                .connect(
                    Connect(
                        host: "client", socket: "d", to: SocketAddress(Fixture.server, 5001),
                        from: SocketAddress(Fixture.client, 40_001)))),
            Step(.accept(Accept(listener: "m", socket: "t", atMost: .seconds(2)))),
        ]
        plan.expectations.append(Expectation(.law(LawClaim(law: "defer-accept", of: "t"))))
        var facts = StreamFixture.facts()
        facts.sysctls[PlannedListener.synackRetries] = "5"
        let points = try points(DeferAcceptSweep.self, plan, facts)
        #expect(points.allSatisfy { $0.plan.steps.count == 3 && $0.plan.expectations.count == 1 })
        for (seconds, from) in ["1": "1.000", "2": "3.000", "7": "7.000", "8": "15.000", "60": "63.000"] {
            #expect(says(points, [0: seconds])?.contains("returns s \(from)–") == true, "\(seconds) s")
        }
        #expect(says(points, [0: "7", 1: "0"])?.contains("7.000–") == true)
        #expect(
            points.allSatisfy { point in
                point.plan.steps.contains { step in
                    if case .accept(let accept) = step.action { accept.atMost == point.plan.deadline } else { false }
                }
            }, "nothing is given up before the law says so")
    }
}
