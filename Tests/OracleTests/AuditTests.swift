import Model
import Testing

@testable import Oracle

@Suite struct AuditTests {
    /// Linux 6.18 on a machine that nobody tuned.
    static let defaults = [
        "net.core.somaxconn": "4096", "net.ipv4.ip_local_port_range": "32768 60999",
        "net.ipv4.ip_local_reserved_ports": "", "net.ipv4.tcp_abort_on_overflow": "0",
        "net.ipv4.tcp_fin_timeout": "60", "net.ipv4.tcp_keepalive_intvl": "75", "net.ipv4.tcp_keepalive_probes": "9",
        "net.ipv4.tcp_keepalive_time": "7200", "net.ipv4.tcp_max_syn_backlog": "2048",
        "net.ipv4.tcp_max_tw_buckets": "131072", "net.ipv4.tcp_orphan_retries": "0", "net.ipv4.tcp_retries2": "15",
        "net.ipv4.tcp_rto_max_ms": "120000", "net.ipv4.tcp_syn_linear_timeouts": "4",
        "net.ipv4.tcp_syn_retries": "6", "net.ipv4.tcp_synack_retries": "5", "net.ipv4.tcp_syncookies": "1",
        "net.ipv4.tcp_early_retrans": "3", "net.ipv4.tcp_sack": "1", "net.ipv4.tcp_rto_min_us": "200000",
        "net.ipv4.tcp_timestamps": "1", "net.ipv4.tcp_tw_reuse": "2", "net.ipv4.tcp_tw_reuse_delay": "1000",
    ]

    static func facts(
        _ changes: [String: String] = [:], without: [String] = [], kernel: String = "6.18.0"
    ) -> Facts {
        var sysctls = defaults.merging(changes) { $1 }
        for key in without { sysctls[key] = nil }
        return Facts(
            kernel: kernel, machine: "", tick: .milliseconds(4), processors: 1, sysctls: sysctls, features: [:],
            privilege: .userNamespace, descriptors: 0)
    }

    private static func finding(_ question: AuditQuestion, _ facts: Facts) -> AuditFinding? {
        Audit(facts).findings.first { $0.question == question }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var question: AuditQuestion
        var sysctls: [String: String] = [:]
        var kernel = "6.18.0"
        /// `nil`: there is no such finding.
        var rating: AuditRating?
        var says = ""

        init(
            _ question: AuditQuestion, _ sysctls: [String: String] = [:], kernel: String = "6.18.0",
            rated rating: AuditRating?, _ says: String = ""
        ) {
            (self.question, self.rating, self.says, self.kernel) = (question, rating, says, kernel)
            self.sysctls = Dictionary(uniqueKeysWithValues: sysctls.map { ("net.\($0.key)", $0.value) })
        }

        var testDescription: String { "\(question.rawValue) \(sysctls)" }
    }

