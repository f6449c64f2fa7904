import Model

/// The growth of what TCP counts, host by host. Other layers also count what has nothing to do with a connection, such as
/// neighbour discovery.
struct CounterComparison {
    private let laws: LawChanges
    private let packets: PacketComparison
    private let kernels: (String, String)
    private(set) var changes: [Change] = []

    init(
        _ before: ComparedPair.One, _ after: ComparedPair.One, _ laws: LawChanges, _ packets: PacketComparison
    ) {
        self.laws = laws
        self.packets = packets
        kernels = (before.record.facts.kernel, after.record.facts.kernel)
        for host in before.record.plan.hosts.map(\.name) {
            let (old, new) = (before.record.counters[host] ?? [:], after.record.counters[host] ?? [:])
            for name in Set(old.keys).union(new.keys).sorted() where Self.isOfTCP(name) {
                // A counter that one kernel lacks is one that did not grow there.
                let (first, second) = (old[name] ?? 0, new[name] ?? 0)
                guard first != second else { continue }
                let effect: KernelChange.Effect? =
                    old[name] == nil ? .counterAppeared(name) : new[name] == nil ? .counterVanished(name) : nil
                guard
                    let explanation = effect.map({ Self.known($0, kernels) }) ?? explanation(name, host, second - first)
                else { continue }
                changes.append(
                    Change(
                        .counter, "\(name) of \(host)", before: "+\(first)", after: "+\(second)", explanation))
            }
        }
    }

    private static func isOfTCP(_ name: String) -> Bool {
        (name.hasPrefix("Tcp.") || name.hasPrefix("TcpExt.")) && !CountedPackets.byChance.contains(name)
    }

    private static func known(_ effect: KernelChange.Effect, _ kernels: (String, String)) -> Explanation {
        KernelChanges.entry(for: effect, from: kernels.0, to: kernels.1).map { .knownChange($0) } ?? .unexplained
    }

    /// Why a counter grew by so many more; `nil` where it counts packets that are no change themselves.
    private func explanation(_ name: String, _ host: String, _ difference: Int64) -> Explanation? {
        for what in CountedPackets.of(name) {
            let (old, new) = (what.count(packets.old, at: host), what.count(packets.new, at: host))
            guard difference == Int64(new - old) else { continue }
            let told = packets.changes.filter { $0.kind == .packets && $0.what.contains("by \(host),") }
            return told.isEmpty
                ? nil : .follows(from: "\(what.rawValue) that \(host) \(what.verb): \(old) → \(new)")
        }
        return laws.pairs.lazy.filter { $0.counters.contains(name) }.compactMap(\.explanation).first
            ?? Self.known(.counterCounts(name), kernels)
    }
}
