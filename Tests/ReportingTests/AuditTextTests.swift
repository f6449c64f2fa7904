import Model
import Oracle
import Reporting
import Testing

@Suite("Audits and profiles as text")
struct AuditTextTests {
    /// What a tuning guide of long ago makes of a machine.
    private static let tuned = [
        "kernel.osrelease": "4.18.0", "net.core.somaxconn": "128", "net.ipv4.ip_local_port_range": "56000 60999",
        "net.ipv4.ip_local_reserved_ports": "8080,60000-60009",
        "net.ipv4.tcp_abort_on_overflow": "1", "net.ipv4.tcp_fin_timeout": "61",
        "net.ipv4.tcp_keepalive_intvl": "75", "net.ipv4.tcp_keepalive_probes": "9",
        "net.ipv4.tcp_keepalive_time": "7200", "net.ipv4.tcp_max_syn_backlog": "16384",
        "net.ipv4.tcp_max_tw_buckets": "1000", "net.ipv4.tcp_syn_retries": "6", "net.ipv4.tcp_synack_retries": "5",
        "net.ipv4.tcp_sack": "1", "net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_timestamps": "0",
        "net.ipv4.tcp_tw_recycle": "1",
        "net.ipv4.tcp_tw_reuse": "1",
    ]

    private static func facts(_ sysctls: [String: String], kernel: String) -> Facts {
        Facts(
            kernel: kernel, machine: "", tick: .milliseconds(4), processors: 1, sysctls: sysctls, features: [:],
            privilege: .userNamespace, descriptors: 0)
    }

    @Test("A file: worst first, with its lines; what is missing is named at the end")
    func file() throws {
        let places = Dictionary(
            uniqueKeysWithValues: Self.tuned.keys.sorted().enumerated().map { number, key in
                (key, SourceLocation(file: "old.conf", line: number + 1, column: 40))
            })
        let audit = Audit(Self.facts(Self.tuned, kernel: ""), file: "old.conf", places: places)
        try Snapshot.check(AuditText(audit, paint: Paint(isOn: false, width: 80)).lines, "audit-file")
    }

    @Test("This machine, with nothing amiss but what the kernel's defaults are")
    func live() throws {
        let values = [
            "net.core.somaxconn": "4096", "net.ipv4.tcp_abort_on_overflow": "0", "net.ipv4.tcp_syn_retries": "6",
        ]
        let audit = Audit(Self.facts(values, kernel: "6.1.0"))
        try Snapshot.check(AuditText(audit, paint: Paint(isOn: false, width: 60)).lines, "audit-live")
    }

    private static func side(
        _ name: String, _ sysctls: [String: String], _ lacks: [String] = [], bytes: Bool
    ) -> ProfileComparison.Side {
        var facts = facts(sysctls, kernel: "6.18.0")
        facts.halfOpenBeyondBacklog = 1
        facts.objectSizes = bytes ? ["TCP": 2368, "request_sock_TCP": 320] : nil
        return .init(name: name, summary: "What \(name) has.", facts: facts, lacks: lacks)
    }

    private static let values = [
        "net.core.somaxconn": "4096", "net.ipv4.tcp_abort_on_overflow": "0", "net.ipv4.tcp_max_syn_backlog": "2048",
        "net.ipv4.tcp_syn_linear_timeouts": "4", "net.ipv4.tcp_syn_retries": "6", "net.ipv4.tcp_synack_retries": "5",
        "net.ipv4.tcp_syncookies": "1",
    ]

    @Test("Profiles side by side: what they set, and below what comes of it")
    func profiles() throws {
        let near = Self.values.merging([
            "net.core.somaxconn": "16384", "net.ipv4.tcp_syn_retries": "2", "net.ipv4.tcp_synack_retries": "2",
        ]) { $1 }
        let comparison = ProfileComparison(
            [Self.side("defaults", Self.values, bytes: true), Self.side("near", near, bytes: true)],
            keys: ["net.ipv4.tcp_syn_retries", "net.core.somaxconn", "net.ipv4.tcp_syncookies"])
        try Snapshot.check(ProfileText(comparison, paint: Paint(isOn: false, width: 80)).lines, "profiles")
    }

    @Test("What cannot be known is a dash, and said below")
    func unknown() throws {
        var values = Self.values
        values["net.core.somaxconn"] = nil
        let comparison = ProfileComparison(
            [
                Self.side("defaults", values, bytes: false),
                Self.side("mine", Self.values, ["net.core.somaxconn: hidden; root sees it"], bytes: false),
            ], keys: ["net.core.somaxconn"])
        try Snapshot.check(ProfileText(comparison, paint: Paint(isOn: false, width: 80)).lines, "profiles-unknown")
    }
}
