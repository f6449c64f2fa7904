package import Model

/// The combinations that `syn-retransmission` is tried with: the grid of `tcp_syn_retries` and
/// `tcp_syn_linear_timeouts`, the socket options, the maximum RTO, the initial RTO where a BPF program can set it, and some
/// that nobody has looked at before.
package struct SynRetransmissionSweep: LawSweep, Sendable, Hashable {
    package static let laws = [SynRetransmission.description.name]
    package static let scenario = "connect-timeout"
    package static let columns = ["retries", "linear", "TCP_SYNCNT", "TCP_USER_TIMEOUT", "rto max", "initial rto"]
    package static let atOnce: Int? = nil

    /// `nil` leaves the kernel's default, or the option unset.
    package struct Setting: Sendable, Hashable {
        var retries: Int?
        var linear: Int?
        var synCount: Int?
        var userTimeout: Int?
        var maximumRTO: Int?
        var initialRTO: Int?
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }

    /// Without parameters that this kernel does not have.
    package func settings() -> [Setting] {
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
        for initial in [1, 50, 100, 250, 3000] {
            settings += [1, 2, 4].map { Setting(retries: $0, initialRTO: initial) }
            if hasLinear { settings += [2, 3].map { Setting(retries: $0, linear: 0, initialRTO: initial) } }
        }
        settings += [Setting(retries: 2, userTimeout: 330, initialRTO: 100), Setting(synCount: 6, initialRTO: 50)]
        settings += [(2, 1), (1, 12)].map {
            Setting(retries: $0, linear: $1, maximumRTO: 1500, initialRTO: 4000)
        }
        var random = SplitMix64(state: input.seed)
        settings += (0..<input.drawn).map { _ in draw(from: &random) }
        return settings.filter { setting in
            (setting.linear == nil || hasLinear) && (setting.maximumRTO == nil || hasMaximum)
                && (setting.initialRTO == nil || hasInitial)
        }
    }

    private var hasLinear: Bool { input.facts.sysctls[SynRetransmission.linearKey] != nil }
    private var hasInitial: Bool { input.facts.availability(.socketOperations).isPresent }
    private var hasMaximum: Bool { input.facts.sysctls[SynRetransmission.maximumKey] != nil }

    private func draw(from random: inout SplitMix64) -> Setting {
        func maybe(_ range: ClosedRange<Int>, _ chance: Int) -> Int? {
            Int.random(in: 0..<chance, using: &random) == 0 ? Int.random(in: range, using: &random) : nil
        }
        return Setting(
            retries: Int.random(in: 1...5, using: &random),
            linear: hasLinear ? Int.random(in: 0...12, using: &random) : nil, synCount: maybe(1...5, 3),
            userTimeout: maybe(300...30_000, 3), maximumRTO: hasMaximum ? maybe(1000...9000, 3) : nil,
            initialRTO: hasInitial ? maybe(1...4000, 3) : nil)
    }

    package func point(_ setting: Setting, in base: Plan) throws(OracleError) -> SweepPoint {
        var plan = base
        let columns: [(String, Int?)] = [
            ("retries", setting.retries), ("linear", setting.linear), ("syncnt", setting.synCount),
            ("user", setting.userTimeout), ("rtomax", setting.maximumRTO), ("initial", setting.initialRTO),
        ]
        let name = columns.compactMap { key, value in value.map { "\(key)=\($0)" } }.joined(separator: ",")
        plan.instance = "oracle-check/\(base.family.rawValue)/\(name)"
        plan.initialRTO = setting.initialRTO.map { .milliseconds(Int64($0)) }
        for (index, step) in plan.steps.enumerated() {
            guard case .connect(var connect) = step.action else { continue }
            if let count = setting.synCount { connect.options.append(SocketOption("TCP_SYNCNT", count)) }
            if let time = setting.userTimeout { connect.options.append(SocketOption("TCP_USER_TIMEOUT", time)) }
            plan.steps[index].action = .connect(connect)
            plan.set(SynRetransmission.retriesKey, setting.retries, on: connect.host)
            plan.set(SynRetransmission.linearKey, setting.linear, on: connect.host)
            plan.set(SynRetransmission.maximumKey, setting.maximumRTO, on: connect.host)
        }
        return try SweepPoint(
            plan, facts: input.facts, parameters: columns.map { _, value in value.map(String.init) ?? "" })
    }
}
