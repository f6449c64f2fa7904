package import Model

/// Who sends what to whom and when, as a diagram with a line down for each host: of a run, or of what is predicted.
package struct Ladder: Sendable, Hashable, Codable {
    /// From left to right.
    package var hosts: [String]
    /// In order of time.
    package var rungs: [Rung]
    /// When the first of them was, on the record's timeline; `nil` for what is predicted.
    package var origin: Nanoseconds?

    package init(hosts: [String], rungs: [Rung], origin: Nanoseconds? = nil) {
        self.hosts = hosts
        self.rungs = rungs
        self.origin = origin
    }

    /// For an address that nobody has.
    package static let nobody = "nobody"

    /// Of all hosts those that take part, with neighbours side by side where they are three: the one with both links
    /// between the others.
    init(_ rungs: [Rung], of plan: Plan) {
        var taking: [String] = plan.hosts.map(\.name) + [Self.nobody]
        taking = taking.filter { name in rungs.contains { $0.host == name || $0.to == name } }
        if taking.count == 3,
            let middle = taking.first(where: { name in
                taking.allSatisfy { other in other == name || plan.links.contains { $0.joins(name, other) } }
            })
        {
            taking.removeAll { $0 == middle }
            taking.insert(middle, at: 1)
        }
        self.init(hosts: taking, rungs: rungs.sinceTheFirst, origin: rungs.lazy.compactMap(\.window?.from).first)
    }

    /// The connections that it tells of, by name.
    package var connections: [String] {
        var seen: Set<String> = []
        return rungs.compactMap(\.connection).filter { seen.insert($0).inserted }
    }
}

extension Ladder {
    /// Longer ladders are shortened in the middle.
    package static let mostRungs = 70

    /// The same for a reader: what repeats itself is told once, and what is left of a long run has a middle that is only
    /// counted.
    package var brief: Ladder {
        Ladder(hosts: hosts, rungs: rungs.folded.shortened(to: Self.mostRungs), origin: origin)
    }
}

extension [Rung] {
    /// Counted from the first that has a time.
    fileprivate var sinceTheFirst: [Rung] {
        guard let origin = lazy.compactMap(\.window?.from).first else { return self }
        return map { rung in
            var copy = rung
            copy.window = rung.window.map { Interval(Swift.max(.zero, $0.from - origin), $0.to - origin) }
            return copy
        }
    }

    /// Connections that go as the one before them are told in one line.
    fileprivate var folded: [Rung] {
        var told: [Rung] = []
        var last: Exchange?
        var same: [Exchange] = []
        func line() -> [Rung] {
            guard let first = same.first, let end = same.last else { return [] }
            let names = first.name == end.name ? first.name : "\(first.name) … \(end.name)"
            let times = same.count == 1 ? "once more" : "\(same.count) times more"
            let window = first.rungs.first?.window.flatMap { from in
                end.rungs.last?.window.map { Interval(from.from, $0.to) }
            }
            return [Rung("the same \(times): \(names)", at: nil, window.map { Interval($0.from, $0.from) })]
        }
        for exchange in exchanges {
            if let last, exchange.isLike(last) {
                same.append(exchange)
            } else {
                told += line() + exchange.rungs
                same = []
                last = exchange
            }
        }
        return told + line()
    }

    /// Stretches that belong to one connection.
    private var exchanges: [Exchange] {
        var found: [Exchange] = []
        for rung in self {
            if let name = rung.connection, found.last?.name == name {
                found[found.count - 1].rungs.append(rung)
            } else {
                found.append(Exchange(name: rung.connection ?? "", rungs: [rung]))
            }
        }
        return found
    }

    /// The beginning and the end, with the number of what lies between; what belongs to no connection stays, as far as it
    /// is less than that.
    fileprivate func shortened(to most: Int) -> [Rung] {
        guard count > most else { return self }
        let (head, tail) = (most / 2, most / 3)
        let middle = self[head..<(count - tail)]
        let keepsOthers = middle.count { $0.connection == nil } <= most / 12
        var kept: [Rung] = []
        var left: [Rung] = []
        func note() -> [Rung] {
            guard let first = left.first else { return [] }
            let packets = left.count(where: \.isPacket)
            return [
                Rung(
                    "left out: \(packets) packets and \(left.count - packets) other lines", at: nil, first.window)
            ]
        }
        for rung in middle {
            if keepsOthers, rung.connection == nil {
                kept += note() + [rung]
                left = []
            } else {
                left.append(rung)
            }
        }
        return prefix(head) + kept + note() + suffix(tail)
    }
}

/// What follows one another of one connection.
private struct Exchange {
    /// Empty for what belongs to none.
    var name: String
    var rungs: [Rung]

    /// Shorter ones are told as quickly as their likeness.
    private static let fewest = 3
    /// No timer that sends a packet again is as short.
    private static let instant = Nanoseconds.milliseconds(100)

    /// Whether nothing but name and time differs, and neither of them lasts. In which order two hosts were scheduled says
    /// nothing.
    func isLike(_ other: Exchange) -> Bool {
        guard rungs.count >= Self.fewest, !name.isEmpty, rungs.count == other.rungs.count, isShort, other.isShort else {
            return false
        }
        return anonymous == other.anonymous
    }

    private var anonymous: [Rung: Int] {
        rungs.reduce(into: [:]) { counts, rung in
            var rung = rung
            rung.window = nil
            rung.connection = nil
            counts[rung, default: 0] += 1
        }
    }

    private var isShort: Bool {
        guard let from = rungs.first?.window?.from, let to = rungs.last?.window?.from else { return true }
        return to - from < Self.instant
    }
}

extension Link {
    fileprivate func joins(_ one: String, _ other: String) -> Bool {
        (a.host, b.host) == (one, other) || (a.host, b.host) == (other, one)
    }
}

extension Plan {
    /// The line of an address: that of its host, where made-up ones lead to, or nobody's.
    func line(of address: IPAddress) -> String {
        owner(of: address) ?? spoofing.flatMap { $0.isMadeUp(address) ? $0.host : nil } ?? Ladder.nobody
    }
}
