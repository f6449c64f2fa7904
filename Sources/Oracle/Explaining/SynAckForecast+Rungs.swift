import Model

extension SynAckForecast {
    /// The plan's steps with the SYN, its SYN+ACKs, and what comes of each. Of a client that repeats its SYN another law tells
    /// more.
    var rungs: [Rung] {
        guard request.peer != .repeating else { return [] }
        var steps = StepRungs(plan)
        var isTimed = true
        var rungs: [Rung] = []
        var later: [Rung] = []
        for (index, step) in plan.steps.enumerated() {
            let own = steps.rungs(of: step, at: isTimed ? steps.now : nil)
            if isTimed { rungs += own } else { later += own }
            if index == request.step { rungs += packets(from: steps.now.from) }
            if index >= request.step, step.isOpenEnded { isTimed = false }
            steps.pass(step)
        }
        return rungs.inOrderOfTime + later
    }

    private func packets(from start: Nanoseconds) -> [Rung] {
        let peer = plan.line(of: request.remote.address)
        let begin = Interval(start, start)
        // A made-up SYN is its step's own line.
        var rungs = request.socket.map { [Rung("SYN", from: peer, to: host, begin, of: $0)] } ?? []
        let moments = moments
        for (index, moment) in moments.dropLast().enumerated() {
            let window = Interval(moment.window.from + start, moment.window.to + start)
            let title = index == 0 ? "SYN+ACK" : "SYN+ACK \(index + 1)"
            let isLost = request.lostAnswers.takes(index + 1)
            rungs.append(
                Rung(title, from: host, to: peer, window, fate: isLost ? .lost : .arrives, of: request.socket))
            guard !isLost else { continue }
            if index == 0, let socket = request.socket {
                rungs.append(Rung("connect() returns", at: peer, window, of: socket))
            }
            guard let reply = request.reply else { continue }
            // Every SYN+ACK that arrives has its reply.
            let arrived = rungs.count { $0.isPacket && $0.host == host && $0.fate == .arrives }
            rungs.append(
                Rung(
                    reply, from: peer, to: host, window, fate: request.lostReplies.takes(arrived) ? .lost : .arrives,
                    of: request.socket))
        }
        if let last = moments.last {
            let window = Interval(last.window.from + start, last.window.to + start)
            rungs.append(Rung(last.what, at: host, window, of: request.socket))
        }
        return rungs
    }
}

extension Step {
    /// Whether the plan alone does not say how long it lasts.
    fileprivate var isOpenEnded: Bool {
        guard awaited else { return false }
        switch action {
        case .wait(let wait): if case .duration = wait.until { return false } else { return true }
        case .receive, .accept: return true
        default: return false
        }
    }
}
