import Model

/// Holds the names that a file uses against those that are given.
struct NameCheck {
    let log: Diagnostics

    /// Hosts come from the topology (or, in a topology file, from itself); laws from the oracle.
    func check(
        roles: Set<Role>, hosts: [String] = [], laws: [String] = [], inOrderFrom start: SourceLocation? = nil
    ) {
        var given: [Role: [String: Diagnostics.Mention]] = [:]
        for mention in log.mentions where mention.isDefinition && roles.contains(mention.role) {
            if let first = given[mention.role, default: [:]][mention.name] {
                log.add(
                    "the \(mention.role.rawValue) '\(mention.name)' is named twice; first on line \(first.at.line)",
                    at: mention.at, advice: "choose another name")
            } else {
                given[mention.role, default: [:]][mention.name] = mention
            }
        }
        for mention in log.mentions where !mention.isDefinition && roles.contains(mention.role) {
            let known =
                switch mention.role {
                case .host: hosts
                case .law: laws
                default: (given[mention.role] ?? [:]).keys.sorted()
                }
            // The nth of several sockets is NAME#n.
            let name = mention.role == .socket ? String(mention.name.prefix { $0 != "#" }) : mention.name
            guard known.contains(name) else {
                log.add(
                    "there is no \(mention.role.rawValue) \(quoted(mention.name))", at: mention.at,
                    advice: mention.role == .fault && known.isEmpty
                        ? "give the fault that you mean a name: name: \(mention.name)"
                        : Suggestion.advice(for: mention.name, among: known, known: "\(mention.role.rawValue)s"))
                continue
            }
            if let start, let definition = given[mention.role]?[name], mention.role == .socket,
                start <= mention.at, mention.at < definition.at
            {
                log.add(
                    "\(quoted(mention.name)) is used before it is there (line \(definition.at.line))", at: mention.at,
                    advice: "actions start in the order written")
            }
        }
    }
}

extension SourceLocation {
    fileprivate static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    fileprivate static func <= (left: Self, right: Self) -> Bool { !(right < left) }
}
