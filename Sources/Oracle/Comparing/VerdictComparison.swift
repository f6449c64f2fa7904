import Model

/// What the findings of two runs came to.
struct VerdictComparison {
    private(set) var changes: [Change] = []
    private let others: [Change]
    private let isFlood: Bool

    /// - Parameter others: what else changed in this instance. A number that a scenario claims beside a law does not hold
    ///   where the law says another: such a verdict follows, as long as all that it is about is explained.
    init(_ before: ComparedPair.One, _ after: ComparedPair.One, besides others: [Change], isFlood: Bool) {
        self.others = others
        self.isFlood = isFlood
        let kernels = (before.record.facts.kernel, after.record.facts.kernel)
        for (index, old) in before.judgement.findings.enumerated()
        where index < after.judgement.findings.count {
            let new = after.judgement.findings[index]
            guard old.verdict != new.verdict, before.predictions.indices.contains(index) else { continue }
            changes.append(
                Change(
                    .verdict, old.title, before: Self.words(old), after: Self.words(new),
                    explanation(before.predictions[index].claim, kernels)))
        }
        if changes.isEmpty, before.judgement.verdict != after.judgement.verdict {
            changes.append(
                Change(
                    .verdict, "verdict", before: before.judgement.verdict.rawValue,
                    after: after.judgement.verdict.rawValue))
        }
    }

    private static func words(_ finding: Finding) -> String { "\(finding.verdict.rawValue): \(finding.seen)" }

    private func explanation(_ claim: Claim, _ kernels: (before: String, after: String)) -> Explanation {
        switch claim {
        case .law(let claim):
            let entry = KernelChanges.entry(for: .law(claim.law), from: kernels.before, to: kernels.after)
            return entry.map { .knownChange($0) } ?? .unexplained
        case .call(let claim):
            return following { $0.kind == .call && $0.what == "\(claim.name)() of \(claim.socket)" }
        case .packets(let claim): return following { $0.kind == .packets && $0.what.contains("by \(claim.host),") }
        case .counters(let claim):
            let names = claim.changes.keys.map { "\($0) of \(claim.host)" }
            return following { $0.kind == .counter && names.contains($0.what) }
        case .queue(let claim):
            return following {
                $0.kind == .queue && $0.what == "longest \(claim.kind.rawValue) queue of \(claim.listener)"
            }
        case .state: return following { $0.kind == .prediction }
        case .memory: return following { $0.kind == .objectSize }
        case .sysctl(let claim): return following { $0.kind == .sysctlDefault && $0.what == claim.key }
        }
    }

    private func following(_ isAboutIt: (Change) -> Bool) -> Explanation {
        // In a flood only the laws are compared, so they are all that a claim can follow from.
        let about = others.filter { isFlood ? $0.kind == .prediction : isAboutIt($0) }
        guard let first = about.first, about.allSatisfy(\.isExplained) else { return .unexplained }
        return .follows(from: first.what)
    }
}
