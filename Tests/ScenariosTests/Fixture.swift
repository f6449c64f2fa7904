import FoundationEssentials
import Model

@testable import Scenarios

/// Hand-made facts and files, so that the tests are the same on every machine.
enum Fixture {
    /// The package's folder.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let library = ScenarioLibrary(scenarios: "\(root)/scenarios", topologies: "\(root)/netns")

    /// The repository's topologies, by name.
    static let topologies = ["pair", "routed", "star"].reduce(into: [:]) { found, name in
        found[name] = try? Topology(name: name, source: SourceText(path: "\(root)/netns/\(name).yaml"))
    }

    /// A kernel of 6.18 as root sees it, with what the tests need of its sysctls.
    static func facts(without: [String] = [], privilege: Privilege = .root) -> Facts {
        var sysctls = [
            "net.core.somaxconn": "4096",
            "net.ipv4.conf.default.rp_filter": "0",
            "net.ipv4.ip_local_port_range": "32768 60999",
            "net.ipv4.ip_local_reserved_ports": "",
            "net.ipv4.tcp_abort_on_overflow": "0",
            "net.ipv4.tcp_early_retrans": "3",
            "net.ipv4.tcp_fin_timeout": "60",
            "net.ipv4.tcp_invalid_ratelimit": "500",
            "net.ipv4.tcp_keepalive_intvl": "75",
            "net.ipv4.tcp_keepalive_probes": "9",
            "net.ipv4.tcp_keepalive_time": "7200",
            "net.ipv4.tcp_max_syn_backlog": "128",
            "net.ipv4.tcp_max_tw_buckets": "8192",
            "net.ipv4.tcp_orphan_retries": "0",
            "net.ipv4.tcp_retries2": "15",
            "net.ipv4.tcp_rfc1337": "0",
            "net.ipv4.tcp_rmem": "4096 131072 33554432",
            "net.ipv4.tcp_rto_max_ms": "120000",
            "net.ipv4.tcp_rto_min_us": "200000",
            "net.ipv4.tcp_sack": "1",
            "net.ipv4.tcp_syn_linear_timeouts": "4",
            "net.ipv4.tcp_syn_retries": "6",
            "net.ipv4.tcp_synack_retries": "5",
            "net.ipv4.tcp_syncookies": "1",
            "net.ipv4.tcp_timestamps": "1",
            "net.ipv4.tcp_tw_reuse": "2",
            "net.ipv4.tcp_tw_reuse_delay": "1000",
            "net.ipv6.conf.default.accept_ra": "1",
        ]
        for key in without { sysctls[key] = nil }
        return Facts(
            kernel: "6.18.0", machine: "x86_64", tick: .milliseconds(4), processors: 1, sysctls: sysctls,
            counters: [
                "Ip6.InReceives", "Tcp.ActiveOpens", "Tcp.AttemptFails", "Tcp.CurrEstab", "Tcp.EstabResets",
                "Tcp.InSegs",
                "Tcp.OutRsts", "Tcp.OutSegs", "Tcp.PassiveOpens", "Tcp.RetransSegs", "TcpExt.EmbryonicRsts",
                "TcpExt.ListenDrops", "TcpExt.ListenOverflows", "TcpExt.SyncookiesFailed", "TcpExt.SyncookiesRecv",
                "TcpExt.SyncookiesSent", "TcpExt.TCPAbortOnTimeout", "TcpExt.TCPKeepAlive", "TcpExt.TCPLossProbes",
                "TcpExt.TCPAbortOnClose", "TcpExt.TCPAbortOnData", "TcpExt.TCPSYNChallenge", "TcpExt.TCPDSACKOldSent",
                "TcpExt.TCPChallengeACK",
                "TcpExt.TCPDeferAcceptDrop",
                "TcpExt.TCPTimeWaitOverflow", "TcpExt.TW", "TcpExt.TWKilled", "TcpExt.TWRecycled",
                "TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop",
                "TcpExt.TCPRetransFail", "TcpExt.TCPSynRetrans", "TcpExt.TCPTimeouts",
            ],
            features: Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, .present) }), privilege: privilege,
            descriptors: 20_000, halfOpenBeyondBacklog: 1, objectSizes: ["TCP": 2368])
    }

    static let baseline = Baseline(sysctls: [
        SysctlSetting(key: "net.ipv4.tcp_ecn", value: "0", optional: true),
        SysctlSetting(key: "net.ipv4.tcp_rmem", value: "4096 131072 6291456", optional: true),
    ])

    static let planner = Planner(baseline: baseline, facts: facts())

    /// A scenario from its text, on the pair.
    static func scenario(_ text: String, name: String = "test") throws -> Scenario {
        try Scenario(
            name: name, source: SourceText(file: "\(name).yaml", bytes: Array(text.utf8)),
            topologies: { topologies[$0] }, knownTopologies: topologies.keys.sorted())
    }

    /// What is said about a bad file; empty when nothing is.
    static func complaint(_ text: String) -> InputErrors? { complaint(Array(text.utf8)) }

    static func complaint(_ bytes: [UInt8]) -> InputErrors? {
        do {
            _ = try Scenario(
                name: "test", source: SourceText(file: "test.yaml", bytes: bytes),
                topologies: { topologies[$0] }, knownTopologies: topologies.keys.sorted())
            return nil
        } catch {
            return error
        }
    }

    /// A scenario on the star whose cause is the action named `cause`; its first action, on line 5, is the listener `l`.
    static func star(
        head: String = "", actions: String, expect: String = "- queue: { of: l, kind: half-open, peak: 0.. }"
    ) -> String {
        """
        summary: A test.
        topology: star
        \(head.isEmpty ? "without: { action: cause }" : head)
        actions:
          - listen: { on: server, as: l, backlog: 4 }
          \(actions)
        expect:
          \(expect)
        """
    }

    /// The smallest scenario, with lines of one's own: top-level ones in place of these, faults, actions, claims.
    static func text(
        head: String = "", faults: String = "- drop: { from: client, packet: syn }",
        actions: String = """
        - listen: { on: server, as: l }
          - connect: { on: client, to: server, as: c }
        """, expect: String = "- law: { syn-retransmission: c }"
    ) -> String {
        """
        summary: A test.
        topology: pair
        \(head)
        faults:
          \(faults)
        actions:
          \(actions)
        expect:
          \(expect)
        """
    }
}
