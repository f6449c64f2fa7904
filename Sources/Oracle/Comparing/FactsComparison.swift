import Model

/// What two kernels are and can do, side by side.
struct FactsComparison {
    private let before: Facts
    private let after: Facts

    init(_ before: Facts, _ after: Facts) {
        self.before = before
        self.after = after
    }

    var changes: [Change] { [tick, limit].compactMap(\.self) + sysctls + counters + features + objectSizes }

    private func known(_ effect: KernelChange.Effect) -> Explanation {
        KernelChanges.entry(for: effect, from: before.kernel, to: after.kernel).map { .knownChange($0) } ?? .unexplained
    }

    private var tick: Change? {
        if before.tick == after.tick { return nil }
        return Change(
            .tick, "length of a jiffy", before: "\(before.tick)", after: "\(after.tick)",
            .surroundings("CONFIG_HZ, chosen when a kernel is built"))
    }

    private var limit: Change? {
        guard let old = before.halfOpenBeyondBacklog, let new = after.halfOpenBeyondBacklog, old != new else {
            return nil
        }
        return Change(
            .limit, "half-open connections beyond the backlog", before: "\(old)", after: "\(new)",
            known(.halfOpenBeyondBacklog(from: old, to: new)))
    }

    private var sysctls: [Change] {
        // Where no namespace could be made, nothing is known of them.
        if before.sysctls.isEmpty || after.sysctls.isEmpty { return [] }
        return Set(before.sysctls.keys).union(after.sysctls.keys).sorted().compactMap { key in
            let (old, new) = (before.sysctls[key], after.sysctls[key])
            guard old != new else { return nil }
            let explanation: Explanation
            if let old, let new {
                let effects = [.sysctlDefault(key, from: old, to: new)] + Self.growth(of: key, old, new)
                explanation =
                    effects.map { known($0) }.first { $0 != .unexplained }
                    ?? SysctlOrigin.explanation(of: key, old, new, before, after).map { .surroundings($0) }
                    ?? .unexplained
            } else {
                let known = known(.sysctlAppeared(key), isThereAfter: new != nil)
                let lacking = old == nil ? before : after
                explanation =
                    known != .unexplained
                    ? known : SysctlOrigin.absence(of: key, in: lacking).map { .surroundings($0) } ?? .unexplained
            }
            return Change(.sysctlDefault, key, before: old, after: new, explanation)
        }
    }

    private static func growth(of key: String, _ old: String, _ new: String) -> [KernelChange.Effect] {
        let (olds, news) = (SysctlOrigin.numbers(old), SysctlOrigin.numbers(new))
        guard olds.count == news.count else { return [] }
        if zip(olds, news).allSatisfy({ $0 <= $1 }) { return [.sysctlRaised(key)] }
        return zip(olds, news).allSatisfy({ $0 >= $1 }) ? [.sysctlLowered(key)] : []
    }

    /// What newer kernels have cannot be missing from them because it came.
    private func known(_ effect: KernelChange.Effect, isThereAfter: Bool) -> Explanation {
        guard let old = KernelRelease(before.kernel), let new = KernelRelease(after.kernel), old != new else {
            return known(effect)
        }
        return (new > old) == isThereAfter ? known(effect) : .unexplained
    }

    private var counters: [Change] {
        if before.counters.isEmpty || after.counters.isEmpty { return [] }
        let (old, new) = (Set(before.counters), Set(after.counters))
        return old.symmetricDifference(new).sorted().map { name in
            let appeared = new.contains(name)
            var explanation = known(appeared ? .counterAppeared(name) : .counterVanished(name))
            let group = name.prefix { $0 != "." } + "."
            let lacking = appeared ? before : after
            if explanation == .unexplained, !lacking.counters.contains(where: { $0.hasPrefix(group) }) {
                explanation = .surroundings(
                    "\(lacking.kernel) counts nothing of \(group.dropLast()): built without it, or too old")
            }
            return Change(
                .counterExists, name, before: appeared ? nil : "counted", after: appeared ? "counted" : nil, explanation
            )
        }
    }

    /// What one of the runs did not look for, since it is older than the question, says nothing.
    private var features: [Change] {
        let asked = Feature.allCases.filter { before.features[$0] != nil && after.features[$0] != nil }
        return asked.compactMap { feature in
            let (old, new) = (before.availability(feature), after.availability(feature))
            guard old.isPresent != new.isPresent else { return nil }
            let explanation: Explanation =
                before.privilege != after.privilege
                ? .surroundings("one run had the privileges of root, the other had not") : known(.feature(feature))
            return Change(.feature, feature.rawValue, before: old.words, after: new.words, explanation)
        }
    }

    /// Caches that both show: a kernel merges caches as it likes, so one that is missing says nothing.
    private var objectSizes: [Change] {
        guard let old = before.objectSizes, let new = after.objectSizes else { return [] }
        return old.keys.sorted().compactMap { cache in
            guard let size = old[cache], let other = new[cache], size != other else { return nil }
            return Change(
                .objectSize, cache, before: "\(size) B", after: "\(other) B",
                known(.objectSize(cache, from: size, to: other)))
        }
    }
}

extension Availability {
    fileprivate var words: String {
        switch self {
        case .present: "present"
        case .missing(let reason): "missing: \(reason)"
        }
    }
}
