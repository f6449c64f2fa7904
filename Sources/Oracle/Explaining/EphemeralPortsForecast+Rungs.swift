import Model

extension EphemeralPortsForecast {
    /// The plan's steps, with what becomes of the call.
    var rungs: [Rung] {
        var steps = StepRungs(plan)
        return plan.steps.enumerated().flatMap { index, step in
            let now = steps.now
            let own = steps.rungs(of: step, at: now)
            steps.pass(step)
            return index == connecting ? own + call(at: now) : own
        }
    }

    private func call(at now: Interval) -> [Rung] {
        guard case .connect(let connect) = plan.steps[connecting].action else { return [] }
        let (client, server) = (connect.host, plan.line(of: connect.to.address))
        guard findsPort else { return [Rung("connect() fails with EADDRNOTAVAIL", at: client, now, of: socket)] }
        var syn = Rung("SYN", from: client, to: server, now, of: socket)
        syn.remark = takesOver ? "its port was in TIME_WAIT" : nil
        let isHeard = plan.steps.contains { step in
            if case .listen(let listen) = step.action { listen.hears(connect.to, in: plan) } else { false }
        }
        guard isHeard, plan.faults.isEmpty else { return [syn] }
        return [
            syn, Rung("SYN+ACK", from: server, to: client, now, of: socket),
            Rung("connect() returns", at: client, now, of: socket),
            Rung("ACK", from: client, to: server, now, of: socket),
        ]
    }
}
