import Kernel
import Model

extension Instance {
    /// The steps in their order, but for those that are withheld and those that depend on them.
    func performSteps() throws {
        var absent: Set<String> = []
        for (index, step) in plan.steps.enumerated() {
            guard !plan.withheld.steps.contains(index), absent.isDisjoint(with: step.action.uses) else {
                if let made = step.action.makes { absent.insert(made) }
                continue
            }
            timeline.add(.step(StepEvent(index: index, began: true)))
            try perform(step, index)
            timeline.add(.step(StepEvent(index: index, began: false)))
            try sampleIfStale()
        }
        try finishConnecting()
    }

    /// What nobody waited for is evidence too: how it ends.
    private func finishConnecting() throws {
        guard try serve(limit: deadline, until: { endpoints.connecting == 0 }) else {
            let late = plan.steps.firstIndex { step in
                if case .connect(let connect) = step.action { !endpoints.isIdle(connect.socket) } else { false }
            }
            throw DeadlinePassed(step: late ?? plan.steps.count - 1)
        }
        try sampleIfStale()
    }

    private func perform(_ step: Step, _ index: Int) throws {
        switch step.action {
        case .listen(let listen): try endpoints.listen(listen, origin: step.origin)
        case .listenAgain, .send, .receive, .inject, .set:
            throw LabError.unsupported(feature: "step \(index + 1)", reason: "tcpfault-run cannot do this yet")
        case .connect(let connect):
            try endpoints.connect(connect, origin: step.origin)
            if step.awaited { try finish(index) { endpoints.isIdle(connect.socket) } }
        case .accept(let accept): try perform(accept, index, awaited: step.awaited)
        case .close(let close): try endpoints.close(close)
        case .fault(let change): try perform(change)
        case .wait(let wait): try perform(wait, index)
        }
    }

    /// Waits as long as the plan's deadline allows.
    func finish(_ index: Int, _ condition: () throws -> Bool) throws {
        guard try serve(limit: deadline, until: condition) else { throw DeadlinePassed(step: index) }
    }

    /// Waits at most so long; answers whether the condition came to hold.
    @discardableResult
    func finish(
        _ index: Int, atMost time: Nanoseconds, _ condition: () throws -> Bool
    ) throws -> Bool {
        let limit = Clock.monotonic() + time
        if try serve(limit: min(limit, deadline), until: condition) { return true }
        guard limit <= deadline else { throw DeadlinePassed(step: index) }
        return false
    }

    private func perform(_ accept: Accept, _ index: Int, awaited: Bool) throws {
        let wanted = accept.count ?? 1
        let shortfall = "step \(index + 1): \(accept.listener) had not accepted \(wanted) within \(accept.atMost)"
        try endpoints.accept(accept)
        guard awaited else {
            return reactor.once(at: Clock.monotonic() + accept.atMost) { [unowned self] in
                guard !endpoints.isIdle(accept.socket) else { return }
                timeline.fallShort(shortfall)
                try endpoints.giveUp(accept)
            }
        }
        guard try !finish(index, atMost: accept.atMost, { endpoints.isIdle(accept.socket) }) else { return }
        timeline.fallShort(shortfall)
        try endpoints.giveUp(accept)
    }

    private func perform(_ change: FaultSwitch) throws {
        guard plan.installedFaults.contains(where: { $0.name == change.fault }) else { return }
        // What a tap holds back already belongs to the old state.
        try drainTaps()
        let during = try faults.set(change.fault, on: change.on)
        timeline.add(
            .fault(FaultEvent(change, ended: timeline.clock.onTimeline(realtime: during.to))),
            at: timeline.clock.onTimeline(realtime: during.from))
        try drainTaps()
    }
}
