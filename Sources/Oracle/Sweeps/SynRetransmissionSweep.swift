package import Model

/// One combination of parameters that a law is tried with on a real kernel.
package struct SweepPoint: Sendable, Hashable {
    /// Parameter by parameter, in the order of a table's columns; empty where it is left alone.
    package var parameters: [String]
    package var plan: Plan
    /// From the plan and the kernel's defaults, before anything ran.
    package var forecast: Forecast
}

/// The combinations that `syn-retransmission` is tried with: the grid of `tcp_syn_retries` and
/// `tcp_syn_linear_timeouts`, the socket options, the maximum RTO, and some that nobody has looked at before.
package struct SynRetransmissionSweep: Sendable, Hashable {
    package static let columns = ["retries", "linear", "TCP_SYNCNT", "TCP_USER_TIMEOUT", "rto max"]

    /// `nil` leaves the kernel's default, or the option unset.
    struct Setting: Hashable {
        var retries: Int?
        var linear: Int?
        var synCount: Int?
        var userTimeout: Int?
        var maximumRTO: Int?
    }

    /// A plan in which every SYN of the connection is lost; the parameters are put into it.
    package var base: Plan
    package var facts: Facts
    /// How many combinations are drawn at random, and from which seed.
    package var drawn: Int
    package var seed: UInt64
    /// Combinations whose attempt may last longer are left out.
    package var longest: Nanoseconds

    package init(base: Plan, facts: Facts, drawn: Int, seed: UInt64, longest: Nanoseconds) {
        self.base = base
        self.facts = facts
        self.drawn = drawn
        self.seed = seed
        self.longest = longest
    }

    /// Fails only where the base plan is not one of a lost connection.
    package func points() throws(OracleError) -> [SweepPoint] {
        var points: [SweepPoint] = []
        for setting in settings() {
            let point = try point(setting)
            if point.forecast.longest <= longest { points.append(point) }
        }
        return points
    }

    /// Without parameters that this kernel does not have, and without repetition.
    func settings() -> [Setting] {
        var settings: [Setting] = []
        let linears = hasLinear ? [0, 1, 2, 4, 7] : []
        for retries in 1...6 {
            settings +=
                linears.isEmpty ? [Setting(retries: retries)] : linears.map { Setting(retries: retries, linear: $0) }
        }
        settings += [1, 2, 3, 5].map { Setting(synCount: $0) }
        settings += [500, 1000, 1010, 2000, 3500, 7000, 20_000].map { Setting(retries: 2, userTimeout: $0) }
        settings += [2500, 12_000].map { Setting(synCount: 1, userTimeout: $0) }
        settings += [1000, 1999, 3000].map { Setting(retries: 4, maximumRTO: $0) }
        var random = SplitMix64(state: seed)
        settings += (0..<drawn).map { _ in draw(from: &random) }
        var known: Set<Setting> = []
        return settings.filter { ($0.maximumRTO == nil || hasMaximum) && known.insert($0).inserted }
    }

    private var hasLinear: Bool { facts.sysctls[SynRetransmission.linearKey] != nil }
    private var hasMaximum: Bool { facts.sysctls[SynRetransmission.maximumKey] != nil }

    private func draw(from random: inout SplitMix64) -> Setting {
        func maybe(_ range: ClosedRange<Int>, _ chance: Int) -> Int? {
            Int.random(in: 0..<chance, using: &random) == 0 ? Int.random(in: range, using: &random) : nil
        }
        return Setting(
            retries: Int.random(in: 1...5, using: &random),
            linear: hasLinear ? Int.random(in: 0...12, using: &random) : nil, synCount: maybe(1...5, 3),
            userTimeout: maybe(300...30_000, 3), maximumRTO: hasMaximum ? maybe(1000...9000, 3) : nil)
    }

    private func point(_ setting: Setting) throws(OracleError) -> SweepPoint {
        var plan = base
        let columns: [(String, Int?)] = [
            ("retries", setting.retries), ("linear", setting.linear), ("syncnt", setting.synCount),
            ("user", setting.userTimeout), ("rtomax", setting.maximumRTO),
        ]
        let name = columns.compactMap { key, value in value.map { "\(key)=\($0)" } }.joined(separator: ",")
        plan.instance = "oracle-check/\(base.family.rawValue)/\(name)"
        for (index, step) in plan.steps.enumerated() {
            guard case .connect(var connect) = step.action else { continue }
            if let count = setting.synCount { connect.options.append(SocketOption("TCP_SYNCNT", count)) }
            if let time = setting.userTimeout { connect.options.append(SocketOption("TCP_USER_TIMEOUT", time)) }
            plan.steps[index].action = .connect(connect)
            plan.set(SynRetransmission.retriesKey, setting.retries, on: connect.host)
            plan.set(SynRetransmission.linearKey, setting.linear, on: connect.host)
            plan.set(SynRetransmission.maximumKey, setting.maximumRTO, on: connect.host)
        }
        let forecast = try Oracle.forecast(plan, facts: facts)
        plan.deadline = forecast.longest + .seconds(5)
        let parameters = columns.map { _, value in value.map(String.init) ?? "" }
        return SweepPoint(parameters: parameters, plan: plan, forecast: forecast)
    }
}

extension Plan {
    fileprivate mutating func set(_ key: String, _ value: Int?, on host: String) {
        for index in hosts.indices where hosts[index].name == host {
            hosts[index].sysctls.removeAll { $0.key == key }
            hosts[index].sysctls.append(SysctlSetting(key: key, value: value.map(String.init), optional: value == nil))
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
