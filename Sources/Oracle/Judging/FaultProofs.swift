import Model

/// Whether the faults did what the plan ordered, by figures that do not depend on each other.
///
/// The clsact qdisc counts what it dropped; the receiver's tap, which sees a packet before the qdisc, counts what the
/// selectors had to take; the receiver's TCP counts what it got (Tcp.InSegs: every segment, good or bad).
struct FaultProofs {
    let proofs: [FaultProof]

    init(_ evidence: Evidence) {
        let record = evidence.record
        let routes = record.plan.hosts.flatMap { host in
            record.plan.installedRoutes(of: host).compactMap { route in route.fault.map { (host.name, route, $0) } }
        }
        proofs =
            record.plan.installedFaults.map { Self.proof($0, evidence, record) }
            + routes.map { Self.proof(of: $1, on: $0, named: $2, evidence) }
    }

    /// What came to a router for the address, what it told of it, and what others were told, must be one number.
    private static func proof(
        of route: Route, on router: String, named name: String, _ evidence: Evidence
    ) -> FaultProof {
        let record = evidence.record
        let table = record.plan.family == .ipv4 ? "Icmp" : "Icmp6"
        let came = evidence.packets(at: router, .received).count {
            $0.event.takenBy == nil && route.destination.contains($0.event.segment.destination.address)
        }
        let told = record.counters[router]?["\(table).OutDestUnreachs"] ?? 0
        let heard = record.counters.filter { $0.key != router }
            .reduce(0) { $0 + ($1.value["\(table).InDestUnreachs"] ?? 0) }
        let figures = "\(came) segments reached \(router), which sent ICMP \(told) times, and \(heard) came to others"
        let blindness = evidence.blindness(of: router)
        let isProved = blindness == nil && came > 0 && told == came && heard == came
        return FaultProof(
            fault: name, verdict: isProved ? .pass : .inconclusive, qdisc: Int(told), tap: came, peer: Int(heard),
            explanation: blindness ?? figures)
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
