import Model

extension StreamPlan {
    /// Throws where this end may find no room for its minisock.
    ///
    /// `tcp_time_wait()`: where `inet_twsk_alloc()` refuses one (see `TimeWaitBuckets`) the socket is gone at once
    /// (`tcp_done()`), and neither FIN_WAIT2 of a closed socket nor TIME_WAIT lasts at all. Which of a host's connections
    /// come first is not asked here: each that may have a minisock counts.
    func requireMinisock() throws(OracleError) {
        let numbers = SysctlNumbers(host: own.host, plan: plan, facts: facts, origin: origin)
        let first = try numbers.required(TimeWaitBuckets.limitKey)
        let limit = min(first, plan.writes(of: TimeWaitBuckets.limitKey, on: own.host).min() ?? first)
        guard limit > 0 else {
            throw refusal(
                "tcp_max_tw_buckets is \(limit), so there is no minisock for FIN_WAIT2 or TIME_WAIT, and it is gone at "
                    + "once (tcp_time_wait)")
        }
        let others = othersThatFinish
        guard others < limit else {
            throw refusal(
                "\(others) other connection\(others == 1 ? "" : "s") of '\(own.host)' may have all minisocks that "
                    + "tcp_max_tw_buckets=\(limit) allows, and then it is gone at once (tcp_time_wait); allow more, or name "
                    + "time-wait-buckets")
        }
    }

    /// Ends of other connections at the same host from which a step sends a FIN.
    private var othersThatFinish: Int {
        let finished = Set(
            plan.steps.compactMap { step in
                guard step.action.sendsFin else { return nil }
                return switch step.action {
                case .close(let close): close.socket
                case .shutdown(let shutdown): shutdown.socket
                default: nil
                }
            } as [String])
        let accepts = plan.steps.compactMap { step in
            if case .accept(let accept) = step.action { accept } else { nil }
        }
        return plan.steps.reduce(0) { sum, step in
            guard case .connect(let series) = step.action else { return sum }
            let others = series.calls.filter { $0.socket != connect.socket }
            let clients =
                series.host != own.host ? 0 : others.count { !finished.isDisjoint(with: [$0.socket, series.socket]) }
            let isFinished = accepts.contains { accept in
                guard let listen = plan.listen(accept.listener), listen.host == own.host,
                    listen.hears(series.to, in: plan)
                else { return false }
                return finished.contains { $0 == accept.socket || $0.hasPrefix("\(accept.socket)#") }
            }
            return sum + clients + (isFinished ? others.count : 0)
        }
    }
}
