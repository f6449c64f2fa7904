import Model
import Oracle
import Testing

/// `accept-queue-overflow` before a run: what a plan comes to, and what it leaves open.
@Suite struct ListenWalkTests {
    private typealias Fixture = ListenerFixture
    private static let law = ["accept-queue-overflow"]

    private func expected(
        _ sysctls: [String: String] = [:], faults: [Fault] = [], _ steps: [Action]
    ) throws -> String {
        try Fixture.prediction(Fixture.plan(Self.law, sysctls: sysctls, faults: faults, steps)).expected
    }

    @Test("backlog and one fit; the next connect() is not answered, at each of its SYNs")
    func drop() throws {
        let steps = [Fixture.listen(1), Fixture.connect("c", 40_000, count: 2), Fixture.connect("d", 40_002)]
        #expect(
            try expected([:], steps) == "2 in the accept queue at the most; d: no SYN is answered; ListenOverflows +3")
        #expect(
            try expected(["net.ipv4.tcp_abort_on_overflow": "1"], steps)
                == "2 in the accept queue at the most; d: no SYN is answered; ListenOverflows +3")
    }

    private var held: [Action] {
        [
            Fixture.listen(1), Fixture.connect("first", 40_000), Fixture.connect("held", 40_001),
            Fixture.connect("last", 40_002),
        ]
    }

    @Test("a held ACK finds no room when the SYN+ACK is sent again: RST")
    func reset() throws {
        let receive = Action.receive(Receive(socket: "held", bytes: nil, atMost: .seconds(5)))
        let words = try expected(
            ["net.ipv4.tcp_abort_on_overflow": "1", "net.ipv4.tcp_syncookies": "0"], faults: [Fixture.heldAck(40_001)],
            held + [receive])
        #expect(
            words
                == "2 in the accept queue at the most; held: connect() returns, and an RST comes later; ListenOverflows +1"
        )
    }

    @Test("with room again it completes, without it is forgotten")
    func recovers() throws {
        let accept = Action.accept(Accept(listener: "l", socket: "s", count: 2, atMost: .seconds(1)))
        let late = Action.accept(Accept(listener: "l", socket: "late", atMost: .seconds(5)))
        let zero = ["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_synack_retries": "1"]
        #expect(
            try expected(
                ["net.ipv4.tcp_syncookies": "0"], faults: [Fixture.heldAck(40_001)],
                held + [Fixture.wait(1500), accept, late])
                == "2 in the accept queue at the most; ListenOverflows +1")
        let send = Action.send(Send(socket: "held", bytes: 10))
        #expect(
            try expected(zero, faults: [Fixture.heldAck(40_001)], held + [Fixture.wait(4000), send])
                == "2 in the accept queue at the most; held: connect() returns, and an RST comes later; ListenOverflows +1"
        )
    }

    @Test("a raised somaxconn counts when listen() is called again")
    func again() throws {
        let set = Action.set(SysctlWrite(host: "server", key: "net.core.somaxconn", value: "64"))
        let steps: [Step] = [
            Step(Fixture.listen(1024)), Step(Fixture.connect("c", 40_000, count: 5)), Step(set),
            Step(Fixture.connect("d", 40_005), awaited: false), Step(Fixture.wait(500)),
            Step(.listenAgain(ListenAgain(socket: "l", backlog: 1024))),
            Step(.wait(Wait(until: .call(socket: "d"), atMost: .seconds(5)))),
        ]
        let plan = Fixture.plan(Self.law, sysctls: ["net.core.somaxconn": "4"], steps: steps)
        #expect(try Fixture.prediction(plan).expected == "6 in the accept queue at the most; ListenOverflows +1")
        #expect(
            try Fixture.prediction(plan).rule.hasPrefix(
                "one more than the backlog 4 (listen(1024) cut to net.core.somaxconn), later 64 (listen(1024) cut"))
        var without = plan
        without.steps.remove(at: 5)
        #expect(
            try Fixture.prediction(without).expected
                == "5 in the accept queue at the most; d: no SYN is answered; ListenOverflows +3")
    }

    @Test("a call that comes so late that a timer was first proves nothing", arguments: [(0.1, false), (1.5, true)])
    func lateCall(_ time: Double, _ isTooLate: Bool) {
        func at(_ seconds: Double) -> Nanoseconds { Nanoseconds(Int64(seconds * 1e9)) }
        let plan = Fixture.plan(Self.law, faults: [Fixture.heldAck(40_001)], held + [Fixture.wait(1500)])
        var events: [Event] = []
        for (index, step) in plan.steps.enumerated() {
            let began = index == plan.steps.count - 1 ? time + 0.01 : 0.01 * Double(index)
            events.append(Event(at: at(began), .step(StepEvent(index: index, began: true))))
            guard case .connect(let connect) = step.action else { continue }
            let call = at(connect.socket == "last" ? time : began)
            events.append(
                Event(
                    at: call,
                    .call(
                        CallEvent(
                            socket: connect.socket, host: "client", call: "connect", ended: call, local: connect.from,
                            remote: connect.to))))
        }
        events.append(Event(at: at(max(1.7, time + 0.7)), .step(StepEvent(index: plan.steps.count - 1, began: false))))
        let tap = TapReport(
            host: "server", interface: "to-x", file: "server.pcapng", frames: 1, lost: 0, undecidable: 0)
        let record = RunRecord(plan: plan, facts: Fixture.facts, ending: .completed, events: events, taps: [tap])
        let finding = Judge.judge(record).findings[0]
        #expect((finding.isTooLate == true) == isTooLate, "\(finding.seen)")
    }

    @Test("what depends on the moment is refused, with its reason")
    func refusals() {
        func refuses(_ faults: [Fault] = [], _ steps: [Step], _ words: String) {
            #expect { try Fixture.prediction(Fixture.plan(Self.law, faults: faults, steps: steps)) } throws: { error in
                let text = "\(error)"
                return text.contains(words)
            }
        }
        let open = Step(Fixture.listen(1))
        refuses([Fixture.heldAck(40_001)], (held + [Fixture.wait(1010)]).map { Step($0) }, "moment of a step")
        refuses([Fixture.heldAck(40_001)], (held + [Fixture.wait(800)]).map { Step($0) }, "before the run ends")
        refuses([], [open, Step(.close(Close(socket: "l")))], "closed")
        refuses(
            [], [open, Step(.accept(Accept(listener: "l", socket: "s", count: nil, atMost: .seconds(1))))],
            "accepted while others come")
        refuses([], [open, Step(.accept(Accept(listener: "l", socket: "s", atMost: .seconds(1))))], "than has come")
        var overlapping = Connect(
            host: "client", socket: "c", to: Fixture.server, from: SocketAddress(Fixture.client, 40_000))
        overlapping.series = Connect.Series(count: 3, every: .milliseconds(1))
        refuses([], [open, Step(.connect(overlapping))], "overlap")
    }

    @Test("a connect() that finds the queue full all along is predicted by syn-retransmission too")
    func synRetransmission() throws {
        var plan = Fixture.plan(
            [], [Fixture.listen(1), Fixture.connect("c", 40_000, count: 2), Fixture.connect("d", 40_002)])
        plan.expectations = [Expectation(.law(LawClaim(law: "syn-retransmission", of: "d")))]
        #expect(try Fixture.prediction(plan).expected.hasPrefix("3 SYNs, then connect() fails with ETIMEDOUT"))
        plan.expectations = [Expectation(.law(LawClaim(law: "syn-retransmission", of: "c#2")))]
        #expect(try Fixture.prediction(plan).expected == "1 SYN, then connect() returns at once")
        plan.expectations = [Expectation(.law(LawClaim(law: "syn-retransmission", of: "c")))]
        #expect(throws: OracleError.self) { try Fixture.prediction(plan) }
    }

    @Test("where the kernel's test at equality was not tried out, it is a lack, not an error of the plan")
    func unprobed() {
        var facts = Fixture.facts
        facts.halfOpenBeyondBacklog = nil
        #expect {
            try Fixture.prediction(Fixture.plan(Self.law, [Fixture.listen(1)]), facts: facts)
        } throws: { ($0 as? OracleError)?.isLack == true }
    }
}
