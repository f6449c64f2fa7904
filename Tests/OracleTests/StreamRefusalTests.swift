import Model
import Testing

@testable import Oracle

/// What the laws of a connection's later life do not decide, and what they say about it.
@Suite struct StreamRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var plan: Plan
        var facts = StreamFixture.facts()
        var says: String
        var testDescription: String { name }
    }

    private static func plan(
        _ law: String, _ actions: [Action] = [StreamFixture.close], faults: [Fault] = [StreamFixture.losesFin],
        client: [String: Int] = [:], options: [String: Int] = [:], change: (inout Plan) -> Void = { _ in }
    ) -> Plan {
        var plan = StreamFixture.plan(law, actions, faults: faults, client: client, options: options)
        change(&plan)
        return plan
    }

    private static func edit(_ plan: inout Plan, _ edit: (inout Connect) -> Void) {
        for (index, step) in plan.steps.enumerated() {
            guard case .connect(var connect) = step.action else { continue }
            edit(&connect)
            plan.steps[index].action = .connect(connect)
        }
    }

    private static let receive = Action.receive(Receive(socket: "c", bytes: 1, atMost: .seconds(1)))
    private static let peerSends = Action.send(Send(socket: "s", bytes: 1))

    static let cases: [Case] = [
        Case(
            name: "nothing is lost", plan: plan("retransmission", faults: []),
            says: "everything that it sends is acknowledged"),
        Case(
            name: "several segments",
            plan: plan(
                "retransmission", [.send(Send(socket: "c", bytes: 4000))], faults: [StreamFixture.losesData]),
            says: "4000 bytes are several packets; send 1000 at most"),
        Case(
            name: "more is sent",
            plan: plan(
                "retransmission", [StreamFixture.send, StreamFixture.close], faults: [StreamFixture.losesData]),
            says: "it does more while a packet is not acknowledged"),
        Case(
            name: "the peer speaks", plan: plan("retransmission", [StreamFixture.close, peerSends]),
            says: "its peer does something while a packet is not acknowledged"),
        Case(
            name: "a lost handshake",
            plan: plan("retransmission") { plan in
                plan.faults.append(plan.faults[0])
                plan.faults[1].selector = Selector(flagMask: .deciding, flagValue: .syn)
            }, says: "its handshake is disturbed"),
        Case(
            name: "a port of the kernel's choice", plan: plan("retransmission") { edit(&$0) { $0.from = nil } },
            says: "the kernel chooses its port"),
        Case(
            name: "two connections",
            plan: plan("retransmission") { plan in
                var step = plan.steps[1]
                guard case .connect(var connect) = step.action else { return }
                connect.socket = "d"
                connect.from?.port = 40_001
                step.action = .connect(connect)
                plan.steps.insert(step, at: 2)
            }, says: "there are several connections"),
        Case(
            name: "a fault that is switched",
            plan: plan("retransmission", [StreamFixture.close, .fault(FaultSwitch(fault: "lost", on: false))]),
            says: "fault 'lost' is switched while these packets may be sent"),
        Case(
            name: "a kernel without the sysctl", plan: plan("retransmission"),
            facts: StreamFixture.facts(without: [Retransmission.probeKey]),
            says: "this kernel has no net.ipv4.tcp_early_retrans"),
        Case(
            name: "nobody closes", plan: plan("fin-wait-2", [receive], faults: []),
            says: "it is neither closed nor shut down"),
        Case(
            name: "both close",
            plan: plan("fin-wait-2", [StreamFixture.close, StreamFixture.closePeer], faults: []),
            says: "its peer closes too"),
        Case(
            name: "data for a closed socket", plan: plan("fin-wait-2", [StreamFixture.close, peerSends], faults: []),
            says: "what comes for a closed socket is answered with RST"),
        Case(name: "a FIN that never arrives", plan: plan("fin-wait-2"), says: "its FIN is never acknowledged"),
        Case(
            name: "negative TCP_LINGER2", plan: plan("fin-wait-2", faults: [], options: ["TCP_LINGER2": -1]),
            says: "with a negative TCP_LINGER2 there is no FIN_WAIT2"),
        Case(
            name: "TCP_LINGER2 before 5.8", plan: plan("fin-wait-2", faults: [], options: ["TCP_LINGER2": 90]),
            facts: {
                var facts = StreamFixture.facts()
                facts.kernel = "5.4.0"
                return facts
            }(), says: "before Linux 5.8 a TCP_LINGER2 above tcp_fin_timeout may be ignored"),
        Case(
            name: "one end is not closed", plan: plan("time-wait", faults: []), says: "TIME_WAIT needs both ends"),
        Case(
            name: "the wrong end",
            plan: plan("time-wait", [StreamFixture.closePeer, StreamFixture.close], faults: []),
            says: "the end that is closed first is in TIME_WAIT; name 's'"),
        Case(
            name: "no buckets",
            plan: plan(
                "time-wait", [StreamFixture.close, StreamFixture.closePeer], faults: [],
                client: [TimeWaitBuckets.limitKey: 0]),
            says: "tcp_max_tw_buckets is 0"),
        Case(
            name: "without the option", plan: plan("keepalive", [], faults: [StreamFixture.silence]),
            says: "it has no SO_KEEPALIVE"),
        Case(
            name: "not idle",
            plan: plan(
                "keepalive", [StreamFixture.send], faults: [StreamFixture.silence], options: ["SO_KEEPALIVE": 1]),
            says: "the connection is not idle"),
        Case(
            name: "answered probes", plan: plan("keepalive", [], faults: [], options: ["SO_KEEPALIVE": 1]),
            says: "its probes are answered"),
        Case(
            name: "an interval of nothing",
            plan: plan(
                "keepalive", [StreamFixture.silent], faults: [StreamFixture.silence],
                client: [Keepalive.intervalKey: 0], options: ["SO_KEEPALIVE": 1]),
            says: "with a time or an interval of 0 every tick is a probe"),
    ]

    @Test(arguments: cases) func isRefusedWithItsWords(_ bad: Case) throws {
        do throws(OracleError) {
            let forecast = try Oracle.forecast(bad.plan, facts: bad.facts)
            Issue.record("\(forecast.predictions[0].expected)")
        } catch {
            #expect(error.message.contains(bad.says), "\(error.message)")
        }
    }

    @Test("both ends may be named, by what connects and by what is accepted")
    func ends() throws {
        let server = Fault(
            name: "lost", selector: Selector(source: Fixture.server, flagMask: .fin, flagValue: .fin),
            site: FaultSite(host: "client", interface: "to-server"))
        let plan = StreamFixture.plan(
            "retransmission", [StreamFixture.closePeer], faults: [server],
            server: [Retransmission.orphanKey: 3], of: "s")
        let expected = try Oracle.forecast(plan, facts: StreamFixture.facts()).predictions[0].expected
        #expect(expected.hasPrefix("FIN is sent 6 times, then s is gone, "))
    }
}
