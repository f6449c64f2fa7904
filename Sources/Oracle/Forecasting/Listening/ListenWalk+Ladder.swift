import Model

extension ListenWalk {
    /// The walk's own account of a plan; empty where it would have to guess.
    static func rungs(_ socket: String, plan: Plan, facts: Facts) -> [Rung] {
        (try? ListenWalk(socket, plan: plan, facts: facts, origin: nil))?.rungs ?? []
    }

    /// What a step does by itself; packets and their calls are told where they are thought of.
    mutating func tell(_ step: Step) {
        switch step.action {
        case .connect, .accept, .inject, .wait: return
        case .listen, .listenAgain, .send, .receive, .shutdown, .close, .replay, .fault, .set:
            for rung in StepRungs(plan).rungs(of: step, at: now) { tell(rung) }
        }
    }

    /// Something at a connection's client.
    mutating func tellCall(_ what: String, of name: String, _ window: Interval) {
        guard let connection = connections[name] else { return }
        tell(Rung(what, at: connection.connect.host, window, of: name))
    }

    /// A packet of a connection: from its client, or as a reply.
    mutating func tellPacket(
        _ packet: String, of name: String, _ window: Interval, isReply: Bool = false, isTaken: Bool = false,
        remark: String? = nil
    ) {
        guard let connection = connections[name] else { return }
        let (client, server) = (connection.connect.host, listener.listen.host)
        tell(
            Rung(
                packet, from: isReply ? server : client, to: isReply ? client : server, window,
                fate: isTaken ? .lost : .arrives, remark: remark, of: name))
    }

    /// A flood, and what the listener made of it.
    mutating func tell(_ answers: [ListenQueues.Answer: Int], to inject: Inject) {
        let flood = StepRungs(plan).flood(inject, at: now)
        tell(flood)
        for (answer, what) in [(ListenQueues.Answer.request, "SYN+ACKs"), (.cookie, "cookies")] {
            guard let count = answers[answer], let to = flood.host else { continue }
            var reply = Rung("\(Count.text(count)) \(what)", from: listener.listen.host, to: to, now)
            reply.isFlood = true
            tell(reply)
        }
        if let count = answers[.dropped] {
            tell(Rung("\(Count.text(count)) SYNs dropped", at: listener.listen.host, now))
        }
    }
}

extension ListenQueues.Answer {
    /// What a SYN's line says of it.
    var remark: String? { self == .dropped ? "dropped, no room" : nil }
}
