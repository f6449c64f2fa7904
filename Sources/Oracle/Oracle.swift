package import Model

/// What the kernel's rules say must be seen. Pure: the same plan and facts give the same forecast everywhere.
package enum Oracle {
    /// Fails only for a plan that cannot be decided: an unknown law or socket, a fault whose count is ambiguous.
    package static func forecast(_ plan: Plan, facts: Facts) throws(OracleError) -> Forecast {
        var predictions: [Prediction] = []
        for expectation in plan.expectations {
            predictions.append(try predict(expectation, plan: plan, facts: facts))
        }
        var longest = Nanoseconds.zero
        for step in plan.steps {
            longest = longest + (try duration(of: step, plan: plan, facts: facts))
        }
        return Forecast(predictions: predictions, longest: longest)
    }

    /// The laws that exist, by the names that scenarios use.
    package static let laws: [LawDescription] = [SynRetransmission.description]

    private static func predict(
        _ expectation: Expectation, plan: Plan, facts: Facts
    ) throws(OracleError) -> Prediction {
        let origin = expectation.origin
        func says(_ expected: String, moments: [Moment] = []) -> Prediction {
            Prediction(
                claim: expectation.claim, origin: origin, expected: expected, rule: "the scenario says so",
                moments: moments)
        }
        switch expectation.claim {
        case .law(let claim):
            guard claim.law == SynRetransmission.description.name else {
                throw OracleError("there is no law '\(claim.law)'", origin: origin)
            }
            let forecast = try ConnectForecast(socket: claim.of, plan: plan, facts: facts, origin: origin)
            return Prediction(
                claim: expectation.claim, origin: origin, expected: forecast.expected, rule: forecast.rule,
                schedule: forecast.schedule, moments: forecast.moments)
        case .call(let claim):
            guard plan.steps.contains(where: { $0.connects(claim.socket) }) else {
                throw OracleError("no connect action makes the socket '\(claim.socket)'", origin: origin)
            }
            return says(claim.description)
        case .packets(let claim):
            let time = claim.within.map { " within \($0)" } ?? ""
            return says("\(claim.count) such packets at \(claim.host)\(time)")
        case .counters(let claim):
            let changes = claim.changes.sorted { $0.key < $1.key }.map { "\($0.key) +\($0.value)" }
            return says("\(claim.host): \(changes.joined(separator: ", "))")
        }
    }

    /// The longest a step may keep the next one waiting. Steps that are not awaited still count: the run ends with them.
    private static func duration(of step: Step, plan: Plan, facts: Facts) throws(OracleError) -> Nanoseconds {
        switch step.action {
        case .connect(let connect):
            if let forecast = try? ConnectForecast(socket: connect.socket, plan: plan, facts: facts, origin: nil) {
                return forecast.moments.last?.window.to ?? .zero
            }
            // What no law decides may last as long as an attempt that nobody answers.
            let law = try SynRetransmission(connect, in: plan, facts: facts, origin: step.origin)
            return law.timers().reduce(Interval(.zero, .zero)) { $1.firing(after: $0, wheel: law.wheel) }.to
        case .wait(let wait):
            if case .duration(let time) = wait.until { return time }
            return .zero
        case .listen, .accept, .close, .fault: return .zero
        }
    }
}

extension Step {
    fileprivate func connects(_ socket: String) -> Bool {
        if case .connect(let connect) = action { connect.socket == socket } else { false }
    }
}

extension CallClaim: CustomStringConvertible {
    /// `connect() of c fails with ETIMEDOUT`.
    package var description: String {
        let time = within.map { " within \($0)" } ?? ""
        return switch outcome {
        case .returns: "connect() of \(socket) returns\(time)"
        case .fails(let errno?): "connect() of \(socket) fails with \(errno)\(time)"
        case .fails(nil): "connect() of \(socket) fails\(time)"
        }
    }
}

/// What a scenario's author and its planner need to know of a law.
package struct LawDescription: Sendable, Hashable {
    package var name: String
    package var summary: String
    /// The sysctls of the host of the law's socket that it depends on, whether or not this kernel has them.
    package var sysctls: [String]
    /// The values that kernels accept; others are refused by write(2), so they are never in force.
    package var limits: [String: ClosedRange<Int>]

    package init(name: String, summary: String, sysctls: [String], limits: [String: ClosedRange<Int>]) {
        self.name = name
        self.summary = summary
        self.sysctls = sysctls
        self.limits = limits
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
