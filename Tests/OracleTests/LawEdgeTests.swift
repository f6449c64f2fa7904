import Model
import Testing

@testable import Oracle

/// Where the kernel's rules stop being what a law says: it refuses, and says why.
@Suite struct LawEdgeTests {
    private static func wait(_ milliseconds: Int64) -> Step { Step(ListenerFixture.wait(milliseconds)) }

    private func refuses(
        _ words: String, _ plan: Plan, facts: Facts = StreamFixture.facts(),
        at location: Testing.SourceLocation = #_sourceLocation
    ) {
        do throws(OracleError) {
            let forecast = try Oracle.forecast(plan, facts: facts)
            Issue.record("\(forecast.predictions[0].expected)", sourceLocation: location)
        } catch {
            #expect(error.message.contains(words), "\(error.message)", sourceLocation: location)
        }
    }

    /// A second connection of the client, to another port of the server.
    private static func other(_ finish: [Action]) -> [Step] {
        var to = StreamFixture.server
        to.port = 5001
        let actions: [Action] = [
            .listen(Listen(host: "server", socket: "m", address: to, backlog: 16)),
            .connect(Connect(host: "client", socket: "d", to: to, from: SocketAddress(Fixture.client, 40_001))),
            .accept(Accept(listener: "m", socket: "t", atMost: .seconds(2))),
        ]
        return (actions + finish).map { Step($0) }
    }

    @Test("without room for a minisock there is no FIN_WAIT2 of a closed socket, and no TIME_WAIT")
    func buckets() throws {
        func plan(_ law: String, _ actions: [Action], limit: Int, before: [Step] = []) -> Plan {
            var plan = StreamFixture.plan(law, actions, client: [TimeWaitBuckets.limitKey: limit])
            plan.steps.insert(contentsOf: before, at: 3)
            return plan
        }
        let (close, both) = ([StreamFixture.close], [StreamFixture.close, StreamFixture.closePeer])
        for (law, actions) in [("fin-wait-2", close), ("time-wait", both)] {
            refuses("tcp_max_tw_buckets is 0", plan(law, actions, limit: 0))
            let others = Self.other([.close(Close(socket: "d"))])
            refuses("1 other connection of 'client'", plan(law, actions, limit: 1, before: others))
            _ = try Oracle.forecast(plan(law, actions, limit: 2, before: others), facts: StreamFixture.facts())
            let open = Self.other([])
            _ = try Oracle.forecast(plan(law, actions, limit: 1, before: open), facts: StreamFixture.facts())
            let aborted = Self.other([.close(Close(socket: "d", abort: true))])
            _ = try Oracle.forecast(plan(law, actions, limit: 1, before: aborted), facts: StreamFixture.facts())
            var lowered = plan(law, actions, limit: 8)
            lowered.steps.insert(
                Step(.set(SysctlWrite(host: "client", key: TimeWaitBuckets.limitKey, value: "0"))), at: 3)
            refuses("tcp_max_tw_buckets is 0", lowered)
        }
        // A socket that a program holds needs no minisock.
        _ = try Oracle.forecast(plan("fin-wait-2", [StreamFixture.shutdown], limit: 0), facts: StreamFixture.facts())
        refuses("the kernel takes 0 to", plan("fin-wait-2", close, limit: -1))
    }

    @Test("a request's retries beyond what the kernel can shift by")
    func retries() throws {
        func plan(_ law: String, _ retries: Int) -> Plan {
            ListenerFixture.plan(
                [law], sysctls: [PlannedListener.synackRetries: "\(retries)"],
                [ListenerFixture.listen(4), ListenerFixture.flood(1), ListenerFixture.wait(500)])
        }
        var facts = ListenerFixture.facts
        facts.sysctls[SynAckRetransmission.rateKey] = "500"
        for law in ["syn-ack-retransmission", "half-open-limit"] {
            _ = try Oracle.forecast(plan(law, 62), facts: facts)
            refuses("after 62 timeouts the next wait overflows", plan(law, 63), facts: facts)
            refuses("7 bits never gets to 128 (num_timeout)", plan(law, 128), facts: facts)
        }
        facts.tick = .milliseconds(1)
        refuses("choose 60 at most", plan("half-open-limit", 61), facts: facts)
    }

