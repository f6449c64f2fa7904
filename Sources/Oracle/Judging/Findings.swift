import Model

/// One expectation against the evidence that it needs.
enum Findings {
    static func finding(_ prediction: Prediction, _ evidence: Evidence) -> Finding {
        switch prediction.claim {
        case .law(let claim): law(claim, prediction, evidence)
        case .call(let claim): call(claim, prediction, evidence)
        case .packets(let claim): packets(claim, prediction, evidence)
        case .counters(let claim): counters(claim, prediction, evidence)
        case .queue(let claim): queue(claim, prediction, evidence)
        case .state(let claim): state(claim, prediction, evidence)
        case .sysctl(let claim): sysctl(claim, prediction, evidence)
        case .memory(let claim): memory(claim, prediction, evidence)
        }
    }

    private static func law(_ claim: LawClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "law \(claim.law) of \(claim.of)"
        let record = evidence.record
        do {
            let law = try LawBook.forecast(claim, plan: record.plan, facts: record.facts, origin: prediction.origin)
            let found = law.finding(in: evidence)
            var finding = prediction.finding(found.verdict, title, seen: found.seen)
            finding.rows = found.rows
            finding.isTooLate = found.isTooLate ? true : nil
            return finding
        } catch {
            return prediction.finding(.inconclusive, title, seen: error.message)
        }
    }

    private static func call(_ claim: CallClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "\(claim.name == "connect" ? "call" : claim.name) of \(claim.socket)"
        let calls = evidence.calls(claim.name, of: claim.socket)
        guard calls.count != 1 else { return prediction.finding(calls[0], claim, title, evidence) }
        guard
            let worst = calls.map({ prediction.finding($0, claim, title, evidence) }).max(by: {
                $0.verdict < $1.verdict
            })
        else { return prediction.finding(.fail, title, seen: "it was never called") }
        let right = calls.count { prediction.finding($0, claim, title, evidence).verdict == .pass }
        return prediction.finding(
            worst.verdict, title,
            seen: "\(right) of \(calls.count) calls did"
                + (worst.verdict == .pass ? "" : "; one of the others: \(worst.seen)"))
    }

    private static func packets(_ claim: PacketsClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "packets at \(claim.host)"
        if let blindness = evidence.blindness(of: claim.host) {
            return prediction.finding(.inconclusive, title, seen: blindness)
        }
        let times = evidence.packets.filter { packet in
            packet.event.host == claim.host && claim.selector.matches(packet.event.segment)
        }.map(\.at)
        guard let within = claim.within else {
            return prediction.finding(claim.count.contains(times.count) ? .pass : .fail, title, seen: "\(times.count)")
        }
        let count = times.count { within.contains($0) }
        let others = times.filter { !within.contains($0) }
        let seen =
            "\(count)"
            + (others.first.map { ", and \(others.count) at other times, first after \($0.fixed(3)) s" } ?? "")
        // Every action may have come later than it would have on a machine that is never late.
        let stalled = Punctuality(evidence.record).stalled(from: .zero, to: within.to)
        let possible = Interval(within.from, within.to + stalled)
        let most = times.count { possible.contains($0) }
        let least = times.count { within.contains($0) && $0 >= within.from + stalled }
        let mayBeRight = (min(least, count)...max(most, count)).contains { claim.count.contains($0) }
        return prediction.finding(
            claim.count.contains(count) ? .pass : mayBeRight ? .inconclusive : .fail, title, seen: seen)
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

extension Findings {
    /// Short states may pass between two looks, and nothing is claimed of an end that nobody looked at.
    private static func state(_ claim: StateClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "state of \(claim.socket)"
        let states = evidence.states(of: claim.socket)
        guard !states.isEmpty else {
            return prediction.finding(.inconclusive, title, seen: "nobody looked at its states")
        }
        let isThere = states.contains { $0.state.state == claim.state }
        return prediction.finding(
            isThere == claim.occurs ? .pass : .fail, title,
            seen: states.map(\.state.state).joined(separator: " → "))
    }

    private static func memory(_ claim: MemoryClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "memory for \(claim.state)"
        guard let memory = MemoryFinding(claim, evidence) else {
            return prediction.finding(.inconclusive, title, seen: "nobody looked at the slab caches")
        }
        var finding = prediction.finding(memory.verdict, title, seen: memory.seen)
        finding.rows = memory.rows
        return finding
    }

    /// Read before the run and after it.
    private static func sysctl(_ claim: SysctlClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "sysctl \(claim.key) of \(claim.host)"
        guard let reading = evidence.record.sysctls[claim.host]?[claim.key] else {
            return prediction.finding(.inconclusive, title, seen: "nobody read it")
        }
        func normal(_ value: String?) -> String? {
            value.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        }
        let values = [reading.before, reading.after].map(normal)
        return prediction.finding(
            values.allSatisfy { $0 == normal(claim.value) } ? .pass : .fail, title,
            seen: Set(values.map { $0 ?? "absent" }).sorted().joined(separator: ", then "))
    }

    private static func queue(_ claim: QueueClaim, _ prediction: Prediction, _ evidence: Evidence) -> Finding {
        let title = "\(claim.kind.rawValue) queue of \(claim.listener)"
        let lengths = evidence.queueSamples(of: claim.listener).map { sample in
            claim.kind == .accept ? sample.queue.accepted : sample.queue.halfOpen
        }
        guard let last = lengths.last, let most = lengths.max() else {
            return prediction.finding(.fail, title, seen: "it was never looked at: nobody listened")
        }
        let length = claim.moment == .peak ? most : last
        return prediction.finding(claim.length.contains(length) ? .pass : .fail, title, seen: "\(length)")
    }
}

extension Prediction {
    fileprivate func finding(
        _ call: (at: Nanoseconds, event: CallEvent), _ claim: CallClaim, _ title: String, _ evidence: Evidence
    ) -> Finding {
        guard let ended = call.event.ended else { return finding(.fail, title, seen: "it had not ended") }
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
        return finding(verdict, title, seen: "it \(outcome) after \(length.fixed(3)) s")
    }

    fileprivate func finding(_ verdict: Verdict, _ title: String, seen: String) -> Finding {
        Finding(verdict: verdict, title: title, expected: expected, seen: seen, rule: rule, origin: origin)
    }
}
