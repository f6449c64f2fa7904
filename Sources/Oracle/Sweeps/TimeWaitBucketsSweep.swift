package import Model

/// The combinations that `time-wait-buckets` is tried with: a limit, and connections that one side closes first.
package struct TimeWaitBucketsSweep: LawSweep, Sendable, Hashable {
    package static let laws = [TimeWaitBuckets.description.name]
    package static let scenario = "tw-buckets"
    package static let columns = ["max_tw_buckets", "closed", "closes first", "peers close", "fin_timeout"]
    package static let atOnce: Int? = 8

    package struct Setting: Sendable, Hashable {
        var limit: Int
        var closed: Int
        var clientFirst = true
        var peersClose = true
        /// `tcp_fin_timeout`; up to 4 s another counter counts the minisock.
        var timeout = 60
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }

    package func settings() -> [Setting] {
        var settings: [Setting] = []
        for limit in [0, 1, 2, 3, 5, 10, 20] {
            let counts = [1, limit - 1, limit, limit + 1, limit + 4].filter { $0 > 0 }
            settings += counts.map { Setting(limit: limit, closed: $0) }
            settings.append(Setting(limit: limit, closed: limit + 2, clientFirst: false))
            settings.append(Setting(limit: limit, closed: limit + 2, peersClose: false))
        }
        settings += [3, 4, 5, 59].map { Setting(limit: 3, closed: 5, timeout: $0) }
        settings += [3, 4, 5].map { Setting(limit: 3, closed: 5, peersClose: false, timeout: $0) }
        var random = SplitMix64(state: input.seed)
        settings += (0..<input.drawn).map { _ in
            Setting(
                limit: Int.random(in: 0...20, using: &random), closed: Int.random(in: 1...24, using: &random),
                clientFirst: Bool.random(using: &random), peersClose: Bool.random(using: &random),
                timeout: [3, 5, 20, 60].randomElement(using: &random) ?? 60)
        }
        return settings
    }

    package func point(_ setting: Setting, in base: Plan) throws(OracleError) -> SweepPoint {
        var plan = base
        let values: [(String, String)] = [
            ("limit", "\(setting.limit)"), ("closed", "\(setting.closed)"),
            ("first", setting.clientFirst ? "client" : "server"), ("peers", setting.peersClose ? "close" : "stay"),
            ("fin", "\(setting.timeout)"),
        ]
        let name = values.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
        plan.instance = "oracle-check/\(base.family.rawValue)/tw-buckets/\(name)"
        guard
            let connect = base.steps.lazy.compactMap({ step -> Connect? in
                if case .connect(let connect) = step.action { connect } else { nil }
            }).first,
            let accept = base.steps.lazy.compactMap({ step -> Accept? in
                if case .accept(let accept) = step.action { accept } else { nil }
            }).first, let listen = base.listen(accept.listener)
        else { throw OracleError("'\(base.scenario)' connects and accepts nothing") }
        let sockets = setting.clientFirst ? [connect.socket, accept.socket] : [accept.socket, connect.socket]
        let hosts = setting.clientFirst ? [connect.host, listen.host] : [listen.host, connect.host]
        for (host, limit, timeout) in [(hosts[0], setting.limit, setting.timeout), (hosts[1], nil, nil)] {
            plan.set(TimeWaitBuckets.limitKey, limit, on: host)
            plan.set(FinWait2.timeoutKey, timeout, on: host)
        }
        plan.expectations = plan.expectations.map { expectation in
            guard case .law(var claim) = expectation.claim else { return expectation }
            claim.of = sockets[0]
            return Expectation(.law(claim), origin: expectation.origin)
        }
        plan.steps = steps(setting, base, sockets)
        return try SweepPoint(plan, facts: input.facts, parameters: values.map(\.1))
    }

    /// Those of the base plan, with so many connections, closed in that order.
    private func steps(_ setting: Setting, _ base: Plan, _ sockets: [String]) -> [Step] {
        var closes = 0
        return base.steps.compactMap { step in
            var step = step
            switch step.action {
            case .connect(var connect):
                connect.series = Connect.Series(count: setting.closed)
                step.action = .connect(connect)
            case .accept(var accept):
                accept.count = setting.closed
                step.action = .accept(accept)
            case .close(var close):
                closes += 1
                guard closes == 1 || setting.peersClose else { return nil }
                close.socket = sockets[closes - 1]
                step.action = .close(close)
            default: break
            }
            return step
        }
    }
}