    @Test("a TCP_DEFER_ACCEPT that is never over")
    func deferred() throws {
        func plan(_ seconds: Int, sends: Bool = false) -> Plan {
            var plan = StreamFixture.plan("defer-accept", [], of: "s")
            guard case .listen(var listen) = plan.steps[0].action else { return plan }
            listen.options = [SocketOption("TCP_DEFER_ACCEPT", seconds)]
            plan.steps[0].action = .listen(listen)
            if sends { plan.steps.insert(Step(StreamFixture.send), at: 2) }
            return plan
        }
        _ = try Oracle.forecast(plan(127 + 56 * 120), facts: StreamFixture.facts())
        refuses("its 64 timeouts are more than the kernel can compute waits for", plan(127 + 57 * 120))
        refuses("its 128 timeouts are never reached", plan(127 + 121 * 120))
        _ = try Oracle.forecast(plan(127 + 121 * 120, sends: true), facts: StreamFixture.facts())
    }

    @Test("a probe of a connection that the listener has forgotten brings its RST")
    func probes() throws {
        func plan(idle: Int?, keepalive: Int = 1) -> Plan {
            var options = [SocketOption("SO_KEEPALIVE", keepalive)]
            if let idle { options.append(SocketOption("TCP_KEEPIDLE", idle)) }
            let held = Connect(
                host: "client", socket: "held", to: ListenerFixture.server,
                from: SocketAddress(ListenerFixture.client, 40_001), options: options)
            return ListenerFixture.plan(
                ["accept-queue-overflow"],
                sysctls: ["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_synack_retries": "1"],
                faults: [ListenerFixture.heldAck(40_001)],
                [
                    ListenerFixture.listen(1), ListenerFixture.connect("first", 40_000), .connect(held),
                    ListenerFixture.connect("last", 40_002), ListenerFixture.wait(4000),
                ])
        }
        var facts = ListenerFixture.facts
        facts.sysctls[Keepalive.timeKey] = "7200"
        refuses("'held' has SO_KEEPALIVE, and its first probe may go out", plan(idle: 3), facts: facts)
        _ = try Oracle.forecast(plan(idle: 20), facts: facts)
        _ = try Oracle.forecast(plan(idle: nil), facts: facts)
        _ = try Oracle.forecast(plan(idle: 3, keepalive: 0), facts: facts)
        facts.sysctls[Keepalive.timeKey] = "2"
        refuses("'held' has SO_KEEPALIVE", plan(idle: nil), facts: facts)
    }

    @Test("answers that begin to be lost when the first probe has been answered")
    func lateSilence() throws {
        func plan(_ milliseconds: Int64) -> Plan {
            StreamFixture.plan(
                "keepalive", [ListenerFixture.wait(milliseconds), StreamFixture.silent],
                faults: [StreamFixture.silence], options: ["SO_KEEPALIVE": 1, "TCP_KEEPIDLE": 2])
        }
        refuses("it has been idle for 2.000 s when they begin to be lost", plan(2000))
        _ = try Oracle.forecast(plan(1500), facts: StreamFixture.facts())
        // What is switched later and takes neither probes nor answers changes nothing.
        var later = plan(500)
        later.faults.append(StreamFixture.losesFin)
        later.faults[1].name = "fins"
        later.steps += [Self.wait(4000), Step(.fault(FaultSwitch(fault: "fins", on: false)))]
        _ = try Oracle.forecast(later, facts: StreamFixture.facts())
    }

    @Test("a disturbed handshake names its fault, and the law for it")
    func disturbed() {
        var plan = StreamFixture.plan("retransmission", [StreamFixture.close], faults: [StreamFixture.losesFin])
        plan.faults.append(StreamFixture.losesFin)
        plan.faults[1].name = "blackout"
        plan.faults[1].selector = Selector(source: Fixture.server, flagMask: .deciding, flagValue: [.syn, .ack])
        refuses(
            "its handshake is disturbed: fault 'blackout' takes its SYN+ACK; for a disturbed handshake use "
                + "syn-retransmission", plan)
    }
}
