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
package enum Explanation: Sendable, Hashable, Codable {
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
