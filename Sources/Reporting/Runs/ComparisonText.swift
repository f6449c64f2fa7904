package import Oracle

/// What changed between two runs, for a reader: what nobody can explain first and in full, the rest by its explanation.
package struct ComparisonText {
    private let comparison: Comparison
    private let folded: [FoldedChange]
    private let paint: Paint

    package init(_ comparison: Comparison, paint: Paint = .none) {
        self.comparison = comparison
        folded = comparison.folded
        self.paint = paint
    }

    package var lines: [String] {
        var lines = paint.lines(verdict, first: "")
        lines = lines.map { paint.verdict(comparison.exitStatus.verdict, $0) }
        lines += paint.lines(Self.words(comparison.before), first: "  before    ")
        lines += paint.lines(Self.words(comparison.after), first: "  after     ")
        let compared = comparison.compared
        lines += paint.lines(Self.names(compared), first: "  compared  ")
        return lines + unexplained + explained + unsure
    }

    /// `6.1.0-56 → 6.12.117: 14 changes, 14 explained, 0 unexplained`; the same change in several instances is one.
    private var verdict: String {
        let kernels = Self.short(comparison.before.kernel, comparison.after.kernel)
        if folded.isEmpty { return "\(kernels): nothing changed" }
        let open = folded.count { !$0.change.isExplained }
        return "\(kernels): \(folded.count) change\(folded.count == 1 ? "" : "s"), \(folded.count - open) explained, "
            + "\(open) unexplained"
    }

    // MARK: The two sides

    private static func short(_ before: String, _ after: String) -> String {
        if before == after { return "\(before) → the same" }
        func version(_ kernel: String) -> String {
            var text = kernel.prefix { $0.isNumber || $0 == "." || $0 == "-" }
            while let last = text.last, !last.isNumber { text.removeLast() }
            return String(text)
        }
        let (old, new) = (version(before), version(after))
        return old == new ? "\(before) → \(after)" : "\(old) → \(new)"
    }

    private static func words(_ side: Comparison.Side) -> String {
        let memory = side.memory.map { ", \(Count.text($0 >> 20)) MiB" } ?? ""
        return
            "\(side.kernel) (\(side.machine)), tick \(side.tick), \(side.processors) CPU\(side.processors == 1 ? "" : "s")"
            + "\(memory); \(side.records) record\(side.records == 1 ? "" : "s")"
    }

    /// `connect-timeout*, 4 instances`.
    private static func names(_ instances: [String]) -> String {
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

    // MARK: Changes

    private var unexplained: [String] {
        let open = folded.filter { !$0.change.isExplained }
        if open.isEmpty { return [] }
        return ["", paint.bold("Unexplained")]
            + open.flatMap { fold -> [String] in
                let change = fold.change
                var lines = paint.lines("\(change.kind.rawValue): \(change.what)", first: "  ✗ ")
                if !fold.instances.isEmpty { lines += paint.lines(Self.names(fold.instances), first: "    in      ") }
                lines += paint.lines(change.before ?? "absent", first: "    before  ")
                return lines + paint.lines(change.after ?? "absent", first: "    after   ")
            }
    }

    private var explained: [String] {
        var order: [String] = []
        var groups: [String: [FoldedChange]] = [:]
        for fold in folded where fold.change.isExplained {
            let heading = heading(fold.change.explanation)
            if groups[heading] == nil { order.append(heading) }
            groups[heading, default: []].append(fold)
        }
        let sorted = order.enumerated().sorted { one, other in
            func rank(_ heading: String) -> Int { groups[heading]?.first?.change.explanation.rank ?? 0 }
            return (rank(one.element), one.offset) < (rank(other.element), other.offset)
        }
        var lines: [String] = []
        for heading in sorted.map(\.element) {
            guard let changes = groups[heading], let first = changes.first else { continue }
            lines += [""] + paint.lines(heading, first: "").map(paint.bold)
            if case .law(let reason) = first.change.explanation {
                lines += rules(reason)
            }
            lines += self.lines(changes)
        }
        return lines
    }

    private func rules(_ reason: LawReason) -> [String] {
        if reason.ruleBefore == reason.ruleAfter { return paint.lines(reason.ruleAfter, first: "  rule  ") }
        return paint.lines(reason.ruleBefore, first: "  rule before  ")
            + paint.lines(reason.ruleAfter, first: "  rule after   ")
    }

    /// Things that went the same way are told in one line.
    private func lines(_ folds: [FoldedChange]) -> [String] {
        var alike: [(fold: FoldedChange, names: [String])] = []
        for fold in folds {
            var nameless = fold
            nameless.change.what = ""
            if let place = alike.firstIndex(where: { $0.fold == nameless }) {
                alike[place].names.append(fold.change.what)
            } else {
                alike.append((nameless, [fold.change.what]))
            }
        }
        return alike.flatMap { fold, names in
            let change = fold.change
            let place = fold.instances.isEmpty ? "" : " (\(Self.names(fold.instances)))"
            var from = ""
            if case .follows(let cause) = change.explanation { from = "; \(cause)" }
            return paint.lines(
                "\(change.kind.rawValue) \(names.joined(separator: ", ")): "
                    + "\(change.before ?? "absent") → \(change.after ?? "absent")\(from)\(place)", first: "  · ")
        }
    }

    private func heading(_ explanation: Explanation) -> String {
        switch explanation {
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

    // MARK: What was not compared

    private var unsure: [String] {
        if comparison.unsure.isEmpty { return [] }
        return ["", paint.bold("Not compared")]
            + comparison.unsure.flatMap { paint.lines("\($0.instance): \($0.reason)", first: "  ? ") }
    }
}

extension KernelChange {
    /// `Linux 6.13, and stable kernels (3479c7549fb1 "tcp/dccp: …"): A listener … (half-open-limit shows it)`.
    fileprivate var words: String {
        "Linux \(since)\(isInStables ? ", and stable kernels" : "") (\(commit) \"\(subject)\"): \(what)"
            + (scenario.map { " Shown by \($0)." } ?? "")
    }
}

extension Explanation {
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

extension Comparison {
    /// One unexplained change is a failure; what could not be compared leaves it open whether there is one.
    package var exitStatus: CommandStatus {
        if !unexplained.isEmpty { return .failed }
        return unsure.isEmpty ? .passed : .inconclusive
    }
}

extension CommandStatus {
    fileprivate var verdict: Verdict {
        switch self {
        case .passed: .pass
        case .failed: .fail
        case .skipped: .skip
        case .badInput, .inconclusive: .inconclusive
        }
    }
}
