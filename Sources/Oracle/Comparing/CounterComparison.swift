import Model

/// The growth of what TCP counts, host by host. Other layers also count what has nothing to do with a connection, such as
/// neighbour discovery.
struct CounterComparison {
    private let laws: LawChanges
    private let packets: PacketComparison
    private(set) var changes: [Change] = []

    init(
        _ before: ComparedPair.One, _ after: ComparedPair.One, _ laws: LawChanges, _ packets: PacketComparison
    ) {
        self.laws = laws
        self.packets = packets
        for host in before.record.plan.hosts.map(\.name) {
            let (old, new) = (before.record.counters[host] ?? [:], after.record.counters[host] ?? [:])
            for name in old.keys.sorted() where Self.isOfTCP(name) {
                guard let first = old[name], let second = new[name], first != second,
                    let explanation = explanation(name, host, second - first)
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

    /// Why a counter grew by so many more; `nil` where it counts packets that are no change themselves.
    private func explanation(_ name: String, _ host: String, _ difference: Int64) -> Explanation? {
        for what in CountedPackets.of(name) {
            let (old, new) = (what.count(packets.old, at: host), what.count(packets.new, at: host))
            guard difference == Int64(new - old) else { continue }
            let told = packets.changes.filter { $0.kind == .packets && $0.what.contains("by \(host),") }
            return told.isEmpty
                ? nil : .follows(from: "\(what.rawValue) that \(host) \(what.verb): \(old) → \(new)")
        }
        return laws.pairs.lazy.filter { $0.counters.contains(name) }.compactMap(\.explanation).first ?? .unexplained
    }
}
