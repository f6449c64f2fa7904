import Model

/// The packets of two runs: which came, in which order, and how long after the one before.
struct PacketComparison {
    private let before: ComparedPair.One
    private let after: ComparedPair.One
    private let laws: LawChanges
    let old: Flows
    let new: Flows
    private(set) var changes: [Change] = []

    init(_ before: ComparedPair.One, _ after: ComparedPair.One, _ laws: LawChanges) {
        self.before = before
        self.after = after
        self.laws = laws
        old = Flows(before.evidence)
        new = Flows(after.evidence)
        let keys = Set(old.flows.keys).union(new.flows.keys)
        for key in keys.sorted(by: { $0.order < $1.order }) {
            let (first, second) = (old.flows[key] ?? [], new.flows[key] ?? [])
            if first.map(\.item) == second.map(\.item) {
                changes += timing(key, first, second)
            } else if let explanation = explanation(key, first, second) {
                changes.append(
                    Change(.packets, key.words, before: Self.words(first), after: Self.words(second), explanation))
            }
        }
    }

    /// Why the packets differ; `nil` where chance may decide, and it is no change.
    private func explanation(_ key: Flows.Key, _ first: [Flows.Entry], _ second: [Flows.Entry]) -> Explanation? {
        if isCutOff(first, second, new) || isCutOff(second, first, old) { return nil }
        if Flows.withoutLoneAcks(first) == Flows.withoutLoneAcks(second) { return nil }
        let governing = laws.governing(key.connection).filter(\.holds)
        for pair in governing where pair.leavesOpen || pair.explanation != nil {
            let rest = laws.isOfListener(pair) ? [] : first.map(\.item).filter { !$0.isHandshake }
            let other = laws.isOfListener(pair) ? [] : second.map(\.item).filter { !$0.isHandshake }
            if rest == other { return pair.explanation }
        }
        return .unexplained
    }

    /// Whether `longer` only goes on where nobody looked any more: by one timer at the end of the other's run.
    private func isCutOff(_ longer: [Flows.Entry], _ shorter: [Flows.Entry], _ run: Flows) -> Bool {
        guard let last = shorter.last, longer.count > shorter.count,
            longer.prefix(shorter.count).map(\.item) == shorter.map(\.item)
        else { return false }
        let extra = longer[shorter.count]
        let wait = extra.at - longer[shorter.count - 1].at
        return last.at + wait + lateness(of: wait) >= run.end
    }

    // MARK: Timing

    /// Pauses between packets that no two timers of the same length can differ by. Where a law that holds in both runs
    /// has looked at them, they are as it says.
    private func timing(_ key: Flows.Key, _ first: [Flows.Entry], _ second: [Flows.Entry]) -> [Change] {
        // What arrives is as late as it was sent.
        guard key.direction == .sent, first.count > 1 else { return [] }
        let judged = laws.governing(key.connection).filter { $0.holds && !laws.isOfListener($0) }
        return (1..<first.count).compactMap { index in
            let item = first[index].item
            if !judged.isEmpty, item.isHandshake { return nil }
            // A repetition is a timer's. Anything else is one only if, in one run at least, nothing else set it off.
            if !item.again, old.isAnswer(first[index], at: key.host) && new.isAnswer(second[index], at: key.host) {
                return nil
            }
            let (one, two) = (first[index].at - first[index - 1].at, second[index].at - second[index - 1].at)
            let allowed = lateness(of: max(one, two)) + lateness(first, index, before) + lateness(second, index, after)
            let difference = one > two ? one - two : two - one
            if difference <= allowed { return nil }
            let explanation = laws.governing(key.connection).lazy.compactMap(\.explanation).first ?? .unexplained
            return Change(
                .timing, "pause before packet \(index + 1), \(item), \(key.words)", before: "\(one)", after: "\(two)",
                explanation)
        }
    }

    /// By how much the same timer may differ from one run to another: each may be early within a jiffy, and late.
    private func lateness(of wait: Nanoseconds) -> Nanoseconds {
        let wheels = [TimerWheel(before.record.facts), TimerWheel(after.record.facts)]
        return wheels.map { $0.lateness(wait) + $0.tick }.max() ?? .zero
    }

    /// How late the machine was around both ends of a pause.
    private func lateness(_ entries: [Flows.Entry], _ index: Int, _ one: ComparedPair.One) -> Nanoseconds {
        let punctuality = Punctuality(one.record)
        return punctuality.lateness(at: entries[index - 1].at) + punctuality.lateness(at: entries[index].at)
            + one.record.clock.drift
    }

    // MARK: Words

    /// `SYN, SYN again (6 times)`.
    private static func words(_ entries: [Flows.Entry]) -> String {
        var runs: [(item: Flows.Item, count: Int)] = []
        for entry in entries {
            if runs.last?.item == entry.item { runs[runs.count - 1].count += 1 } else { runs.append((entry.item, 1)) }
        }
        if runs.isEmpty { return "none" }
        return runs.map { $0.count > 1 ? "\($0.item) (\($0.count) times)" : "\($0.item)" }.joined(separator: ", ")
    }
}

extension Flows.Key {
    /// By host, connection and direction.
    fileprivate var order: (String, String, String) { (host, connection.socket ?? "", direction.rawValue) }
}
