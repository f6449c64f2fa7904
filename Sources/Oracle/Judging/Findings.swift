import Model

/// One expectation against the evidence that it needs.
enum Findings {
    static func finding(_ prediction: Prediction, _ evidence: Evidence) -> Finding {
        switch prediction.claim {
        case .law(let claim): law(claim, prediction, evidence)
        case .call(let claim): call(claim, prediction, evidence)
        case .packets(let claim): packets(claim, prediction, evidence)
        case .counters(let claim): counters(claim, prediction, evidence)
        }
    }

    private static func law(_ claim: LawClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "law \(claim.law) of \(claim.of)"
        guard let schedule = prediction.schedule,
            let connect = ConnectFinding(schedule, of: claim.of, in: evidence)
        else { return prediction.finding(.fail, title, seen: "connect() of \(claim.of) was never called") }
        let host = evidence.call("connect", of: claim.of)?.event.host ?? ""
        if let blindness = evidence.blindness(of: host) {
            return prediction.finding(.inconclusive, title, seen: blindness)
        }
        var finding = prediction.finding(connect.verdict, title, seen: connect.seen)
        finding.rows = connect.comparison
        return finding
    }

    private static func call(_ claim: CallClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "call of \(claim.socket)"
        guard let call = evidence.call("connect", of: claim.socket) else {
            return prediction.finding(.fail, title, seen: "it was never called")
        }
        guard let ended = call.event.ended else { return prediction.finding(.fail, title, seen: "it had not ended") }
        let length = ended - call.at
        let asClaimed =
            switch claim.outcome {
            case .returns: call.event.errno == nil
            case .fails(let errno?): call.event.errno == errno
            case .fails(nil): call.event.errno != nil
            }
        let verdict: Verdict =
            if !asClaimed { .fail } else if let within = claim.within {
                Punctuality(evidence.record).verdict(
                    ended, noticedLate: call.event.noticedLate ?? .zero,
                    in: Interval(call.at + within.from, call.at + within.to), armed: call.at)
            } else { .pass }
        let outcome = call.event.errno.map { "failed with \($0)" } ?? "returned"
        return prediction.finding(verdict, title, seen: "it \(outcome) after \(length.fixed(3)) s")
    }

    private static func packets(_ claim: PacketsClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "packets at \(claim.host)"
        if let blindness = evidence.blindness(of: claim.host) {
            return prediction.finding(.inconclusive, title, seen: blindness)
        }
        let count = evidence.packets.count { packet in
            packet.event.host == claim.host && claim.selector.matches(packet.event.segment)
                && (claim.within.map { $0.contains(packet.at) } ?? true)
        }
        return prediction.finding(claim.count.contains(count) ? .pass : .fail, title, seen: "\(count)")
    }

    private static func counters(_ claim: CountersClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "counters of \(claim.host)"
        let deltas = evidence.record.counters[claim.host] ?? [:]
        let names = claim.changes.keys.sorted()
        let absent = names.filter { deltas[$0] == nil }
        guard absent.isEmpty else {
            return prediction.finding(
                .skip, title, seen: "this kernel does not count \(absent.joined(separator: ", "))")
        }
        let right = claim.changes.allSatisfy { $0.value.contains(Int(deltas[$0.key] ?? 0)) }
        let seen = names.map { "\($0) +\(deltas[$0] ?? 0)" }.joined(separator: ", ")
        return prediction.finding(right ? .pass : .fail, title, seen: seen)
    }
}

extension Prediction {
    fileprivate func finding(_ verdict: Verdict, _ title: String, seen: String) -> Finding {
        Finding(verdict: verdict, title: title, expected: expected, seen: seen, rule: rule, origin: origin)
    }
}
