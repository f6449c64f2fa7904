package import Model

/// A sweep that turns knobs in a base plan: what rules one end of its only connection, or its only listener.
package protocol KnobSweep: LawSweep where Setting == [SweepKnob: Int] {
    /// The name in the instances.
    static var label: String { get }
    static var knobs: [SweepKnob] { get }
    /// The combinations that somebody chose. What is not in one is left as it is.
    static var grid: [Setting] { get }
    /// Leaves out of the base plan what the sweep is not about.
    static func prepare(_ plan: inout Plan)
}

extension KnobSweep {
    package static func prepare(_ plan: inout Plan) {}
    package static var columns: [String] { knobs.map(\.column) }
    /// They wait side by side, but what looks at their states takes its turn on a CPU.
    package static var atOnce: Int? { 40 }

    /// Without parameters that this kernel does not have.
    package func settings() -> [Setting] {
        var random = SplitMix64(state: input.seed)
        let drawn = (0..<input.drawn).map { _ in draw(from: &random) }
        return (Self.grid + drawn).filter { $0.keys.allSatisfy { $0.isThere(input.facts) } }
    }

    private func draw(from random: inout SplitMix64) -> Setting {
        var setting: Setting = [:]
        for knob in Self.knobs where knob.isThere(input.facts) {
            guard Int.random(in: 0..<knob.oneIn, using: &random) == 0 else { continue }
            setting[knob] = knob.values.randomElement(using: &random)
        }
        return setting
    }

    package func point(_ setting: Setting, in base: Plan) throws(OracleError) -> SweepPoint {
        var plan = base
        let name = Self.knobs.compactMap { knob in setting[knob].map { "\(knob.column)=\($0)" } }
        plan.instance =
            "oracle-check/\(base.family.rawValue)/\(Self.label)/"
            + (name.isEmpty ? "default" : name.joined(separator: ","))
        Self.prepare(&plan)
        for knob in Self.knobs { knob.turn(&plan, to: setting[knob]) }
        var point = try SweepPoint(
            plan, facts: input.facts, parameters: Self.knobs.map { setting[$0].map(String.init) ?? "" })
        point.plan.lengthenWaits(to: point.plan.deadline)
        return point
    }
}

extension Plan {
    /// A base plan's limits are those of its own parameters.
    fileprivate mutating func lengthenWaits(to most: Nanoseconds) {
        for (index, step) in steps.enumerated() {
            switch step.action {
            case .wait(var wait):
                if case .duration = wait.until { continue }
                wait.atMost = most
                steps[index].action = .wait(wait)
            case .accept(var accept):
                accept.atMost = most
                steps[index].action = .accept(accept)
            case .receive(var receive):
                receive.atMost = most
                steps[index].action = .receive(receive)
            default: continue
            }
        }
    }
}
