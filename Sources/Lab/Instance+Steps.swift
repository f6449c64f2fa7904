import Kernel
import Model

extension Instance {
    /// The steps in their order, but for those that are withheld and those that depend on them, or on a connection that
    /// never came to be accepted: that is for the expectations to judge.
    func performSteps() throws {
        try sampleMemory()
        var absent: Set<String> = []
        var accepts: Set<String> = []
        for (index, step) in plan.steps.enumerated() {
            guard !plan.withheld.steps.contains(index), absent.isDisjoint(with: step.action.uses) else {
                if let made = step.action.makes { absent.insert(made) }
                continue
            }
            if step.action.acts, let socket = step.action.uses.first(where: accepts.contains),
                endpoints.ends[socket] == nil
            {
                timeline.fallShort("step \(index + 1): there was no socket \(socket), since nothing had been accepted")
                continue
            }
            if case .accept(let accept) = step.action, accept.count == 1 { accepts.insert(accept.socket) }
            timeline.add(.step(StepEvent(index: index, began: true)))
            try perform(step, index)
            try states.look()
            try sampleMemory()
            timeline.add(.step(StepEvent(index: index, began: false)))
            try sampleIfStale()
        }
        try finishCalls()
    }

    /// What nobody waited for is evidence too: how it ends. A receive is given up by its own limit.
    private func finishCalls() throws {
        let isOver = { [unowned self] in !endpoints.isConnecting && !endpoints.isReceiving && injections.areOver }
        guard try serve(limit: deadline, until: isOver) else {
            let late = plan.steps.indices.first { index in
                switch plan.steps[index].action {
                case .connect(let connect): !endpoints.isIdle(connect.socket)
                case .receive(let receive): !endpoints.isIdle(receive.socket)
                case .inject: !injections.isOver(index)
                default: false
                }
            }
            throw DeadlinePassed(step: late ?? plan.steps.count - 1)
        }
        try sampleIfStale()
    }

    private func perform(_ step: Step, _ index: Int) throws {
        switch step.action {
        case .listen(let listen): try endpoints.listen(listen, origin: step.origin)
        case .listenAgain(let listen): try endpoints.listen(listen)
        case .connect(let connect):
            try endpoints.connect(connect, origin: step.origin)
            if step.awaited { try finish(index) { endpoints.isIdle(connect.socket) } }
        case .accept(let accept): try perform(accept, index, awaited: step.awaited)
        case .send(let send):
            let call = try endpoints.send(send)
            if step.awaited { try finish(index) { !endpoints.isGoingOn(call, on: send.socket) } }
        case .receive(let receive): try perform(receive, index, awaited: step.awaited)
        case .shutdown(let shutdown): try endpoints.shutdown(shutdown)
        case .close(let close): try endpoints.close(close)
        case .inject(let inject): try perform(inject, index, awaited: step.awaited)
        case .replay(let replay): try perform(replay, index)
        case .fault(let change): try perform(change)
        case .set(let write):
            try laboratory.host(write.host).writeSysctl(write.key, write.value, origin: step.origin)
            timeline.add(.sysctl(write))
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
        _ index: Int, atMost time: Nanoseconds, polling: Nanoseconds? = nil, _ condition: () throws -> Bool
    ) throws -> Bool {
        let limit = Clock.monotonic() + time
        if try serve(limit: min(limit, deadline), polling: polling, until: condition) { return true }
        guard limit <= deadline else { throw DeadlinePassed(step: index) }
        return false
    }

    /// Waits for the call's end, or lets it go on without waiting; either way it is given up after its limit.
    private func finish(
        _ index: Int, atMost time: Nanoseconds, awaited: Bool, isOver: @escaping () -> Bool,
        giveUp: @escaping () throws -> Void
    ) throws {
        guard awaited else {
            return reactor.once(at: Clock.monotonic() + time) { if !isOver() { try giveUp() } }
        }
        if try !finish(index, atMost: time, isOver) { try giveUp() }
    }

    private func perform(_ accept: Accept, _ index: Int, awaited: Bool) throws {
        try endpoints.accept(accept)
        try finish(
            index, atMost: accept.atMost, awaited: awaited,
            isOver: { [unowned self] in endpoints.isIdle(accept.socket) },
            giveUp: { [unowned self] in
                if let count = accept.count {
                    timeline.fallShort(
                        "step \(index + 1): \(accept.listener) had not accepted \(count) within \(accept.atMost)")
                }
                try endpoints.giveUp(accept)
            })
    }

    private func perform(_ receive: Receive, _ index: Int, awaited: Bool) throws {
        let call = try endpoints.receive(receive)
        let wanted = receive.bytes.map { "\($0) bytes" } ?? "the end of the stream"
        try finish(
            index, atMost: receive.atMost, awaited: awaited,
            isOver: { [unowned self] in !endpoints.isGoingOn(call, on: receive.socket) },
            giveUp: { [unowned self] in
                timeline.fallShort(
                    "step \(index + 1): \(wanted) did not come to \(receive.socket) within \(receive.atMost)")
                try endpoints.giveUp(call, on: receive.socket)
            })
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
