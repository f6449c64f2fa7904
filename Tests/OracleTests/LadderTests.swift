import Model
import Testing

@testable import Oracle

/// Ladders as values: what is on them, of forecasts and of records.
@Suite struct LadderTests {
    /// `client>server SYN 2 ✗`, `client: connect()`.
    private func words(_ ladder: Ladder) -> [String] {
        ladder.rungs.map { rung in
            let mark = (rung.fate == .lost ? " ✗" : "") + (rung.certain ? "" : " perhaps")
            let what = rung.what + (rung.remark.map { " (\($0))" } ?? "")
            guard let to = rung.to else { return "\(rung.host ?? "–"): \(what)\(mark)" }
            return "\(rung.host ?? "–")>\(to) \(what)\(mark)"
        }
    }

    private func predicted(_ plan: Plan) -> Ladder { .predicted(for: plan, facts: Fixture.facts) }

    @Test("of a silent server: the call, its SYNs, its end")
    func silence() {
        let ladder = predicted(Fixture.plan(retries: 1, nth: nil))
        #expect(ladder.hosts == ["client", "server"])
        #expect(
            words(ladder) == [
                "server: listen(16)", "client: connect()", "client>server SYN ✗", "client>server SYN 2 ✗",
                "client>server SYN 3 ✗", "client: connect() fails with ETIMEDOUT",
            ])
        #expect(ladder.rungs.last?.window?.from == .seconds(3))
    }

    @Test("of a SYN that gets through: the answer, and the final ACK")
    func connected() {
        let ladder = predicted(Fixture.plan(retries: 6, nth: [NthRange(first: 1, last: 1)]))
        #expect(
            words(ladder).dropFirst(2) == [
                "client>server SYN ✗", "client>server SYN 2", "server>client SYN+ACK", "client: connect() returns",
                "client>server ACK",
            ])
    }

    @Test("of a lost SYN+ACK: what may happen is told apart from what must")
    func lostAnswer() {
        var plan = Fixture.plan(retries: 6, nth: nil)
        plan.faults[0].selector = Selector(
            source: Fixture.server, flagMask: .deciding, flagValue: [.syn, .ack], nth: [NthRange(first: 1, last: 1)])
        #expect(
            words(predicted(plan)).dropFirst(2) == [
                "client>server SYN", "server>client SYN+ACK ✗", "client>server SYN 2 perhaps",
                "server>client SYN+ACK 2", "client: connect() returns", "client>server ACK",
            ])
    }

    @Test("of an address that nobody has: a line for nobody")
    func nobody() {
        var plan = Fixture.plan(retries: 1, nth: nil)
        plan.hosts.removeLast()
        plan.steps.removeFirst()
        #expect(predicted(plan).hosts == ["client", "nobody"])
    }

    @Test("of a walk: what the listener does with each packet")
    func walk() {
        typealias Listener = ListenerFixture
        let receive = Action.receive(Receive(socket: "held", bytes: nil, atMost: .seconds(5)))
        let plan = Listener.plan(
            ["accept-queue-overflow"],
            sysctls: ["net.ipv4.tcp_abort_on_overflow": "1", "net.ipv4.tcp_syncookies": "0"],
            faults: [Listener.heldAck(40_001)],
            [
                Listener.listen(1), Listener.connect("first", 40_000), Listener.connect("held", 40_001),
                Listener.connect("last", 40_002), receive,
            ])
        let ladder = Ladder.predicted(for: plan, facts: Listener.facts)
        #expect(
            words(ladder).filter { !$0.contains("connect()") }.dropFirst(7) == [
                "client>server SYN", "server>client SYN+ACK", "client>server ACK", "client: receive()",
                "server>client SYN+ACK 2", "client>server ACK", "server>client RST",
                "client: receive() fails with ECONNRESET",
            ])
        #expect(ladder.connections == ["first", "held", "last"])
    }

    @Test("of a flood: one line, and what the listener makes of it")
    func flood() {
        typealias Listener = ListenerFixture
        let plan = Listener.plan(
            ["half-open-limit"], sysctls: ["net.ipv4.tcp_syncookies": "0"],
            [Listener.listen(4), Listener.flood(300), Listener.wait(500)])
        let told = words(.predicted(for: plan, facts: Listener.facts))
        #expect(
            told == [
                "server: listen(4)", "attacker>server 300 made-up SYNs (from 256 addresses)",
                "server>attacker 5 SYN+ACKs", "server: 295 SYNs dropped",
            ])
    }

    @Test("of a record: each packet once, lost ones as the receiver's tap saw them, and both ends of the call")
    func record() {
        let record = Fixture.connected(lost: 1, syns: [0, 1.01]).record
        let ladder = Ladder(record)
        #expect(
            words(ladder) == [
                "client: connect()", "client>server SYN ✗", "client>server SYN 2", "client: connect() returns",
            ])
        #expect(ladder.rungs.first?.window?.from == .zero)
    }

    @Test("a packet that no tap saw arrive is lost")
    func vanished() {
        var record = Fixture.connected(lost: 1, syns: [0, 1.01]).record
        record.events.removeAll { event in
            if case .packet(let packet) = event.what { packet.host == "server" } else { false }
        }
        #expect(words(Ladder(record)).filter { $0.hasSuffix("✗") }.count == 2)
    }

    @Test("connections that go as the one before them are one line")
    func folded() {
        let rungs = (1...5).flatMap { number -> [Rung] in
            let at = Nanoseconds.milliseconds(Int64(number) * 100)
            let (window, name) = (Interval(at, at), "c#\(number)")
            var syn = Rung("SYN", from: "client", to: "server", window, of: name)
            if number == 5 { syn.fate = .lost }
            return [
                Rung("connect()", at: "client", window, of: name), syn,
                Rung("connect() returns", at: "client", window, of: name),
            ]
        }
        let brief = Ladder(hosts: ["client", "server"], rungs: rungs).brief
        #expect(
            words(brief) == [
                "client: connect()", "client>server SYN", "client: connect() returns",
                "–: the same 3 times more: c#2 … c#4", "client: connect()", "client>server SYN ✗",
                "client: connect() returns",
            ])
    }

    @Test("of a long run the middle is left out, and counted")
    func shortened() {
        let rungs = (0..<200).map { number in
            Rung(
                "SYN \(number)", from: "client", to: "server",
                Interval(.seconds(Int64(number)), .seconds(Int64(number))))
        }
        let brief = Ladder(hosts: ["client", "server"], rungs: rungs).brief
        #expect(brief.rungs.count <= Ladder.mostRungs)
        let left = 200 - brief.rungs.count(where: \.isPacket)
        #expect(brief.rungs.contains { $0.what == "left out: \(left) packets and 0 other lines" })
        #expect(brief.rungs.last?.what == "SYN 199")
    }

    @Test("of three hosts the one that both others are linked with is in the middle")
    func middle() {
        var plan = Fixture.plan(retries: 1, nth: nil)
        plan.hosts.insert(Host(name: "attacker", interfaces: []), at: 1)
        func link(_ a: String, _ b: String) -> Link {
            Link(Attachment(host: a, interface: "x"), Attachment(host: b, interface: "y"))
        }
        plan.links = [link("client", "server"), link("attacker", "server")]
        let rungs = ["client", "attacker", "server"].map { Rung("x", at: $0, nil) }
        #expect(Ladder(rungs, of: plan).hosts == ["client", "server", "attacker"])
    }
}
