/// What apt said when it could not do something.
struct AptFailure: Error, Hashable {
    enum Kind {
        /// The mirror has no such suite.
        case noSuite
        /// The machine's keys do not vouch for it.
        case noKey
        case other
    }

    let kind: Kind
    /// The line that tells most.
    let words: String

    init(_ said: String) {
        let lines = said.split(separator: "\n")
        let errors = lines.filter { $0.hasPrefix("E:") }
        let warnings = lines.filter { $0.hasPrefix("W:") }
        let key = lines.first { $0.contains("NO_PUBKEY") || $0.contains("is not signed") }
        let suite = errors.first { $0.contains("does not have a Release file") }
        // A mirror that nobody reaches has no Release file either.
        let unreached = lines.first { line in
            ["Could not resolve", "Could not connect", "Temporary failure", "timed out", "Cannot initiate"]
                .contains { line.contains($0) }
        }
        kind = unreached != nil ? .other : key != nil ? .noKey : suite != nil ? .noSuite : .other
        words = String(unreached ?? key ?? errors.first ?? warnings.first ?? lines.last ?? "it gave no reason")
            .split(separator: " ").drop { $0.hasSuffix(":") && $0.count < 6 }.joined(separator: " ")
    }
}
