package import Model

/// What the kernel's rules say must be seen. Pure: the same plan and facts give the same forecast everywhere.
package enum Oracle {
    /// Fails only for a plan that cannot be decided: an unknown law or socket, a fault whose count is ambiguous.
    package static func forecast(_ plan: Plan, facts: Facts) throws(OracleError) -> Forecast {
        var predictions: [Prediction] = []
        var lasting = Nanoseconds.zero
        try checkValues(plan)
        for expectation in plan.expectations {
            guard case .law(let claim) = expectation.claim else {
                predictions.append(try predict(expectation, plan: plan, facts: facts))
                continue
            }
            let law = try LawBook.forecast(claim, plan: plan, facts: facts, origin: expectation.origin)
            lasting = max(lasting, law.longest)
            predictions.append(
                Prediction(
                    claim: expectation.claim, origin: expectation.origin, expected: law.expected, rule: law.rule,
                    moments: law.moments, isBendable: law.isBendable))
        }
        var longest = Nanoseconds.zero
        for step in plan.steps {
            longest = longest + (try duration(of: step, plan: plan, facts: facts))
        }
        return Forecast(predictions: predictions, longest: max(longest, lasting))
    }

    /// A prediction from values that no kernel takes would be worth nothing; what the plan's laws do not look at is no
    /// concern of theirs.
    private static func checkValues(_ plan: Plan) throws(OracleError) {
        let asked = plan.expectations.compactMap { expectation in
            if case .law(let claim) = expectation.claim { claim.law } else { nil }
        }
        let limits = laws.filter { asked.contains($0.name) }.reduce(into: [:]) { all, law in
            all.merge(law.limits) { first, _ in first }
        }
        for setting in plan.hosts.flatMap(\.sysctls) {
            guard let text = setting.value, let limits = limits[setting.key] else { continue }
            guard let value = Int(text), limits.contains(value) else {
                throw OracleError(
                    "\(setting.key)=\(text): the kernel takes \(limits.lowerBound) to \(limits.upperBound)",
                    origin: setting.origin)
            }
        }
    }

    /// The laws that exist, by the names that scenarios use.
    package static let laws: [LawDescription] = LawBook.laws.map { $0.description }

    private static func predict(
        _ expectation: Expectation, plan: Plan, facts: Facts
    ) throws(OracleError) -> Prediction {
        let origin = expectation.origin
        func says(_ expected: String) -> Prediction {
            Prediction(claim: expectation.claim, origin: origin, expected: expected, rule: "the scenario says so")
        }
        switch expectation.claim {
        case .law: preconditionFailure("bug: laws have forecasts of their own")
        case .call(let claim):
            guard plan.steps.contains(where: { $0.calls(claim.name, claim.socket) }) else {
                throw OracleError("no \(claim.name) action is about the socket '\(claim.socket)'", origin: origin)
            }
            return says(claim.description)
        case .packets(let claim):
            let time = claim.within.map { " within \($0)" } ?? ""
            return says("\(claim.count) such packets at \(claim.host)\(time)")
        case .counters(let claim):
            let changes = claim.changes.sorted { $0.key < $1.key }.map { "\($0.key) +\($0.value)" }
            return says("\(claim.host): \(changes.joined(separator: ", "))")
        case .queue(let claim):
            let when = claim.moment == .peak ? "at the most" : "at the end"
            return says("\(claim.length) in the \(claim.kind.rawValue) queue of \(claim.listener) \(when)")
        case .state(let claim):
            return says("\(claim.socket) is \(claim.occurs ? "" : "never ")\(claim.state)")
        case .memory(let claim):
            return says("\(claim.count) sockets in \(claim.state), and an object of its own for each")
        case .sysctl(let claim):
            return says("\(claim.key) of \(claim.host) \(claim.value.map { "reads \($0)" } ?? "is absent")")
        }
    }

    /// The longest a step may keep the next one waiting. Steps that are not awaited still count: the run ends with them.
    private static func duration(of step: Step, plan: Plan, facts: Facts) throws(OracleError) -> Nanoseconds {
        switch step.action {
        case .connect(let connect):
            // Calls of a series that nobody answers last side by side, or the first of them keeps the others waiting.
            let calls = connect.calls
            let apart = connect.series?.every.map { $0 * Int64(calls.count - 1) } ?? .zero
            return try duration(of: calls[0], step, plan: plan, facts: facts) + apart
        case .wait(let wait):
            if case .duration(let time) = wait.until { return time }
            return .zero
        case .inject(let inject):
            return inject.rate.map { Nanoseconds(Int64(inject.count) * 1_000_000_000 / Int64(max(1, $0))) } ?? .zero
        case .listen, .listenAgain, .accept, .send, .receive, .shutdown, .close, .replay, .fault, .set:
            return .zero
        }
    }

    private static func duration(
        of connect: Connect, _ step: Step, plan: Plan, facts: Facts
    ) throws(OracleError) -> Nanoseconds {
        let claim = LawClaim(law: SynRetransmission.description.name, of: connect.socket)
        if let forecast = try? ConnectForecast(claim, plan: plan, facts: facts, origin: nil) {
            return forecast.moments.last?.window.to ?? .zero
        }
        // What no law decides may last as long as an attempt that nobody answers; in a flood, until there is room again.
        let law = try SynRetransmission(connect, in: plan, facts: facts, origin: step.origin)
        let relief = FloodPlan.relief(of: connect, in: plan, facts: facts)
        var elapsed = Interval(.zero, .zero)
        for timer in law.timers() {
            if let relief, elapsed.from >= relief { break }
            elapsed = timer.firing(after: elapsed, wheel: law.wheel)
        }
        return elapsed.to
    }
}

extension Step {
    /// Whether it makes that call on that socket, or on one of that name's series.
    fileprivate func calls(_ call: String, _ socket: String) -> Bool {
        switch action {
        case .connect(let connect):
            call == "connect" && (connect.socket == socket || connect.calls.contains { $0.socket == socket })
        case .send(let send): call == "send" && send.socket == socket
        case .receive(let receive): call == "receive" && receive.socket == socket
        default: false
        }
    }
}

extension CallClaim: CustomStringConvertible {
    /// `connect() of c fails with ETIMEDOUT`.
    package var description: String {
        let time = within.map { " within \($0)" } ?? ""
        return switch outcome {
        case .returns: "\(name)() of \(socket) returns\(time)"
        case .fails(let errno?): "\(name)() of \(socket) fails with \(errno)\(time)"
        case .fails(nil): "\(name)() of \(socket) fails\(time)"
        }
    }
}

/// The oracle cannot say anything about this plan.
package struct OracleError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var origin: SourceLocation?
    /// It is this kernel, or these privileges, that lack something: no fault of the plan.
    package var isLack: Bool

    package init(_ message: String, origin: SourceLocation? = nil, isLack: Bool = false) {
        self.message = message
        self.origin = origin
        self.isLack = isLack
    }

    package var description: String { origin.map { "\($0): \(message)" } ?? message }
}
