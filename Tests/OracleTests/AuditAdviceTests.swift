import Model
import Testing

@testable import Oracle

/// What an audit proposes, whatever the sysctls are.
@Suite struct AuditAdviceTests {
    /// Values at which figures turn, and those at the ends of what kernels take.
    static let values = [
        "net.core.somaxconn": ["0", "128", "4096", "100000"],
        "net.ipv4.ip_local_port_range": ["1 65535", "10240 65535", "60000 60999", "32768 32768"],
        "net.ipv4.ip_local_reserved_ports": ["8080", "10240-65535", "1-65535"],
        "net.ipv4.tcp_abort_on_overflow": ["1"], "net.ipv4.tcp_early_retrans": ["0"],
        "net.ipv4.tcp_fin_timeout": ["0", "4", "61", "121", "3600"],
        "net.ipv4.tcp_keepalive_intvl": ["1", "10", "300"], "net.ipv4.tcp_keepalive_probes": ["1", "50", "127"],
        "net.ipv4.tcp_keepalive_time": ["1", "20", "32767"], "net.ipv4.tcp_max_syn_backlog": ["16", "65536"],
        "net.ipv4.tcp_max_tw_buckets": ["0", "1000", "10000"], "net.ipv4.tcp_orphan_retries": ["1", "7", "15", "255"],
        "net.ipv4.tcp_retries2": ["0", "3", "8", "9", "100", "255"],
        "net.ipv4.tcp_rto_max_ms": ["1000", "5000", "30000"], "net.ipv4.tcp_rto_min_us": ["4000", "5000000"],
        "net.ipv4.tcp_sack": ["0"], "net.ipv4.tcp_syn_linear_timeouts": ["0", "30", "255"],
        "net.ipv4.tcp_syn_retries": ["1", "3", "20", "127"], "net.ipv4.tcp_synack_retries": ["0", "9", "255"],
        "net.ipv4.tcp_syncookies": ["0", "2"], "net.ipv4.tcp_timestamps": ["0"],
        "net.ipv4.tcp_tw_recycle": ["0", "1"], "net.ipv4.tcp_tw_reuse": ["0", "1"],
        "net.ipv4.tcp_tw_reuse_delay": ["1", "60000"],
    ]

    @Test("no rule proposes what is rated no better, for any two sysctls", arguments: values.keys.sorted())
    func nothingIsProposedThatIsNoBetter(_ one: String) throws {
        for (key, values) in Self.values where key >= one {
            for first in try #require(Self.values[one]) {
                for second in values { check([one: first].merging([key: second]) { $1 }) }
            }
        }
    }

    private func check(_ sysctls: [String: String]) {
        let facts = AuditTests.facts(sysctls)
        for finding in Audit(facts).findings where finding.change?.sysctls.isEmpty == false {
            var changed = facts
            changed.sysctls.merge(finding.change?.sysctls ?? [:]) { $1 }
            let then = Audit(changed).findings.first { $0.question == finding.question }
            #expect(then?.rating ?? .fine > finding.rating, "\(sysctls): \(finding.change?.commands ?? [])")
        }
    }

    @Test func everySysctlIsTried() {
        #expect(Set(Self.values.keys) == Set(Audit.keys))
    }

    /// 15 retries are a short time where no wait is longer than a second, and 8 a shorter one.
    @Test func aLowMaximumIsRaisedAndNotTheRetriesLowered() throws {
        let facts = AuditTests.facts(["net.ipv4.tcp_rto_max_ms": "1000"])
        let finding = try #require(Audit(facts).findings.first { $0.question == .deadPeer })
        #expect(
            finding.change?.commands == [
                "sysctl -w net.ipv4.tcp_rto_max_ms=120000", "sysctl -w net.ipv4.tcp_retries2=8",
                "sysctl -w net.ipv4.tcp_syn_retries=3",
            ])
        #expect(finding.change?.then == "104.4–109.4 s")
        let cost = try #require(finding.change?.cost)
        #expect(cost.contains("8 is the least that RFC 1122 allows, with tcp_rto_max_ms at its default"))
    }

    /// A larger range holds no more ports where all of them are reserved.
    @Test func fewerReservedPortsWhereTheRangeIsNotToBlame() throws {
        let facts = AuditTests.facts(["net.ipv4.ip_local_reserved_ports": "1-65535"])
        let finding = try #require(Audit(facts).findings.first { $0.question == .ports })
        #expect(finding.rating == .critical)
        #expect(finding.change?.commands == ["reserve fewer ports (net.ipv4.ip_local_reserved_ports)"])
    }

    /// The RTO may not be less than 5 s, so fewer orphan retries are no shorter.
    @Test func whatNoChangeMakesBetterIsFoundAllTheSame() throws {
        let facts = AuditTests.facts(["net.ipv4.tcp_rto_min_us": "5000000"])
        let finding = try #require(Audit(facts).findings.first { $0.question == .orphans })
        #expect(finding.rating == .note)
        #expect(finding.change == nil)
    }

    @Test(arguments: [
        ("", 0), ("32768", 1), ("60999,32768", 2), ("32767,61000", 0), ("1-65535", 28_232), ("32760-32769", 2),
        ("40000-40009,40005-40019,40007", 20), ("40000-40009,40010", 11), ("60990-65535,", 10), ("0-9", 0),
    ])
    func reservedPorts(_ list: String, _ count: Int) throws {
        #expect(try #require(ReservedPorts(list)).count(in: 32_768...60_999) == count)
    }

    @Test(arguments: ["a", "-1", "1-", "2-1", "1,,2", ",", "65536", "1-2-3", "1 2", "+1", "1, 2"])
    func listsThatTheKernelRefuses(_ list: String) {
        #expect(ReservedPorts(list) == nil)
    }
}
