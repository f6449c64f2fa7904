import Model
import Oracle

/// Judgements and forecasts made by hand.
enum Examples {
    static func seconds(_ value: Double) -> Nanoseconds { Nanoseconds(Int64(value * 1e9)) }
    static func window(_ from: Double, _ to: Double) -> Interval { Interval(seconds(from), seconds(to)) }

    static let passed = Judgement(
        instance: "connect-timeout/ipv4",
        summary: "Every SYN is lost; connect() gives up when tcp_syn_retries says so.",
        verdict: .pass,
        findings: [
            Finding(
                verdict: .pass, title: "law syn-retransmission of c",
                expected: "3 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.352 s",
                seen: "3 SYNs, then connect() failed with ETIMEDOUT after 7.140 s",
                rule:
                    "each wait begins as 1 s and doubles up to 120 s (tcp_retransmit_timer); given up when 2 SYNs have "
                    + "been repeated; nobody has this address",
                rows: [
                    Finding.Row(
                        verdict: .pass, what: "SYN 1", window: window(0, 0.25), seen: seconds(0.0001), frame: 1),
                    Finding.Row(verdict: .pass, what: "SYN 2", window: window(1, 1.032), seen: seconds(1.02), frame: 2),
                    Finding.Row(
                        verdict: .pass, what: "connect() fails with ETIMEDOUT", window: window(7.02, 7.308),
                        seen: seconds(7.14)),
                ],
                origin: SourceLocation(file: "scenarios/handshake/connect-timeout.yaml", line: 14, column: 5)),
            Finding(
                verdict: .pass, title: "call of c", expected: "connect() of c fails with ETIMEDOUT",
                seen: "it failed with ETIMEDOUT after 7.140 s", rule: "the scenario says so"),
        ],
        proofs: [
            FaultProof(
                fault: "drop-syn", verdict: .pass, qdisc: 3, tap: 3, peer: 3,
                explanation: "qdisc, tap and server's TCP agree: 3 of 3 segments were lost")
        ],
        duration: seconds(7.14), kernel: "6.18.0")

    static let failed: Judgement = {
        var judgement = passed
        judgement.instance = "connect-timeout/ipv6"
        judgement.verdict = .fail
        judgement.reason = "law syn-retransmission of c: expected 3 SYNs; seen 2 SYNs"
        judgement.findings[0].verdict = .fail
        judgement.findings[0].rows[1].verdict = .fail
        judgement.findings[0].rows[1].seen = nil
        judgement.duration = seconds(3.2)
        return judgement
    }()

    static let skipped = Judgement(
        instance: "linear/ipv4", summary: "", verdict: .skip,
        reason: "this kernel has no net.ipv4.tcp_syn_linear_timeouts (it came with 6.5)", kernel: "6.1.0")

    static let inconclusive = Judgement(
        instance: "syn-lost-twice/ipv4", summary: "", verdict: .inconclusive, reason: "the runner died (signal 9)",
        kernel: "6.18.0")

    static let forecast = Forecast(
        predictions: [
            Prediction(
                claim: .law(LawClaim(law: "syn-retransmission", of: "c")),
                expected: "3 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.352 s",
                rule: "each wait begins as 1 s and doubles",
                moments: [
                    Moment(what: "SYN 1", window: window(0, 0), certain: true),
                    Moment(what: "SYN 2", window: window(1, 1.032), certain: true),
                    Moment(what: "SYN 3", window: window(3, 3.096), certain: true),
                    Moment(what: "SYN 4", window: window(6.9, 7), certain: false),
                    Moment(what: "connect() fails with ETIMEDOUT", window: window(7, 7.352), certain: true),
                ])
        ], longest: seconds(7.352))

    static func plan(_ steps: [Action] = []) -> Plan {
        Plan(
            instance: "connect-timeout/ipv4", scenario: "connect-timeout", summary: "", family: .ipv4, hosts: [],
            links: [],
            faults: [], steps: steps.map { Step($0) }, expectations: [], deadline: .seconds(10))
    }

    static let facts = Facts(
        kernel: "6.1.0-18-amd64", machine: "x86_64", tick: .milliseconds(4), processors: 1,
        sysctls: ["net.ipv4.tcp_syn_retries": "6"],
        features: [
            .networkNamespaces: .present, .sysctlWriting: .present, .veth: .present, .clsact: .present,
            .classicFilter: .present,
            .extendedFilter: .missing("bpf(BPF_PROG_LOAD): EPERM"), .socketDiagnostics: .present,
            .socketOperations: .missing("bpf(BPF_MAP_CREATE): EPERM"), .packetSockets: .present,
            .ethtoolNetlink: .present,
        ], privilege: .userNamespace, descriptors: 20_000)
}
