package import Model
import Oracle

/// What a kernel and the privileges at hand are, and what works.
package struct FactsText {
    private let facts: Facts
    private let paint: Paint

    package init(_ facts: Facts, paint: Paint = .none) {
        self.facts = facts
        self.paint = paint
    }

    package var lines: [String] {
        let hertz = 1_000_000_000 / max(1, facts.tick.value)
        var lines = [
            "kernel       \(facts.kernel) (\(facts.machine)), tick \(facts.tick) (HZ \(hertz))",
            "privileges   \(facts.privilege.words)",
            "descriptors  at most \(facts.descriptors) a process",
            "sysctls      \(facts.sysctls.count) below net. in a fresh network namespace",
        ]
        if let memory = facts.memory { lines.append("memory       \(Count.text(memory >> 20)) MiB") }
        if let sizes = facts.objectSizes, !sizes.isEmpty {
            let words = sizes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            lines += paint.lines("\(words) bytes", first: "objects      ")
        }
        lines.append("")
        var table = TextTable(["feature", "here", ""])
        for feature in Feature.allCases { table.rows.append([feature.rawValue, here(feature), feature.use]) }
        let instead = "not needed: packets are taken by cls_bpf, exactly those that are named"
        table.rows.append(["netem", "untried", instead])
        return lines
            + table.lines(width: paint.width) { row, column, text in
                if row < 0 || text == "untried" { return paint.dim(text) }
                return column == 1 ? paint.verdict(text == "yes" ? .pass : .fail, text) : text
            }
    }
}

extension FactsText {
    /// Why is for the gaps to tell. Without namespaces nothing else was tried.
    private func here(_ feature: Feature) -> String {
        if facts.availability(feature).isPresent { return "yes" }
        let nowhere = facts.availability(.networkNamespaces)
        return feature != .networkNamespaces && !nowhere.isPresent && facts.availability(feature) == nowhere
            ? "untried" : "no"
    }
}

extension Privilege {
    var words: String {
        switch self {
        case .root: "root over this machine's own user namespace"
        case .userNamespace: "an ordinary user, inside a user namespace of their own"
        }
    }
}

extension Feature {
    /// What it is for.
    var use: String {
        switch self {
        case .networkNamespaces: "hosts"
        case .sysctlWriting: "what a scenario sets, and pins, on its hosts"
        case .veth: "the links between hosts"
        case .clsact: "the place where faults sit"
        case .classicFilter: "the faults"
        case .extendedFilter: "the nth packet within a burst"
        case .socketOperations: "another initial RTO"
        case .socketDiagnostics: "states, queues and timers of sockets"
        case .packetSockets: "the capture"
        case .ethtoolNetlink: "offloads switched off"
        }
    }
}
