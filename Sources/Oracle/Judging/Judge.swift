package import Model

/// Holds a record against the oracle. Pure: the same record gives the same judgement everywhere.
package enum Judge {
    package static func judge(_ record: RunRecord) -> Judgement {
        let evidence = Evidence(record)
        var judgement = Judgement(
            instance: record.plan.instance, summary: record.plan.summary, verdict: .inconclusive,
            duration: evidence.end, kernel: record.facts.kernel, counterRun: record.plan.counterRun)
        switch record.ending {
        case .unsupported(let feature, let reason):
            judgement.verdict = .skip
            judgement.reason = "\(feature) is missing here: \(reason)"
            return judgement
        case .sysctlRefused(let host, let key, let value, _, let message, _):
            judgement.reason = "the kernel refuses \(key)=\(value) on \(host): \(message)"
            return judgement
        case .optionRefused(let socket, let option, let value, _, let message, _):
            judgement.reason = "the kernel refuses \(option)=\(value) on socket \(socket): \(message)"
            return judgement
        case .failed(let doing, _, let message):
            judgement.reason = "\(doing): \(message)"
            return judgement
        case .completed, .deadlinePassed: break
        }
        do {
            let forecast = try Oracle.forecast(record.plan, facts: record.facts)
            if record.plan.counterRun == .bentLaw, !forecast.predictions.contains(where: \.isBendable) {
                judgement.verdict = .skip
                judgement.reason = "nothing is predicted here that could be bent"
                return judgement
            }
            judgement.findings = forecast.predictions.map { Findings.finding($0, evidence) }
        } catch {
            judgement.reason = "the oracle cannot predict this plan: \(error)"
            return judgement
        }
        judgement.flood = FloodDigest(evidence)
        if record.plan.counterRun != .withoutCause { judgement.proofs = FaultProofs(evidence).proofs }
        conclude(&judgement, record)
        return judgement
    }

    /// Trouble in the harness is never a failure of TCP, so it is looked at first.
    private static func conclude(_ judgement: inout Judgement, _ record: RunRecord) {
        if let trouble = Preconditions.trouble(in: record) {
            judgement.reason = trouble
        } else if let proof = judgement.proofs.first(where: { $0.verdict != .pass }) {
            judgement.reason = "fault '\(proof.fault)' is not proved: \(proof.explanation)"
        } else if let stray = Preconditions.strayLoss(in: record) {
            judgement.reason = stray
        } else if let late = judgement.findings.first(where: { $0.isTooLate == true }) {
            judgement.reason = "\(late.title): \(late.seen)"
        } else if judgement.findings.contains(where: { $0.verdict == .fail }),
            let loss = Preconditions.linkLoss(in: record)
        {
            judgement.reason = loss
        } else if let worst = judgement.findings.max(by: { $0.verdict < $1.verdict }), worst.verdict > .pass {
            judgement.verdict = worst.verdict
            judgement.reason = "\(worst.title): expected \(worst.expected); seen \(worst.seen)"
        } else if let shortfall = record.shortfalls.first {
            judgement.reason = "every expectation was met, yet \(shortfall)"
        } else if case .deadlinePassed(let step) = record.ending {
            judgement.reason = "step \(step + 1) had not ended at the deadline of \(record.plan.deadline)"
        } else {
            judgement.verdict = .pass
        }
    }
}
