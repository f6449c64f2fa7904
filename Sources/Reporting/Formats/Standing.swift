package import Oracle

/// How an instance counts in a report: its verdict, turned round where it had to go wrong.
package enum Standing: Sendable, Hashable {
    case passed
    case failed(String)
    case skipped(String)
    case inconclusive(String)

    /// One sentence; `nil` for what has passed.
    package var reason: String? {
        switch self {
        case .passed: nil
        case .failed(let reason), .skipped(let reason), .inconclusive(let reason): reason
        }
    }

    package var verdict: Verdict {
        switch self {
        case .passed: .pass
        case .failed: .fail
        case .skipped: .skip
        case .inconclusive: .inconclusive
        }
    }
}

extension RunReport {
    package func standing(of outcome: Outcome) -> Standing { outcome.standing(mustFail: mustFail) }

    /// How many instances count so.
    func count(standing verdict: Verdict) -> Int { outcomes.count { standing(of: $0).verdict == verdict } }
}

extension RunReport.Outcome {
    package func standing(mustFail: Bool) -> Standing {
        let reason = judgement.reason ?? "no reason was given"
        if mustFail, !judgement.isSkipped {
            // Nothing went wrong where nothing was run.
            if folder == nil { return .inconclusive(reason) }
            if judgement.endedAsItMust { return .passed }
            let blind = judgement.findings.filter { $0.isOfLaw && $0.verdict != .fail }.map(\.title)
            let which = blind.isEmpty ? "it ended with \(judgement.verdict.word)" : blind.joined(separator: ", ")
            return .failed("it had to go wrong and did not: \(which)")
        }
        return switch judgement.verdict {
        case .pass: .passed
        case .fail: .failed(reason)
        case .skip: .skipped(reason)
        case .inconclusive: .inconclusive(reason)
        }
    }
}

extension RunReport.Outcome {
    /// What is not as it must be, for whoever has read that it is not.
    func story(_ standing: Standing) -> [String] {
        let brief = JudgementText(self).brief
        return judgement.counterRun == nil ? brief : [standing.reason ?? ""] + brief
    }
}

extension Judgement {
    /// Where the whole run proves nothing, what is not as it must be proves nothing either.
    func standing(of verdict: Verdict) -> Verdict {
        verdict == .fail && self.verdict == .inconclusive ? .inconclusive : verdict
    }
}
