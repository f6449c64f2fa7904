package import Model

/// The combinations that `accept-queue-overflow` is tried with: a queue that is filled, a SYN and a held final ACK that
/// find it full.
package struct AcceptQueueSweep: LawSweep, Sendable, Hashable {
    package static let laws = [OverflowForecast.description.name]
    package static let scenario = "accept-overflow-rst"
    package static let columns = ["backlog", "abort_on_overflow", "syncookies"]
    package static let atOnce: Int? = 8

    package struct Setting: Sendable, Hashable {
        var backlog: Int
        var abort: Int
        var syncookies: Int
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }

    package func settings() -> [Setting] {
        var settings: [Setting] = []
        for backlog in [0, 1, 3, 128] {
            for abort in 0...1 {
                settings += (0...1).map { Setting(backlog: backlog, abort: abort, syncookies: $0) }
            }
        }
        var random = SplitMix64(state: input.seed)
        settings += (0..<input.drawn).map { _ in
            Setting(
                backlog: Int.random(in: 0...40, using: &random), abort: Int.random(in: 0...2, using: &random),
                syncookies: Int.random(in: 0...3, using: &random))
        }
        return settings
    }

    package func point(_ setting: Setting, in base: Plan) throws(OracleError) -> SweepPoint {
        guard case .listen(var listen)? = base.steps.first?.action,
            let held = base.steps.lazy.compactMap({ step -> Connect? in
                if case .connect(let connect) = step.action, connect.socket == "held" { connect } else { nil }
            }).first
        else { throw OracleError("'\(base.scenario)' does not begin with a listener, or holds no connection") }
        var plan = base
        let columns = [("backlog", setting.backlog), ("abort", setting.abort), ("cookies", setting.syncookies)]
        let name = columns.map { "\($0)=\($1)" }.joined(separator: ",")
        plan.instance = "oracle-check/\(base.family.rawValue)/accept-queue/\(name)"
        listen.backlog = setting.backlog
        plan.set(PlannedListener.abortOnOverflow, setting.abort, on: listen.host)
        plan.set(PlannedListener.syncookies, setting.syncookies, on: listen.host)
        // No SYN+ACK is sent again later than the first time: what comes after that is another law's affair.
        plan.set(PlannedListener.synackRetries, 1, on: listen.host)
        func other(_ socket: String, port: UInt16, count: Int? = nil) -> Action {
            var connect = held
            connect.socket = socket
            connect.from?.port = port
            connect.series = count.map { Connect.Series(count: $0) }
            return .connect(connect)
        }
        func wait(_ milliseconds: Int64) -> Step {
            Step(.wait(Wait(until: .duration(.milliseconds(milliseconds)), atMost: .milliseconds(milliseconds))))
        }
        let hasRoom = setting.backlog > 0
        plan.steps = [Step(.listen(listen))]
        if hasRoom { plan.steps.append(Step(other("fill", port: 42_000, count: setting.backlog))) }
        plan.steps.append(Step(.connect(held)))
        if hasRoom { plan.steps.append(Step(other("last", port: 41_000))) }
        // One SYN that finds no room: closed before it is sent again.
        plan.steps += [
            Step(other("late", port: 41_001), awaited: false), wait(300), Step(.close(Close(socket: "late"))),
        ]
        plan.steps.append(wait(1500))
        return try SweepPoint(plan, facts: input.facts, parameters: columns.map { "\($0.1)" })
    }
}
