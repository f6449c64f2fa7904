import Model

/// How an audit answers one of its questions.
package struct AuditRule: Sendable {
    /// What the sysctls come to.
    struct Look: Sendable {
        /// What the thresholds are held against.
        var measure: Double
        /// The same for a reader, where it is a figure: `131.0–136.1 s`.
        var figure: String?
        /// A sentence without its full stop.
        var effect: String

        init(_ measure: Double, _ figure: String?, _ effect: String) {
            (self.measure, self.figure, self.effect) = (measure, figure, effect)
        }
    }

    /// What to write instead, and what that costs.
    struct Change: Sendable {
        var sysctls: [(key: String, value: String)]
        var cost: String
        /// Where no sysctl does it.
        var words: String?

        init(_ sysctls: [(key: String, value: String)], words: String? = nil, cost: String) {
            (self.sysctls, self.cost, self.words) = (sysctls, cost, words)
        }
    }

    package var question: AuditQuestion
    /// All of them decide. Those that came with a later Linux may be absent on an older one.
    package var keys: [String]
    /// Without them there is nothing to ask.
    package var isOptional: Bool
    /// Of the keys, those that do not matter with these sysctls.
    var moot: @Sendable (ServiceFigures) -> [String]
    /// As `Oracle.laws` names it.
    package var law: String?
    /// One that is in the library.
    package var scenario: String?
    /// `nil`: with these sysctls there is no question.
    var look: @Sendable (ServiceFigures) -> Look?
    /// What to do about a figure that is not fine.
    var change: @Sendable (ServiceFigures, Look) -> Change

    init(
        _ question: AuditQuestion, keys: [String], isOptional: Bool = false, law: String? = nil,
        scenario: String? = nil, moot: @escaping @Sendable (ServiceFigures) -> [String] = { _ in [] },
        look: @escaping @Sendable (ServiceFigures) -> Look?,
        change: @escaping @Sendable (ServiceFigures, Look) -> Change
    ) {
        self.question = question
        self.keys = keys
        self.isOptional = isOptional
        self.moot = moot
        self.law = law
        self.scenario = scenario
        self.look = look
        self.change = change
    }

    /// The rules, in the order of the questions. A new one is added here, with its thresholds in `AuditThreshold.table`.
    package static let all: [AuditRule] = opening + listening + lasting + closing

    enum Answer {
        case finding(AuditFinding)
        case missing([String])
        case none
    }

    func answer(_ figures: ServiceFigures, _ places: [String: SourceLocation]) -> Answer {
        let moot = moot(figures)
        let keys = keys.filter { !moot.contains($0) }
        let missing = keys.filter { figures.facts.sysctls[$0] == nil && !Self.lacks($0, figures.facts.kernel) }
        if !missing.isEmpty { return isOptional ? .none : .missing(missing) }
        guard let look = look(figures) else { return .none }
        let threshold = threshold(look)
        return .finding(
            AuditFinding(
                question: question, rating: threshold?.rating ?? .fine, effect: look.effect + ".",
                reason: threshold?.reason,
                sysctls: keys.map { .init(key: $0, value: figures.facts.sysctls[$0], at: places[$0]) }, law: law,
                scenario: scenario, change: threshold.flatMap { considered(figures, look, $0.rating, places) }))
    }

    /// `nil`: it is fine.
    private func threshold(_ look: Look) -> AuditThreshold? {
        AuditThreshold.table[question]?.first { $0.holds(for: look.measure) }
    }

    /// Whether a kernel is known to be older than a sysctl.
    private static func lacks(_ key: String, _ kernel: String) -> Bool {
        guard let since = KernelChanges.sysctl(key).flatMap({ KernelRelease($0.since) }),
            let release = KernelRelease(kernel)
        else { return false }
        return release < since
    }

    /// `nil`: the figure would be rated no better with it.
    private func considered(
        _ figures: ServiceFigures, _ look: Look, _ rating: AuditRating, _ places: [String: SourceLocation]
    ) -> AuditChange? {
        let change = change(figures, look)
        var facts = figures.facts
        for (key, value) in change.sysctls { facts.sysctls[key] = value }
        let then = self.look(ServiceFigures(facts))
        if !change.sysctls.isEmpty, then.flatMap(threshold)?.rating ?? .fine <= rating { return nil }
        let commands = change.sysctls.map { setting in
            "sysctl -w \(setting.key)=" + (setting.value.contains(" ") ? "\"\(setting.value)\"" : setting.value)
        }
        let place = keys.compactMap { places[$0] }.first.map { ": \($0.file):\($0.line)" } ?? ""
        return AuditChange(
            commands: change.words.map { [$0 + place] } ?? commands,
            sysctls: Dictionary(change.sysctls) { _, last in last },
            then: change.sysctls.isEmpty ? nil : then?.figure, cost: change.cost)
    }
}
