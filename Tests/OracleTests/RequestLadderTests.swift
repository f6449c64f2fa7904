import Model
import Testing

@testable import Oracle

/// Ladders of laws about a listener's requests, and about ports.
@Suite struct RequestLadderTests {
    private func words(_ plan: Plan, _ change: (inout Facts) -> Void = { _ in }) -> [String] {
        var facts = ListenerFixture.facts
        facts.sysctls[SynAckRetransmission.rateKey] = "500"
        change(&facts)
        return Ladder.predicted(for: plan, facts: facts).rungs.map { rung in
            let mark = rung.fate == .lost ? " ✗" : ""
            let what = rung.what + (rung.remark.map { " (\($0))" } ?? "")
            return "\(rung.host ?? "–")" + (rung.to.map { ">\($0)" } ?? ":") + " \(what)\(mark)"
        }
    }

    private func lost(_ flags: TCPFlags, at host: String, first: Int? = nil) -> Fault {
        Fault(
            name: "lost",
            selector: Selector(
                flagMask: .deciding, flagValue: flags, payload: .none,
                nth: first.map { [NthRange(first: 1, last: $0)] }),
            site: FaultSite(host: host, interface: "to-x"))
    }

    private func plan(_ fault: Fault, _ actions: [Action]) -> Plan {
        ListenerFixture.plan(
            ["syn-ack-retransmission"], sysctls: ["net.ipv4.tcp_synack_retries": "1"], faults: [fault],
            [ListenerFixture.listen(4)] + actions)
    }

    @Test("a made-up SYN: each SYN+ACK, lost, and the end")
    func made() {
        var plan = plan(lost([.syn, .ack], at: "client"), [ListenerFixture.flood(1), ListenerFixture.wait(500)])
        plan.spoofing = nil
        let lines = words(plan)
        #expect(
            lines.dropFirst(2) == [
                "server>nobody SYN+ACK ✗", "server>nobody SYN+ACK 2 ✗", "server: the request is forgotten",
            ])
        plan.faults = [lost([.syn, .ack], at: "client", first: 1)]
        #expect(
            words(plan).suffix(3) == [
                "server>nobody SYN+ACK 2", "nobody>server RST", "server: the request is reset",
            ])
    }

    @Test("a client that is not heard: its ACKs, and what its program does later")
    func finalAck() {
        let gone = Wait(until: .queue(listener: "l", kind: .halfOpen, length: .exactly(0)), atMost: .seconds(9))
        let actions: [Action] = [
            ListenerFixture.connect("c", 40_000), .wait(gone), .send(Send(socket: "c", bytes: 5)),
        ]
        let opening = [
            "server: listen(4)", "client: connect()", "client>server SYN", "server>client SYN+ACK",
            "client: connect() returns", "client>server ACK ✗", "server>client SYN+ACK 2",
        ]
        let all = plan(lost(.ack, at: "server"), actions)
        let end = ["client>server ACK ✗", "server: the request is forgotten", "client: send(5 B)"]
        #expect(words(all) == opening + end)
        let times = Ladder.predicted(for: all, facts: facts).rungs.compactMap { $0.window?.from.milliseconds }
        #expect(times.suffix(3) == [1000, 1000, 3000])
        let one = plan(lost(.ack, at: "server", first: 1), actions)
        #expect(
            words(one) == opening + ["client>server ACK", "server: the handshake is complete", "client: send(5 B)"])
    }

    private var facts: Facts {
        var facts = ListenerFixture.facts
        facts.sysctls[SynAckRetransmission.rateKey] = "500"
        return facts
    }

    @Test("a listener that waits for data: the ACK that it drops, and the SYN+ACK that brings the next")
    func deferred() {
        var plan = StreamFixture.plan("defer-accept", [], of: "s")
        guard case .listen(var listen) = plan.steps[0].action else { return }
        listen.options = [SocketOption("TCP_DEFER_ACCEPT", 3)]
        plan.steps[0].action = .listen(listen)
        #expect(
            words(plan).suffix(5) == [
                "client>server ACK (dropped, no data)", "server: accept()", "server>client SYN+ACK 2",
                "client>server ACK", "server: accept() returns s",
            ])
        let last = Ladder.predicted(for: plan, facts: facts).rungs.last
        #expect(last?.window?.from == .seconds(3))
    }

    @Test("a port that is found, taken over, or not there")
    func ports() {
        func lines(reuse: String, ports: Int) -> [String] {
            var plan = StreamFixture.plan("ephemeral-ports", [], of: "d")
            guard case .connect(var connect) = plan.steps[1].action else { return [] }
            connect.from = nil
            plan.steps[1].action = .connect(connect)
            connect.socket = "d"
            plan.steps += [StreamFixture.close, StreamFixture.closePeer, ListenerFixture.wait(1500), .connect(connect)]
                .map { Step($0) }
            plan.hosts[0].sysctls = [SysctlSetting(key: EphemeralPorts.reuseKey, value: reuse)]
            return words(plan) { facts in
                facts.sysctls[EphemeralPorts.rangeKey] = "40000 \(40_000 + ports - 1)"
                facts.sysctls[EphemeralPorts.reuseKey] = "2"
                facts.sysctls[EphemeralPorts.delayKey] = "1000"
            }
        }
        #expect(
            lines(reuse: "0", ports: 1).suffix(2) == [
                "client: connect()", "client: connect() fails with EADDRNOTAVAIL",
            ])
        #expect(
            lines(reuse: "1", ports: 1).suffix(4) == [
                "client>server SYN (its port was in TIME_WAIT)", "server>client SYN+ACK", "client: connect() returns",
                "client>server ACK",
            ])
        #expect(lines(reuse: "0", ports: 2).suffix(4).first == "client>server SYN")
    }
}
