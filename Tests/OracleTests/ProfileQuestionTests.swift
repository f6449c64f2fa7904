import Model
import Oracle
import Testing

@Suite struct ProfileQuestionTests {
    static func facts(_ changes: [String: String] = [:], bytes: Bool = true, beyond: Int? = 1) -> Facts {
        var facts = AuditTests.facts(changes)
        facts.objectSizes = bytes ? ["TCP": 2368, "request_sock_TCP": 320, "tw_sock_TCP": 256] : nil
        facts.halfOpenBeyondBacklog = beyond
        return facts
    }

    static let datacenter = [
        "net.ipv4.tcp_syn_retries": "2", "net.ipv4.tcp_synack_retries": "2", "net.core.somaxconn": "16384",
    ]

    private func answers(_ facts: Facts) -> [String] {
        ProfileComparison([.init(name: "x", summary: "", facts: facts, lacks: [])], keys: []).rows.map { row in
            "\(row.question): \(row.figures[0].map(String.init(describing:)) ?? "–")"
        }
    }

    @Test func untuned() {
        #expect(
            answers(Self.facts()) == [
                "connect() to a dead host blocks for: 131.0–136.1 s", "SYNs that it sends: 11",
                "SYN+ACKs for a client that vanished: 6", "its half-open connection is kept for: 63.0–65.9 s",
                "in a queue that is over half full: 7.0–7.3 s", "half-open connections, at most: 4,097, 1.3 MB",
                "the SYN after that: gets a cookie", "connections waiting for accept(): 4,097, 11 MB",
                "the SYN after that: is dropped", "a final ACK that finds it full: is dropped",
                "sending to a dead peer fails after: 928–949 s", "keepalive ends an idle one after: 7,875–8,025 s",
                "a FIN that gets lost is tried for: 104.4–109.4 s",
                "FIN_WAIT_2 if the peer never closes: 60.0–62.0 s", "TIME_WAIT when it has closed: 60.0–62.0 s",
                "connections in TIME_WAIT, at most: 131,072, 33 MB",
            ])
    }

    @Test func tuned() {
        let said = answers(Self.facts(Self.datacenter))
        for words in [
            "blocks for: 7.0–7.2 s", "sends: 6", "vanished: 3", "kept for: 7.0–7.3 s", "at most: 16,385, 5.2 MB",
            "accept(): 16,385, 44 MB",
        ] {
            #expect(said.contains { $0.hasSuffix(words) }, "\(words) in \(said)")
        }
        let strict = answers(Self.facts(["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_abort_on_overflow": "1"]))
        #expect(strict.contains("half-open connections, at most: 1,537, 491 kB"))
        #expect(strict.contains("the SYN after that: is dropped"))
        #expect(strict.contains("a final ACK that finds it full: gets RST"))
    }

    @Test func whatIsNotKnownIsLeftOpen() {
        let plain = answers(Self.facts(bytes: false))
        #expect(plain.contains("half-open connections, at most: 4,097"))
        #expect(!answers(Self.facts(beyond: nil)).contains { $0.hasPrefix("half-open connections") })
        var hidden = Self.facts()
        hidden.sysctls["net.core.somaxconn"] = nil
        let sides = [hidden, Self.facts()].map { ProfileComparison.Side(name: "", summary: "", facts: $0, lacks: []) }
        let rows = ProfileComparison(sides, keys: []).rows
        #expect(rows.first { $0.question.hasPrefix("half-open") }?.figures[0] == nil)
        #expect(rows.first { $0.question.hasPrefix("half-open") }?.figures[1] != nil)
    }
}
