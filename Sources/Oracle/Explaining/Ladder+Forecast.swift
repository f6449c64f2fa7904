package import Model

extension Ladder {
    /// As predicted: by the law that tells most of the plan, otherwise by its steps alone.
    package static func predicted(for plan: Plan, facts: Facts) -> Ladder {
        let told = plan.expectations.map { expectation -> [Rung] in
            guard case .law(let claim) = expectation.claim,
                let law = try? LawBook.forecast(claim, plan: plan, facts: facts, origin: nil)
            else { return [] }
            return law.rungs
        }
        let most = told.max { $0.count < $1.count } ?? []
        return Ladder(most.isEmpty ? StepRungs.all(of: plan) : most, of: plan)
    }
}

extension ConnectForecast {
    /// The call with its packets, between the plan's other steps.
    var rungs: [Rung] {
        let steps = StepRungs(plan)
        guard
            let index = plan.steps.firstIndex(where: { step in
                if case .connect(let connect) = step.action {
                    connect.calls.contains { $0.socket == attempt.connect.socket }
                } else {
                    false
                }
            })
        else { return [] }
        func others(_ range: Range<Int>, at window: Interval?) -> [Rung] {
            plan.steps[range].flatMap { steps.rungs(of: $0, at: window) }
        }
        return others(0..<index, at: Interval(.zero, .zero)) + call
            + others(index + 1..<plan.steps.endIndex, at: nil)
    }

    private var call: [Rung] {
        let (host, name) = (attempt.connect.host, attempt.connect.socket)
        var peer = plan.line(of: attempt.connect.to.address)
        if case .unreachable(let router) = attempt.answer { peer = router }
        let moments = moments
        var rungs = [Rung("connect()", at: host, Interval(.zero, .zero), of: name)]
        var answers = 0
        for (index, moment) in moments.dropLast().enumerated() {
            let number = index + 1
            var syn = Rung(
                Self.again("SYN", number), from: host, to: peer, moment.window,
                fate: arrives(number) ? .arrives : .lost, of: name)
            if attempt.answer == .noRoom { syn.remark = "dropped, no room" }
            syn.certain = moment.certain
            rungs.append(syn)
            if case .unreachable = attempt.answer, arrives(number), number < moments.count - 1, let answer {
                rungs.append(Rung(answer, from: peer, to: host, moment.window, remark: "noted", of: name))
            }
            guard arrives(number), let answer, attempt.lostAnswers.takes(answers + 1) else { continue }
            answers += 1
            var lost = Rung(
                Self.again(answer, answers), from: peer, to: host, moment.window, fate: .lost, of: name)
            lost.certain = moment.certain
            rungs.append(lost)
        }
        guard let end = moments.last else { return rungs }
        if schedule.ending.answered != nil, let answer {
            rungs.append(Rung(Self.again(answer, answers + 1), from: peer, to: host, end.window, of: name))
        }
        rungs.append(Rung(end.what, at: host, end.window, of: name))
        if schedule.ending.errno == nil { rungs.append(Rung("ACK", from: host, to: peer, end.window, of: name)) }
        return rungs
    }

    private static func again(_ packet: String, _ number: Int) -> String {
        number == 1 ? packet : "\(packet) \(number)"
    }

    private func arrives(_ syn: Int) -> Bool { attempt.answer != .silence && !attempt.lostSyns.takes(syn) }

    private var answer: String? {
        switch attempt.answer {
        case .silence, .noRoom: nil
        case .synAck: "SYN+ACK"
        case .reset: "RST"
        case .unreachable: "ICMP unreachable"
        }
    }
}

extension Losses.Count {
    /// Whether the packet of that number is among them, counted from 1.
    func takes(_ number: Int) -> Bool {
        switch self {
        case .first(let count): number <= count
        case .all: true
        }
    }
}
