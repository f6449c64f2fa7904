import Model
import Oracle
import Testing

/// Floods of which the kernel's rules alone do not say how they end: the laws refuse, with the reason.
@Suite struct FloodRefusalTests {
    private typealias Fixture = ListenerFixture

    private func refuses(
        _ words: String, sysctls: [String: String] = [:], faults: [Fault] = [], _ steps: [Action]
    ) {
        let plan = Fixture.plan(["half-open-limit"], sysctls: sysctls, faults: faults, [Fixture.listen(4)] + steps)
        #expect {
            try Fixture.prediction(plan)
        } throws: { error in "\(error)".contains(words) }
    }

    private func set(_ key: String, _ value: String) -> Action {
        .set(SysctlWrite(host: "server", key: key, value: value))
    }

    private func flood(_ count: Int, _ change: (inout Inject) -> Void) -> Action {
        guard case .inject(var inject) = Fixture.flood(count) else { return Fixture.flood(count) }
        change(&inject)
        return .inject(inject)
    }

    @Test("what is changed after SYNs have come")
    func changes() {
        refuses("changed", [Fixture.flood(9), set("net.ipv4.tcp_syncookies", "0"), Fixture.flood(9)])
        refuses("changed", [Fixture.flood(9), set("net.ipv4.tcp_synack_retries", "1")])
        refuses("changed", [Fixture.flood(9), .listenAgain(ListenAgain(socket: "l", backlog: 9))])
        #expect(throws: Never.self) {
            try Fixture.prediction(
                Fixture.plan(
                    ["half-open-limit"],
                    [Fixture.listen(4), set("net.ipv4.tcp_synack_retries", "1"), Fixture.flood(9)]))
        }
    }

    @Test("requests that die between two floods, in short waits or in a slow flood")
    func lives() {
        refuses("given up already", [Fixture.flood(2)] + (0..<10).map { _ in Fixture.wait(700) } + [Fixture.flood(9)])
        refuses("takes longer", [flood(900) { $0.rate = 100 }])
        #expect(throws: Never.self) {
            try Fixture.prediction(
                Fixture.plan(
                    ["half-open-limit"], [Fixture.listen(4), Fixture.flood(2), Fixture.wait(3000), Fixture.flood(9)]))
        }
    }

    @Test("sources that are owned, or used twice; other ports and kinds")
    func sources() {
        refuses("owns the source", [flood(9) { $0.from = IPAddress("198.18.1.1")! }])
        refuses("sources", [Fixture.flood(9), flood(9) { $0.sources = 3 }])
        refuses("another port", [Fixture.flood(9), flood(9) { $0.to.port = 80 }])
        refuses("other packets", [flood(9) { $0.packet = .ack }])
    }

    @Test("clients that fill the accept queue, whose packets are lost, or who answer late")
    func clients() {
        refuses("accept queue", [Fixture.connect("c", 40_000, count: 5), Fixture.flood(9)])
        refuses(
            "takes packets of a handshake", faults: [Fixture.heldAck(40_000)],
            [Fixture.connect("c", 40_000), Fixture.flood(9)])
        refuses("uses a port again", [Fixture.connect("c", 40_000), Fixture.connect("d", 40_000), Fixture.flood(9)])
        guard case .connect(var late) = Fixture.connect("c", 40_000) else { return }
        late.options = [SocketOption("TCP_QUICKACK", 0)]
        refuses("delays its final ACK", [.connect(late), Fixture.flood(9)])
        refuses("no_metrics_save", sysctls: ["net.ipv4.tcp_no_metrics_save": "0"], [Fixture.flood(9)])
    }
}
