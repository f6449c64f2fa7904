/// One thing that is not as it was in the other run.
package struct Change: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// What a finding came to.
        case verdict
        /// What a law says must happen.
        case prediction
        case packets
        case timing
        case call
        case counter
        /// The greatest length of a queue.
        case queue
        case sysctlDefault = "sysctl default"
        /// Half-open connections beyond the backlog.
        case limit
        case feature
        case tick
        case objectSize = "object size"
        case counterExists = "counter exists"
    }

    /// The instance that shows it; `nil`: the facts of the kernels.
    package var instance: String?
    package var kind: Kind
    /// `net.ipv4.tcp_rmem`; `sent by client, connection c`.
    package var what: String
    /// `nil`: it was not there.
    package var before: String?
    /// `nil`: it is not there any more.
    package var after: String?
    package var explanation: Explanation

    package init(
        instance: String? = nil, _ kind: Kind, _ what: String, before: String?, after: String?,
        _ explanation: Explanation = .unexplained
    ) {
        self.instance = instance
        self.kind = kind
        self.what = what
        self.before = before
        self.after = after
        self.explanation = explanation
    }

    package var isExplained: Bool { explanation != .unexplained }
}

/// Why something changed.
package enum Explanation: Sendable, Hashable {
    /// A law holds in both runs, and says another thing in each.
    case law(LawReason)
    /// Linux changed it, and it is known when.
    case knownChange(KernelChange)
    /// Not the kernel but the machine, its settings, or how the kernel was built.
    case surroundings(String)
    /// It is nothing of its own: another change, told beside it, makes it so.
    case follows(from: String)
    case unexplained
}

/// `"unexplained"`, or one key with its value.
extension Explanation: Codable {
    private enum Key: String, CodingKey { case law, knownChange, surroundings, follows }
    private static let none = "unexplained"

    package init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self), word == Self.none {
            self = .unexplained
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an explanation has exactly one known kind"))
        }
        self =
            switch key {
            case .law: .law(try container.decode(LawReason.self, forKey: key))
            case .knownChange: .knownChange(try container.decode(KernelChange.self, forKey: key))
            case .surroundings: .surroundings(try container.decode(String.self, forKey: key))
            case .follows: .follows(from: try container.decode(String.self, forKey: key))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        if self == .unexplained {
            var container = encoder.singleValueContainer()
            return try container.encode(Self.none)
        }
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .law(let reason): try container.encode(reason, forKey: .law)
        case .knownChange(let change): try container.encode(change, forKey: .knownChange)
        case .surroundings(let words): try container.encode(words, forKey: .surroundings)
        case .follows(let cause): try container.encode(cause, forKey: .follows)
        case .unexplained: preconditionFailure("bug: encoded above")
        }
    }
}

/// What made a law say something else: found by putting the other run's values in, one at a time.
package struct LawReason: Sendable, Hashable, Codable {
    package struct Cause: Sendable, Hashable, Codable {
        /// `net.ipv4.tcp_syn_linear_timeouts of client`; `tick`.
        package var what: String
        /// `nil`: this kernel does not have it.
        package var before: String?
        package var after: String?
        /// What Linux changed there, where that is known.
        package var known: KernelChange?

        package init(_ what: String, before: String?, after: String?, known: KernelChange? = nil) {
            self.what = what
            self.before = before
            self.after = after
            self.known = known
        }
    }

    package var law: String
    package var causes: [Cause]
    /// The rule in words, with the values that decide, as it stood before and as it stands after.
    package var ruleBefore: String
    package var ruleAfter: String

    package init(law: String, causes: [Cause], ruleBefore: String, ruleAfter: String) {
        self.law = law
        self.causes = causes
        self.ruleBefore = ruleBefore
        self.ruleAfter = ruleAfter
    }
}
