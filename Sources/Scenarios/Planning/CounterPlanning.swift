import Model

/// Holds the counters that a scenario claims against those that this kernel counts.
struct CounterPlanning {
    let scenario: Scenario
    let facts: Facts
    let report: (InputError) -> Void

    /// Reports counters that this kernel does not count; answers what it lacks, in words.
    func missing() -> [String] {
        // Nothing is known of a kernel that gave no namespace, and nothing runs there.
        guard !facts.counters.isEmpty else { return [] }
        let known = Set(facts.counters)
        var reasons: [String] = []
        for counter in scenario.expectations.flatMap(Self.counters) where !known.contains(counter.key) {
            if let lack = lack(of: counter.key) {
                if !reasons.contains(lack) { reasons.append(lack) }
            } else if !Self.appearsLater(counter.key) {
                report(error(counter))
            }
        }
        return reasons
    }

    private static func counters(_ phrase: Phrase) -> [Arguments.Pair] {
        guard phrase.verb == "counters" else { return [] }
        return phrase.arguments.pairs.flatMap { pair -> [Arguments.Pair] in
            if case .record(let counters) = pair.value.value { counters.pairs } else { [] }
        }
    }

    private func lack(of counter: String) -> String? {
        let tables = ["Ip6.", "Icmp6."]
        guard tables.contains(where: counter.hasPrefix),
            !facts.counters.contains(where: { name in tables.contains(where: name.hasPrefix) })
        else { return nil }
        return "\(counter): this kernel has no IPv6"
    }

    /// /proc/net/snmp6 tells `Icmp6InType135` and its like from the first such message on (`snmp6_seq_show_icmpv6msg()`).
    private static func appearsLater(_ counter: String) -> Bool {
        ["Icmp6.InType", "Icmp6.OutType"].contains { prefix in
            counter.hasPrefix(prefix) && UInt8(counter.dropFirst(prefix.count)) != nil
        }
    }

    private func error(_ counter: Arguments.Pair) -> InputError {
        let nearest = Suggestion.nearest(to: counter.key, among: facts.counters)
        return scenario.source.error(
            at: counter.at.line, counter.at.column,
            "this kernel (\(facts.kernel)) counts no \(quoted(counter.key))",
            advice: nearest.map { "did you mean '\($0)'?" }
                ?? "cat /proc/net/netstat /proc/net/snmp /proc/net/snmp6 lists them")
    }
}