    static let cases = [
        Case(.deadServer, rated: .warning, "blocks 131.0–136.1 s (11 SYNs"),
        Case(.deadServer, ["ipv4.tcp_syn_retries": "2"], rated: .fine, "blocks 7.0–7.2 s (6 SYNs"),
        Case(.deadServer, ["ipv4.tcp_syn_retries": "4"], rated: .note),
        Case(.deadServer, ["ipv4.tcp_syn_retries": "20"], rated: .critical),
        Case(.deadServer, ["ipv4.tcp_rto_max_ms": "1000"], rated: .fine, "blocks 7.0–7.2 s (7 SYNs"),
        Case(.lostSyns, rated: .fine, "after 11 SYNs"),
        Case(
            .lostSyns, ["ipv4.tcp_syn_retries": "1", "ipv4.tcp_syn_linear_timeouts": "0"], rated: .warning,
            "after 2 SYNs"),
        Case(.lostSyns, ["ipv4.tcp_syn_retries": "1"], rated: .note, "after 3 SYNs"),
        Case(.lostSynAcks, rated: .fine, "63.0–65.9 s (6 SYN+ACKs), 7.0–7.3 s in"),
        Case(.lostSynAcks, ["ipv4.tcp_synack_retries": "0"], rated: .warning, "(1 SYN+ACK)"),
        Case(.lostSynAcks, ["ipv4.tcp_synack_retries": "8"], rated: .note),
        Case(.lostSynAcks, ["ipv4.tcp_synack_retries": "127"], rated: .note, "(128 SYN+ACKs)"),
        Case(
            .lostSynAcks, ["ipv4.tcp_synack_retries": "128"], rated: .note, "for ever, since no request counts to 128"),
        Case(.synFlood, rated: .fine, "beyond 4,097 half-open"),
        Case(
            .synFlood, ["ipv4.tcp_syncookies": "0"], rated: .critical,
            "1,537 made-up SYNs shut a listener for 63.0–65.9 s"),
        Case(
            .synFlood, ["ipv4.tcp_syncookies": "0", "core.somaxconn": "128"], rated: .critical,
            "129 made-up SYNs shut a listener for 7.0–7.3 s"),
        Case(.synFlood, ["ipv4.tcp_syncookies": "2"], rated: nil),
        Case(.cookiesForAll, rated: nil),
        Case(.cookiesForAll, ["ipv4.tcp_syncookies": "2"], rated: .warning),
        Case(.synBacklog, rated: nil),
        Case(.synBacklog, ["core.somaxconn": "128"], rated: .note, "tcp_max_syn_backlog=2048 decides nothing"),
        Case(.synBacklog, ["core.somaxconn": "128", "ipv4.tcp_syncookies": "0"], rated: nil),
        Case(.acceptQueue, rated: .fine, "at most 4,097 connections"),
        Case(.acceptQueue, ["core.somaxconn": "128"], rated: .warning, "at most 129 connections"),
        Case(.acceptQueue, ["core.somaxconn": "8"], rated: .critical, "at most 9 connections"),
        Case(.acceptQueue, ["core.somaxconn": "100000"], rated: .note),
        Case(.overflow, rated: .fine),
        Case(.overflow, ["ipv4.tcp_abort_on_overflow": "1"], rated: .warning, "gets RST"),
        Case(.timestamps, rated: .fine), Case(.timestamps, ["ipv4.tcp_timestamps": "0"], rated: .warning),
        Case(.deadPeer, rated: .warning, "after 928–949 s (15–16 min)"),
        Case(.deadPeer, ["ipv4.tcp_retries2": "8"], rated: .fine, "after 104.4–109.4 s"),
        Case(.deadPeer, ["ipv4.tcp_retries2": "3"], rated: .note, "after 6.5–6.9 s"),
        Case(.deadPeer, ["ipv4.tcp_rto_max_ms": "1000"], rated: .note, "after 15."),
        Case(
            .deadPeer, ["ipv4.tcp_rto_max_ms": "5000", "ipv4.tcp_retries2": "100"], rated: .warning, "after 4"),
        Case(.idlePeer, rated: .note, "after 7,875–8,025 s (131–134 min)"),
        Case(.idlePeer, ["ipv4.tcp_keepalive_time": "300"], rated: .note, "after 975–1,010 s (16–17 min)"),
        Case(
            .idlePeer, ["ipv4.tcp_keepalive_time": "5", "ipv4.tcp_keepalive_intvl": "1"], rated: .warning,
            "after 14.0–14.5 s"),
        Case(.orphans, rated: .fine, "for 104.4–109.4 s"),
        Case(.orphans, ["ipv4.tcp_orphan_retries": "3"], rated: .warning, "for 6.5–6.9 s"),
        Case(.orphans, ["ipv4.tcp_orphan_retries": "9"], rated: .note, "for 208.9–215.9 s"),
        // The RTO reaches its maximum, and then no retries are left.
        Case(.orphans, ["ipv4.tcp_rto_max_ms": "1000"], rated: .warning, "for 2."),
        Case(.finTimeout, rated: .fine, "60.0–62."),
        Case(.finTimeout, ["ipv4.tcp_fin_timeout": "2"], rated: .note, "2.0 s"),
        Case(.finTimeout, ["ipv4.tcp_fin_timeout": "61"], rated: nil), Case(.finTimeoutBeyond, rated: nil),
        Case(.finTimeoutBeyond, ["ipv4.tcp_fin_timeout": "61"], rated: .warning, "last 2.0–2.1 s, and not 61 s"),
        Case(.finTimeoutBeyond, ["ipv4.tcp_fin_timeout": "120"], rated: .fine, "last 120.0–124.1 s"),
        Case(.finTimeoutBeyond, ["ipv4.tcp_fin_timeout": "121"], rated: .warning, "last 122.0–"),
        Case(.finTimeoutBeyond, ["ipv4.tcp_fin_timeout": "3600"], rated: .warning, "last 7,080–7,"),
        Case(.timeWaitBuckets, rated: .fine, "beyond 2,184 closes a second"),
        Case(.timeWaitBuckets, ["ipv4.tcp_max_tw_buckets": "10000"], rated: .note, "10,000 connections in TIME_WAIT"),
        Case(.timeWaitBuckets, ["ipv4.tcp_max_tw_buckets": "1000"], rated: .warning),
        Case(.timeWaitBuckets, ["ipv4.tcp_max_tw_buckets": "0"], rated: .critical),
        Case(.ports, rated: .note, "At most 470 connections a second"),
        Case(.ports, ["ipv4.ip_local_port_range": "10240 65535"], rated: .fine, "921 connections"),
        Case(.ports, ["ipv4.ip_local_port_range": "60000 60999"], rated: .critical, "16 connections"),
        Case(.ports, ["ipv4.ip_local_port_range": "56000 60999"], rated: .warning, "83 connections"),
        Case(.ports, ["ipv4.ip_local_reserved_ports": "8080,59000-65535"], rated: .note, "437 connections"),
        Case(.ports, ["ipv4.ip_local_reserved_ports": "1-60999"], rated: .critical, "At most 0 connections"),
        Case(.ports, ["ipv4.tcp_tw_reuse": "1"], rated: .fine, "28,232 connections"),
        Case(.ports, ["ipv4.tcp_tw_reuse": "1", "ipv4.tcp_timestamps": "0"], rated: .note, "470 connections"),
        Case(.timeWaitReuse, rated: .fine, "loopback"), Case(.timeWaitReuse, ["ipv4.tcp_tw_reuse": "0"], rated: .fine),
        Case(.timeWaitReuse, ["ipv4.tcp_tw_reuse": "1"], rated: .note, "after 1,000 ms in"),
        Case(
            .timeWaitReuse, ["ipv4.tcp_tw_reuse": "1", "ipv4.tcp_tw_reuse_delay": "250"], rated: .note, "after 250 ms"),
        Case(.timeWaitReuse, ["ipv4.tcp_tw_reuse": "1", "ipv4.tcp_timestamps": "0"], rated: .warning),
        Case(.timeWaitRecycle, rated: nil),
        Case(.timeWaitRecycle, ["ipv4.tcp_tw_recycle": "1"], rated: .note, "is still there"),
        Case(.timeWaitRecycle, ["ipv4.tcp_tw_recycle": "1"], kernel: "3.10.0", rated: .critical),
        Case(.timeWaitRecycle, ["ipv4.tcp_tw_recycle": "0"], kernel: "3.10.0", rated: .fine),
    ]

