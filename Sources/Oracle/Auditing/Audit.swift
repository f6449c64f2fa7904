package import Model

/// What a host's sysctls will do to a service on it, worst first.
///
/// A pure function of the sysctls: nothing is sent, and no kernel is asked.
package struct Audit: Sendable, Hashable, Encodable {
    /// A question that cannot be answered, for want of sysctls.
    package struct Unanswered: Sendable, Hashable, Encodable {
        package var question: AuditQuestion
        package var missing: [String]
    }

    package var format: Int
    /// Where the sysctls are from: `this machine`, or a file.
    package var source: String
    /// Whether they are in force on this machine.
    package var isLive: Bool
    /// `uname -r` there; `nil` where it is not known.
    package var kernel: String?
    /// A jiffy, by which the times are rounded.
    package var tick: Nanoseconds
    /// Worst first; of one rating, in the order of a connection's life.
    package var findings: [AuditFinding]
    package var unanswered: [Unanswered]

    /// - Parameters:
    ///   - facts: with the sysctls in force, and `kernel` empty where it is not known.
    ///   - file: where they are from; `nil`: they are this machine's.
    ///   - places: where in the file they stand.
    package init(_ facts: Facts, file: String? = nil, places: [String: SourceLocation] = [:]) {
        let answers = AuditRule.all.map { ($0, $0.answer(ServiceFigures(facts), places)) }
        format = Format.version
        source = file ?? "this machine"
        isLive = file == nil
        kernel = facts.kernel.isEmpty ? nil : facts.kernel
        tick = facts.tick
        let findings = answers.compactMap { _, answer in
            if case .finding(let finding) = answer { finding } else { nil }
        }
        self.findings = AuditRating.allCases.flatMap { rating in findings.filter { $0.rating == rating } }
        unanswered = answers.compactMap { rule, answer in
            if case .missing(let keys) = answer { Unanswered(question: rule.question, missing: keys) } else { nil }
        }
    }

    package func count(_ rating: AuditRating) -> Int { findings.count { $0.rating == rating } }

    /// For `--strict`.
    package var isWorrying: Bool { count(.critical) + count(.warning) > 0 }

    /// Every sysctl that it looks at.
    package static let keys: [String] = AuditRule.all.flatMap(\.keys).reduce(into: []) { keys, key in
        if !keys.contains(key) { keys.append(key) }
    }
}

/// From worst to best; the worse is the lesser.
package enum AuditRating: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case critical
    case warning
    case note
    case fine

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    package static func < (one: AuditRating, other: AuditRating) -> Bool { one.rank < other.rank }
}

/// One thing that the sysctls do to a service.
package struct AuditFinding: Sendable, Hashable, Encodable {
    package struct Value: Sendable, Hashable, Encodable {
        package var key: String
        /// `nil`: this kernel has no such sysctl.
        package var value: String?
        package var at: SourceLocation?
    }

    package var question: AuditQuestion
    package var rating: AuditRating
    /// What will happen, in one sentence.
    package var effect: String
    /// Why that is rated so; `nil` where it is fine.
    package var reason: String?
    /// The sysctls that decide.
    package var sysctls: [Value]
    /// The law that says so, where it is one that scenarios can expect.
    package var law: String?
    /// The scenario that proves it.
    package var scenario: String?
    /// `nil` where nothing needs to be changed, or nothing that the rule knows would be rated better.
    package var change: AuditChange?
}

/// A change to consider.
package struct AuditChange: Sendable, Hashable, Encodable {
    /// Lines for a shell; or, where none does it, what to do.
    package var commands: [String]
    /// The sysctls as they are then.
    package var sysctls: [String: String]
    /// The figure as it is then.
    package var then: String?
    /// What it costs, and when not to.
    package var cost: String
}
