package import Model

/// What the kernel's rules say must be seen. Pure: the same plan and facts give the same forecast everywhere.
package enum Oracle {
    package static func forecast(_ plan: Plan, facts: Facts) throws(OracleError) -> Forecast {
        Forecast(predictions: [], longest: .seconds(1))
    }

    /// The laws that exist, by the names that scenarios use.
    package static let laws: [LawDescription] = []
}

/// What a scenario's author and its planner need to know of a law.
package struct LawDescription: Sendable, Hashable {
    package var name: String
    package var summary: String
    /// The sysctls of the host of the law's socket that it depends on, whether or not this kernel has them.
    package var sysctls: [String]

    package init(name: String, summary: String, sysctls: [String]) {
        self.name = name
        self.summary = summary
        self.sysctls = sysctls
    }
}

/// The oracle cannot say anything about this plan.
package struct OracleError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var origin: SourceLocation?

    package init(_ message: String, origin: SourceLocation? = nil) {
        self.message = message
        self.origin = origin
    }

    package var description: String { origin.map { "\($0): \(message)" } ?? message }
}
