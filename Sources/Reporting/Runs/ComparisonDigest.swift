import Oracle

/// A comparison in words, before anybody lays it out: the headline, and the changes by what explains them.
struct ComparisonDigest {
    let comparison: Comparison
    let folded: [FoldedChange]

    init(_ comparison: Comparison) {
        self.comparison = comparison
        folded = comparison.folded
    }

    /// Changes with one explanation.
    struct Group {
        let explanation: Explanation
        let heading: String
        let folds: [FoldedChange]
    }

    /// Things that went the same way.
    struct Line {
        /// Its `what` is empty.
        let fold: FoldedChange
        var names: [String]
    }

    /// `6.1.0-56 → 6.12.117: 14 changes, 14 explained, 0 unexplained`; the same change in several instances is one.
    var headline: String {
        let kernels = Self.short(comparison.before.kernel, comparison.after.kernel)
        if folded.isEmpty { return "\(kernels): nothing changed" }
        let open = unexplained.count
        return "\(kernels): \(folded.count) change\(folded.count == 1 ? "" : "s"), \(folded.count - open) explained, "
            + "\(open) unexplained"
    }

    var unexplained: [FoldedChange] { folded.filter { !$0.change.isExplained } }

    /// What says most comes first.
    var explained: [Group] {
        var order: [String] = []
        var groups: [String: [FoldedChange]] = [:]
        for fold in folded where fold.change.isExplained {
            let heading = fold.change.explanation.heading
            if groups[heading] == nil { order.append(heading) }
            groups[heading, default: []].append(fold)
        }
        let found = order.compactMap { heading in
            groups[heading].flatMap { folds in
                folds.first.map { Group(explanation: $0.change.explanation, heading: heading, folds: folds) }
            }
        }
        return found.enumerated().sorted { one, other in
            (one.element.explanation.rank, one.offset) < (other.element.explanation.rank, other.offset)
        }.map(\.element)
    }

    static func lines(_ folds: [FoldedChange]) -> [Line] {
        var alike: [Line] = []
        for fold in folds {
            var nameless = fold
            nameless.change.what = ""
            if let place = alike.firstIndex(where: { $0.fold == nameless }) {
                alike[place].names.append(fold.change.what)
            } else {
                alike.append(Line(fold: nameless, names: [fold.change.what]))
            }
        }
        return alike
    }

    // MARK: The two sides

    static func short(_ before: String, _ after: String) -> String {
        if before == after { return "\(before) → the same" }
        let (old, new) = (version(before), version(after))
        return old == new ? "\(before) → \(after)" : "\(old) → \(new)"
    }

    private static func version(_ kernel: String) -> String {
        var text = kernel.prefix { $0.isNumber || $0 == "." || $0 == "-" }
        while let last = text.last, !last.isNumber { text.removeLast() }
        return String(text)
    }

    static func words(_ side: Comparison.Side) -> String {
        let memory = side.memory.map { ", \(Count.text($0 >> 20)) MiB" } ?? ""
        return
            "\(side.kernel) (\(side.machine)), tick \(side.tick), \(side.processors) CPU\(side.processors == 1 ? "" : "s")"
            + "\(memory); \(side.records) record\(side.records == 1 ? "" : "s")"
    }

    /// `connect-timeout*, 4 instances`.
    static func names(_ instances: [String]) -> String {
        if instances.isEmpty { return "no instance" }
        if instances.count == 1 { return instances[0] }
        var scenarios: [String] = []
        for instance in instances {
            let scenario = instance.split(separator: "/").first.map { "\($0)*" } ?? instance
            if !scenarios.contains(scenario) { scenarios.append(scenario) }
        }
        let shown = scenarios.prefix(mostNames).joined(separator: ", ")
        let rest = scenarios.count > mostNames ? " and \(scenarios.count - mostNames) more" : ""
        return "\(shown)\(rest), \(instances.count) instances"
    }

    private static let mostNames = 3
}

extension Explanation {
    var heading: String {
        switch self {
        case .law(let reason):
            let causes = reason.causes.map { cause in
                let known = cause.known.map { " (Linux \($0.since), \($0.commit))" } ?? ""
                return "\(cause.what) \(cause.before ?? "absent") → \(cause.after ?? "absent")\(known)"
            }
            return "Law \(reason.law): \(causes.joined(separator: "; "))"
        case .knownChange(let change): return change.words
        case .surroundings(let words): return "Not the kernel: \(words)"
        case .follows: return "Follows from other changes"
        case .unexplained: return "Unexplained"
        }
    }

    /// What it follows from, where that is all there is to explain.
    var cause: String? { if case .follows(let cause) = self { cause } else { nil } }

    /// What says most comes first.
    fileprivate var rank: Int {
        switch self {
        case .unexplained: 0
        case .knownChange: 1
        case .law: 2
        case .follows: 3
        case .surroundings: 4
        }
    }
}

extension KernelChange {
    /// `Linux 6.13, and stable kernels (3479c7549fb1 "tcp/dccp: …"): A listener … (half-open-limit shows it)`.
    fileprivate var words: String {
        "Linux \(since)\(isInStables ? ", and stable kernels" : "") (\(commit) \"\(subject)\"): \(what)"
            + (scenario.map { " Shown by \($0)." } ?? "")
    }
}

extension Comparison {
    /// One unexplained change is a failure; what could not be compared leaves it open whether there is one.
    package var exitStatus: CommandStatus {
        if !unexplained.isEmpty { return .failed }
        return unsure.isEmpty ? .passed : .inconclusive
    }
}

extension CommandStatus {
    var verdict: Verdict {
        switch self {
        case .passed: .pass
        case .failed: .fail
        case .skipped: .skip
        case .badInput, .inconclusive: .inconclusive
        }
    }
}
