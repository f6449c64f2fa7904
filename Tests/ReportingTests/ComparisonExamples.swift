import Model
import Oracle

/// Comparisons made by hand.
enum ComparisonExamples {
    private static func side(_ kernel: String, records: Int) -> Comparison.Side {
        Comparison.Side(
            kernel: kernel, machine: "x86_64", tick: .milliseconds(4), processors: 1, memory: 996_624 << 10,
            records: records)
    }

    static let linear = KernelChange(
        "syn-linear-timeouts", "The first repeated SYNs wait no longer than the first one did.",
        since: KernelRelease(6, 5), commit: "ccce324dabfe",
        subject: "tcp: make the first N SYN RTO backoffs linear", scenario: "connect-timeout-default")
    static let backlog = KernelChange(
        "half-open-beyond-backlog", "A listener holds one half-open connection more than its backlog.",
        since: KernelRelease(6, 13), commit: "3479c7549fb1",
        subject: "tcp/dccp: allow a connection when sk_max_ack_backlog is zero", isInStables: true)
    static let counters = KernelChange(
        "tcp-ao", "TCP-AO (RFC 5925), with counters of its own.", since: KernelRelease(6, 7),
        commit: "af09a341dcf6", subject: "net/tcp: Add TCP-AO segments counters")

    private static func reason(_ limit: String) -> LawReason {
        LawReason(
            law: "syn-retransmission",
            causes: [
                .init("net.ipv4.tcp_syn_linear_timeouts of client", before: nil, after: "4", known: linear)
            ],
            ruleBefore:
                "each wait begins as 1 s and doubles up to 120 s (tcp_retransmit_timer); given up after \(limit)",
            ruleAfter: "each wait begins as 1 s, stays so for 4 repeated SYNs and then doubles; given up after \(limit)"
        )
    }

    static let identical = Comparison(
        before: side("6.18.44", records: 2), after: side("6.18.44", records: 2),
        compared: ["connect-timeout/ipv4", "connect-timeout/ipv6"], changes: [])

    static let explained: Comparison = {
        let families = ["ipv4", "ipv6"].map { "connect-timeout/\($0)" }
        var changes = [
            Change(
                .limit, "half-open connections beyond the backlog", before: "0", after: "1", .knownChange(backlog)),
            Change(
                .sysctlDefault, "net.ipv4.tcp_syn_linear_timeouts", before: nil, after: "4", .knownChange(linear)),
            Change(
                .sysctlDefault, "net.ipv4.tcp_max_tw_buckets", before: "4096", after: "131072",
                .surroundings("scaled by the machine's memory")),
            Change(.counterExists, "TcpExt.TCPAOBad", before: nil, after: "counted", .knownChange(counters)),
            Change(.counterExists, "TcpExt.TCPAOGood", before: nil, after: "counted", .knownChange(counters)),
        ]
        for instance in families {
            changes += [
                Change(
                    instance: instance, .prediction, "law syn-retransmission of c",
                    before: "3 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.320 s",
                    after: "6 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.192 s", .law(reason(instance))),
                Change(
                    instance: instance, .packets, "sent by client, connection c",
                    before: "SYN, SYN again (2 times)",
                    after: "SYN, SYN again (5 times)", .law(reason(instance))),
                Change(
                    instance: instance, .counter, "TcpExt.TCPTimeouts of client", before: "+3", after: "+6",
                    .follows(from: "repeated SYNs that client sent: 2 → 5")),
            ]
        }
        return Comparison(
            before: side("6.1.0-56-cloud-amd64", records: 2), after: side("6.12.117+deb12-cloud-amd64", records: 2),
            compared: families, changes: changes)
    }()

    static let open: Comparison = {
        var comparison = explained
        comparison.changes += [
            Change(.objectSize, "TCP", before: "2304 B", after: "2432 B"),
            Change(
                instance: "connect-timeout/ipv6", .packets, "sent by server, connection c", before: "FIN",
                after: "none"),
        ]
        comparison.unsure = [
            .init("synflood/ipv4", "inconclusive after: the tap at server lost 3 frames"),
            .init("connection-refused/ipv4", "there is a record of it before only"),
        ]
        return comparison
    }()
}