    @Test(arguments: cases)
    func whatItSays(_ wanted: Case) {
        let finding = Self.finding(wanted.question, Self.facts(wanted.sysctls, kernel: wanted.kernel))
        #expect(finding?.rating == wanted.rating)
        #expect(finding.map { $0.effect.contains(wanted.says) } ?? true, "\(finding?.effect ?? "")")
        #expect((finding?.reason == nil) == (finding == nil || finding?.rating == .fine))
    }

    @Test("what it says to consider makes it better, and nothing else worse than a note", arguments: cases)
    func whatItConsiders(_ wanted: Case) throws {
        let facts = Self.facts(wanted.sysctls, kernel: wanted.kernel)
        guard let finding = Self.finding(wanted.question, facts), finding.rating != .fine else { return }
        let change = try #require(finding.change)
        guard !change.sysctls.isEmpty else {
            #expect(!change.commands.contains { $0.contains("sysctl -w") })
            return
        }
        var changed = facts
        changed.sysctls.merge(change.sysctls) { $1 }
        let after = Self.finding(wanted.question, changed)?.rating ?? .fine
        #expect(after > finding.rating, "\(change.commands)")
        func worst(_ facts: Facts) -> [AuditQuestion] {
            Audit(facts).findings.filter { [.critical, .warning].contains($0.rating) }.map(\.question)
        }
        #expect(Set(worst(changed)).isSubset(of: worst(facts)), "\(change.commands)")
        for (key, value) in change.sysctls { #expect(Audit.complaint(key, value) == nil) }
    }

    @Test func everyQuestionHasARuleAndThresholdsAndIsTried() {
        #expect(AuditRule.all.map(\.question) == AuditQuestion.allCases)
        #expect(Set(AuditThreshold.table.keys) == Set(AuditQuestion.allCases))
        for question in AuditQuestion.allCases {
            let tried = Set(Self.cases.filter { $0.question == question }.compactMap(\.rating))
            let stated = Set(AuditThreshold.table[question]?.map(\.rating) ?? [])
            #expect(stated.isSubset(of: tried), "\(question)")
        }
        let laws = Oracle.laws.map(\.name)
        for law in AuditRule.all.compactMap(\.law) + ProfileQuestion.all.map(\.law) { #expect(laws.contains(law)) }
    }

    @Test func worstFirst() {
        let audit = Audit(
            Self.facts(["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_abort_on_overflow": "1"]))
        #expect(audit.findings.prefix(4).map(\.question) == [.synFlood, .deadServer, .overflow, .deadPeer])
        #expect(audit.findings.map(\.rating) == audit.findings.map(\.rating).sorted())
        #expect(audit.isWorrying)
        #expect(audit.unanswered.isEmpty)
    }

    @Test func whatIsMissingIsSaidAndNotAssumed() {
        let linear = "net.ipv4.tcp_syn_linear_timeouts"
        let unknown = Audit(Self.facts(without: [linear], kernel: ""))
        #expect(unknown.unanswered.map(\.question) == [.deadServer, .lostSyns])
        #expect(unknown.unanswered.allSatisfy { $0.missing == [linear] })
        #expect(unknown.kernel == nil)
        let newer = Audit(Self.facts(without: [linear]))
        #expect(newer.unanswered.map(\.question) == [.deadServer, .lostSyns], "6.18 has it")
        let older = Self.facts(
            ["net.ipv4.tcp_tw_reuse": "1"],
            without: [linear, "net.ipv4.tcp_rto_max_ms", "net.ipv4.tcp_rto_min_us", "net.ipv4.tcp_tw_reuse_delay"],
            kernel: "6.1.0")
        #expect(Audit(older).unanswered.isEmpty)
        #expect(Self.finding(.deadServer, older)?.effect.contains("blocks 127.0–131.9 s (7 SYNs") == true)
        #expect(Self.finding(.timeWaitReuse, older)?.effect.contains("after at most a second in") == true)
        let delay = "net.ipv4.tcp_tw_reuse_delay"
        #expect(Audit(Self.facts(without: [delay])).unanswered.isEmpty, "nothing is used again")
        let reuse = Self.facts(["net.ipv4.tcp_tw_reuse": "1"], without: [delay])
        #expect(Audit(reuse).unanswered.map(\.missing) == [[delay], [delay]])
        let nothing = Audit(Self.facts(without: Array(Self.defaults.keys)))
        #expect(nothing.findings.isEmpty)
        #expect(nothing.unanswered.count == AuditQuestion.allCases.count - 1, "but for tcp_tw_recycle")
    }

    @Test func placesComeAlong() {
        let place = SourceLocation(file: "a.conf", line: 3, column: 7)
        let audit = Audit(
            Self.facts(["net.ipv4.tcp_tw_recycle": "1"]), file: "a.conf", places: ["net.ipv4.tcp_tw_recycle": place])
        let finding = audit.findings.first { $0.question == .timeWaitRecycle }
        #expect(finding?.sysctls.map(\.at) == [place])
        #expect(finding?.change?.commands == ["take the line out: a.conf:3"])
    }

    @Test(arguments: [
        ("net.ipv4.tcp_syn_retries", "six"), ("net.ipv4.tcp_syn_retries", "0"), ("net.ipv4.tcp_retries2", "256"),
        ("net.ipv4.ip_local_port_range", "32768"), ("net.ipv4.ip_local_port_range", "2 1"),
        ("net.ipv4.tcp_fin_timeout", "-1"), ("net.ipv4.tcp_fin_timeout", ""),
        ("net.ipv4.ip_local_reserved_ports", "8080;8081"), ("net.ipv4.ip_local_reserved_ports", "65536"),
    ])
    func valuesThatNoKernelTakes(_ key: String, _ value: String) {
        #expect(Audit.complaint(key, value) != nil)
    }

    @Test func valuesThatItTakes() {
        for (key, value) in Self.defaults { #expect(Audit.complaint(key, value) == nil, "\(key)=\(value)") }
        #expect(Audit.complaint("kernel.core_pattern", "|/bin/false") == nil)
    }
}
