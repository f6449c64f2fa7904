import Model

/// The ladder of a law about one end of a connection whose handshake is whole.
struct StreamRungs {
    private let stream: StreamPlan
    private let name: String

    init(_ stream: StreamPlan) {
        self.stream = stream
        name = stream.connect.socket
    }

    /// The plan's steps with the packets that they send and what acknowledges these; those of the step `lossy` are left to
    /// its law.
    func steps(lossy: Int? = nil) -> [Rung] {
        var steps = StepRungs(stream.plan)
        return stream.plan.steps.enumerated().flatMap { index, step -> [Rung] in
            let now = steps.now
            let calls = steps.rungs(of: step, at: now)
            steps.pass(step)
            if index == stream.connecting { return calls + handshake(now) }
            return calls + (index == lossy ? [] : packets(of: step.action, now))
        }
    }

    /// What the law says happens after a step, at its end of the connection.
    func events(_ moments: some Sequence<Moment>, after step: Int) -> [Rung] {
        moments.map { moment in
            var rung = Rung(moment.what, at: stream.own.host, window(moment, after: step), of: name)
            rung.certain = moment.certain
            return rung
        }
    }

    /// Copies of one packet: so many are lost on their way, and of the others what acknowledges them, but for the last
    /// where it is answered.
    func repeats(
        _ moments: ArraySlice<Moment>, after step: Int, lost: Losses.Count, isAnswered: Bool = false
    ) -> [Rung] {
        moments.enumerated().flatMap { place, moment -> [Rung] in
            let isLost = lost.takes(place + 1)
            let times = window(moment, after: step)
            var there = Rung(
                moment.what, from: stream.own.host, to: peer, times, fate: isLost ? .lost : .arrives, of: name)
            there.certain = moment.certain
            guard !isLost else { return [there] }
            let isLast = isAnswered && place == moments.count - 1
            var back = Rung(
                "ACK", from: peer, to: stream.own.host, times, fate: isLast ? .arrives : .lost, of: name)
            back.certain = moment.certain
            return [there, back]
        }
    }

    func packet(_ what: String, _ window: Interval?, fate: Rung.Fate) -> [Rung] {
        [Rung(what, from: stream.own.host, to: peer, window, fate: fate, of: name)]
    }

    private var peer: String { stream.plan.line(of: stream.own.remote.address) }

    private func window(_ moment: Moment, after step: Int) -> Interval {
        let base = stream.time(before: step)
        return Interval(moment.window.from + base, moment.window.to + base)
    }

    private func handshake(_ now: Interval) -> [Rung] {
        let client = stream.connect.host
        let server = stream.plan.line(of: stream.connect.to.address)
        return [
            Rung("SYN", from: client, to: server, now, of: name),
            Rung("SYN+ACK", from: server, to: client, now, of: name),
            Rung("connect() returns", at: client, now, of: name), Rung("ACK", from: client, to: server, now, of: name),
        ]
    }

    /// Of a step whose packet is acknowledged at once.
    private func packets(of action: Action, _ now: Interval) -> [Rung] {
        let title: String
        let socket: String
        switch action {
        case .send(let send): (title, socket) = ("data \(send.bytes) B", send.socket)
        case .shutdown(let shutdown) where action.sendsFin: (title, socket) = ("FIN", shutdown.socket)
        case .close(let close) where action.sendsFin: (title, socket) = ("FIN", close.socket)
        default: return []
        }
        guard let end = [stream.own, stream.peer].compactMap(\.self).first(where: { $0.socket == socket }) else {
            return []
        }
        let other = stream.plan.line(of: end.remote.address)
        return [
            Rung(title, from: end.host, to: other, now, of: name),
            Rung("ACK", from: other, to: end.host, now, of: name),
        ]
    }
}
