import Model
import Oracle

/// Plans for one listener, and records of them made by hand.
enum ListenerFixture {
    static let server = SocketAddress(IPAddress("198.18.0.2")!, 5000)
    static let client = IPAddress("198.18.0.1")!
    static let spoofing = Spoofing(host: "attacker", prefix: Prefix(IPAddress("198.19.0.0")!, 16), sampling: 256)

    static let facts = Facts(
        kernel: "6.18.0", machine: "x86_64", tick: .milliseconds(4), processors: 1,
        sysctls: [
            SynRetransmission.retriesKey: "6", SynRetransmission.linearKey: "4",
            SynRetransmission.maximumKey: "120000", "net.core.somaxconn": "4096", "net.ipv4.tcp_syncookies": "1",
            "net.ipv4.tcp_max_syn_backlog": "2048", "net.ipv4.tcp_synack_retries": "5",
            "net.ipv4.tcp_abort_on_overflow": "0", "net.ipv4.tcp_timestamps": "1", "net.ipv4.tcp_sack": "1",
            "net.ipv4.tcp_window_scaling": "1", "net.ipv4.tcp_no_metrics_save": "1",
        ],
        features: [:], privilege: .root, descriptors: 1024, halfOpenBeyondBacklog: 1)

    static func plan(
        _ laws: [String], sysctls: [String: String] = [:], faults: [Fault] = [], _ steps: [Action]
    ) -> Plan {
        plan(laws, sysctls: sysctls, faults: faults, steps: steps.map { Step($0) })
    }

    static func plan(
        _ laws: [String], sysctls: [String: String] = [:], faults: [Fault] = [], steps: [Step]
    ) -> Plan {
        func host(_ name: String, _ address: IPAddress, _ settings: [SysctlSetting]) -> Host {
            Host(
                name: name,
                interfaces: [
                    Interface(
                        name: "to-x", mac: MACAddress(bytes: [2, 0, 0, 0, 0, address.bytes[3]]),
                        addresses: [Prefix(address, 24)])
                ], sysctls: settings)
        }
        let settings = sysctls.sorted { $0.key < $1.key }.map { SysctlSetting(key: $0.key, value: $0.value) }
        let retries = SysctlSetting(key: SynRetransmission.retriesKey, value: "1")
        return Plan(
            instance: "x/ipv4", scenario: "x", summary: "", family: .ipv4,
            hosts: [host("client", client, [retries]), host("server", server.address, settings)], links: [],
            spoofing: spoofing, faults: faults, steps: steps,
            expectations: laws.map { Expectation(.law(LawClaim(law: $0, of: "l"))) }, deadline: .seconds(60))
    }

    static func listen(_ backlog: Int) -> Action {
        .listen(Listen(host: "server", socket: "l", address: server, backlog: backlog))
    }

    static func connect(_ name: String, _ port: UInt16, count: Int? = nil) -> Action {
        .connect(
            Connect(
                host: "client", socket: name, to: server, from: SocketAddress(client, port),
                series: count.map { Connect.Series(count: $0) }))
    }

    static func flood(_ count: Int) -> Action {
        .inject(
            Inject(
                host: "attacker", interface: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 2]), to: server,
                packet: .syn, count: count, from: IPAddress("198.19.0.1")!, sources: 256, atMost: .seconds(30)))
    }

    static func wait(_ milliseconds: Int64) -> Action {
        .wait(Wait(until: .duration(.milliseconds(milliseconds)), atMost: .milliseconds(milliseconds)))
    }

    /// The first pure ACK of a client's port is lost.
    static func heldAck(_ port: UInt16) -> Fault {
        Fault(
            name: "held",
            selector: Selector(
                source: client, destination: server.address, sourcePort: port, destinationPort: server.port,
                flagMask: .deciding, flagValue: .ack, payload: .none, nth: [NthRange(first: 1, last: 1)]),
            site: FaultSite(host: "server", interface: "to-x"))
    }

    static func prediction(_ plan: Plan, facts: Facts = facts) throws(OracleError) -> Prediction {
        try Oracle.forecast(plan, facts: facts).predictions[0]
    }
}
