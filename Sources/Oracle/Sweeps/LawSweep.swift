package import Model

/// One combination of parameters that a law is tried with on a real kernel.
package struct SweepPoint: Sendable, Hashable {
    /// Parameter by parameter, in the order of a table's columns; empty where it is left alone.
    package var parameters: [String]
    package var plan: Plan
    /// From the plan and the kernel's defaults, before anything ran.
    package var forecast: Forecast

    package init(parameters: [String], plan: Plan, forecast: Forecast) {
        self.parameters = parameters
        self.plan = plan
        self.forecast = forecast
    }

    /// Fails where the plan leaves open what must happen.
    init(_ plan: Plan, facts: Facts, parameters: [String]) throws(OracleError) {
        self.init(parameters: parameters, plan: plan, forecast: try Oracle.forecast(plan, facts: facts))
        self.plan.deadline = Nanoseconds(forecast.longest.value / 10 * 11) + .seconds(10)
    }
}

/// What a sweep starts from.
package struct SweepInput: Sendable, Hashable {
    /// The plans that the parameters are put into: one for each address family, which take turns.
    package var bases: [Plan]
    package var facts: Facts
    /// How many combinations are drawn at random, and from which seed.
    package var drawn: Int
    package var seed: UInt64
    /// Combinations that may last longer are left out.
    package var longest: Nanoseconds

    package init(bases: [Plan], facts: Facts, drawn: Int, seed: UInt64, longest: Nanoseconds) {
        self.bases = bases
        self.facts = facts
        self.drawn = drawn
        self.seed = seed
        self.longest = longest
    }
}

/// What laws are tried with: a grid that somebody chose, and some combinations that nobody has looked at before.
package protocol LawSweep: SendableMetatype {
    associatedtype Setting: Hashable

    static var laws: [String] { get }
    /// The scenario whose plan the parameters are put into.
    static var scenario: String { get }
    static var columns: [String] { get }
    /// How many may run side by side without being late for each other's sake; `nil`: all of them, since they wait.
    static var atOnce: Int? { get }

    init(_ input: SweepInput)
    var input: SweepInput { get }
    /// The same setting may be among them twice.
    func settings() -> [Setting]
    /// Fails only where the base plan is not of the form that is swept.
    func point(_ setting: Setting, in base: Plan) throws(OracleError) -> SweepPoint
}

extension LawSweep {
    /// The combinations to run, each once. Which family the first one gets is the seed's affair, so that every combination
    /// is tried with both in the end.
    package func points() throws(OracleError) -> [SweepPoint] {
        var points: [SweepPoint] = []
        var known: Set<Setting> = []
        for setting in settings() where known.insert(setting).inserted {
            let turn = (known.count + Int(input.seed % 2)) % input.bases.count
            let point = try point(setting, in: input.bases[turn])
            guard point.plan.expects(oneOf: Self.laws) else {
                throw OracleError("'\(Self.scenario)' does not expect the law that is swept, so nothing would be tried")
            }
            if point.forecast.longest <= input.longest { points.append(point) }
        }
        return points
    }
}

/// The sweeps that exist. A new one is added here.
package enum SweepBook {
    package static var sweeps: [any LawSweep.Type] {
        [
            SynRetransmissionSweep.self, HalfOpenSweep.self, AcceptQueueSweep.self, OrphanSweep.self, DataSweep.self,
            FinWait2Sweep.self, TimeWaitSweep.self, KeepaliveSweep.self, SynAckSweep.self, FinalAckSweep.self,
            RepeatedSynSweep.self, DeferAcceptSweep.self, EphemeralPortsSweep.self, TimeWaitBucketsSweep.self,
        ]
    }
}

extension Plan {
    fileprivate func expects(oneOf laws: [String]) -> Bool {
        expectations.contains { expectation in
            if case .law(let claim) = expectation.claim { laws.contains(claim.law) } else { false }
        }
    }

    /// Gives a host's sysctl a value, or with `nil` the kernel's default.
    mutating func set(_ key: String, _ value: Int?, on host: String) {
        set(key, text: value.map(String.init), on: host)
    }

    mutating func set(_ key: String, text: String?, on host: String) {
        for index in hosts.indices where hosts[index].name == host {
            hosts[index].sysctls.removeAll { $0.key == key }
            hosts[index].sysctls.append(SysctlSetting(key: key, value: text, optional: text == nil))
        }
    }
}

/// A generator whose numbers are the same everywhere for the same seed (Steele, Lea and Flood, OOPSLA 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
