import Model

/// What a law says of one plan, and how a record is held against it. A law is one such type, named in `LawBook`.
///
/// A pure function of plan and facts: made before the run, and made again from the record after it.
protocol LawForecast {
    static var description: LawDescription { get }

    /// Throws where the plan leaves open what must happen.
    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError)

    /// What must be seen, in one line.
    var expected: String { get }
    /// Why, with the values that decide and the kernel function.
    var rule: String { get }
    /// What it decides, in one line, for comparing values of a sysctl: `expected`, and more where a record does not tell.
    var effect: String { get }
    /// The packets and calls that it tells of.
    var rungs: [Rung] { get }
    /// For a law with a timeline.
    var moments: [Moment] { get }
    /// Whether `CounterRun.bentLaw` changes anything in it.
    var isBendable: Bool { get }
    /// When the last thing it predicts has happened, from the first action.
    var longest: Nanoseconds { get }

    func finding(in evidence: Evidence) -> LawFinding
}

extension LawForecast {
    /// For a law that predicts nothing beyond the end of the steps.
    var longest: Nanoseconds { .zero }
    var effect: String { expected }
    /// For a law that leaves packets to others.
    var rungs: [Rung] { [] }
}

/// What a record says of a law.
struct LawFinding {
    var verdict: Verdict
    var seen: String
    var rows: [Finding.Row] = []
    /// See `Finding.isTooLate`.
    var isTooLate = false
}

extension LawFinding {
    /// Nothing is proved, by any expectation.
    static func tooLate(_ why: String) -> LawFinding {
        LawFinding(verdict: .inconclusive, seen: "the machine was too late: \(why)", isTooLate: true)
    }

    /// The worst row decides.
    init(rows: [Finding.Row], seen: String) {
        self.init(verdict: rows.map(\.verdict).max() ?? .fail, seen: seen, rows: rows)
    }
}

/// The laws that exist. A new one is added here and nowhere else.
enum LawBook {
    static var laws: [any LawForecast.Type] {
        [
            ConnectForecast.self, HalfOpenForecast.self, CookieForecast.self, OverflowForecast.self,
            SynAckForecast.self, RetransmissionForecast.self, FinWait2Forecast.self, TimeWaitForecast.self,
            KeepaliveForecast.self,
            DeferAcceptForecast.self, EphemeralPortsForecast.self, TimeWaitBucketsForecast.self,
        ]
    }

    static func forecast(
        _ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?
    ) throws(OracleError) -> any LawForecast {
        guard let law = laws.first(where: { $0.description.name == claim.law }) else {
            throw OracleError("there is no law '\(claim.law)'", origin: origin)
        }
        return try law.init(claim, plan: plan, facts: facts, origin: origin)
    }
}

/// What a scenario's author and its planner need to know of a law.
package struct LawDescription: Sendable, Hashable {
    /// What `law: { NAME: SUBJECT }` names.
    package enum Subject: String, Sendable, Hashable {
        /// A connect().
        case connection
        case listener
        /// One end of a connection: what a connect() or an accept() made.
        case stream
        /// One end of a connection, or of each of several: what connect() or accept() made.
        case ends
    }

    package var name: String
    package var summary: String
    package var subject: Subject
    /// The sysctls of the host of the law's socket that it depends on, whether or not this kernel has them.
    package var sysctls: [String]
    /// The values that kernels accept; others are refused by write(2), so they are never in force.
    package var limits: [String: ClosedRange<Int>]

    package init(
        name: String, summary: String, subject: Subject = .connection, sysctls: [String],
        limits: [String: ClosedRange<Int>] = [:]
    ) {
        self.name = name
        self.summary = summary
        self.subject = subject
        self.sysctls = sysctls
        self.limits = limits
    }
}
