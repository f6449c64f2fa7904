import Model

/// Whether the faults did what the plan ordered, by figures that do not depend on each other.
///
/// The clsact qdisc counts what it dropped; the receiver's tap, which sees a packet before the qdisc, counts what the
/// selectors had to take; the receiver's TCP counts what it got (Tcp.InSegs: every segment, good or bad).
struct FaultProofs {
    let proofs: [FaultProof]

    init(_ evidence: Evidence) {
        let record = evidence.record
        proofs = record.plan.installedFaults.map { Self.proof($0, evidence, record) }
    }

    private static func proof(_ fault: Fault, _ evidence: Evidence, _ record: RunRecord) -> FaultProof {
        let site = fault.site
        let received = evidence.received(by: site.host)
        // A frame with another host's address is dropped here too, but was never this host's to miss.
        let lost = evidence.packets.filter { $0.event.host == site.host && $0.event.takenBy != nil }
        let taken = lost.filter { $0.event.takenBy == fault.name }.count
        let here = lost.filter { $0.event.interface == site.interface }.count
        let anywhere = received.kept.filter { $0.event.takenBy != nil }.count
        let seen = received.kept.count + received.unsampled
        let missing = record.counters[site.host]?["Tcp.InSegs"].map { seen - Int($0) }
        let report = record.faults.first { $0.name == fault.name }
        var proof = FaultProof(
            fault: fault.name, verdict: .inconclusive, qdisc: report?.qdiscDropped ?? 0, tap: taken,
            peer: missing ?? 0, explanation: "")
        proof.explanation = {
            if let blindness = evidence.blindness(of: site.host) { return blindness }
            guard let report else { return "the runner reported nothing of it" }
            if let local = misplaced(fault, report, record) { return local }
            if taken == 0 { return "it took no packet: \(seen) segments reached \(site.host), none matched" }
            if report.qdiscDropped != here {
                return "the qdisc dropped \(report.qdiscDropped), but \(here) packets at the tap had to be taken"
            }
            if let map = report.taken, map != taken {
                return "the filter's own count is \(map), but \(taken) packets at the tap had to be taken"
            }
            guard let missing else { return "\(site.host) has no counter Tcp.InSegs" }
            if missing != anywhere {
                return "\(site.host) missed \(missing) of \(seen) segments, but \(anywhere) had to be taken"
            }
            proof.verdict = .pass
            return "qdisc, tap and \(site.host)'s TCP agree: \(taken) of \(seen) segments were lost"
        }()
        return proof
    }

    /// A drop that the sender's own TCP hears of is no loss on the wire: it retries every 500 ms without backing off
    /// (`tcp_retransmit_timer()`, local congestion).
    private static func misplaced(_ fault: Fault, _ report: FaultReport, _ record: RunRecord) -> String? {
        let heard = record.counters.filter { ($0.value["TcpExt.TCPRetransFail"] ?? 0) > 0 }
        if let (host, counters) = heard.min(by: { $0.key < $1.key }) {
            let count = counters["TcpExt.TCPRetransFail"] ?? 0
            return
                "\(host)'s own TCP was told of \(count) drops (TCPRetransFail): a drop at a sender's egress is local "
                + "congestion, not loss on the wire; drop at the receiver's ingress"
        }
        guard fault.site.hook == .egress else { return nil }
        return "it sits at \(fault.site.host)'s egress, before any tap: what it dropped cannot be proved"
    }
}
