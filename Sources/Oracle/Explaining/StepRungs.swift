import Model

/// What a plan's steps look like on a ladder, where no law says more of them.
struct StepRungs {
    let plan: Plan
    /// When the next step begins, as far as the plan alone decides that.
    private(set) var now = Interval(.zero, .zero)

    init(_ plan: Plan) { self.plan = plan }

    /// All of them, at the times that waits and floods take; how long calls last nobody says.
    static func all(of plan: Plan) -> [Rung] {
        var steps = StepRungs(plan)
        return plan.steps.flatMap { step in
            let rungs = steps.rungs(of: step, at: steps.now)
            steps.pass(step)
            return rungs
        }
    }

    func rungs(of step: Step, at window: Interval?) -> [Rung] {
        switch step.action {
        case .listen(let listen): [Rung("listen(\(listen.backlog))", at: listen.host, window)]
        case .listenAgain(let again):
            [Rung("listen(\(again.backlog)), again", at: plan.host(of: again.socket), window)]
        case .accept(let accept):
            [Rung("accept()" + Self.times(accept.count ?? .max), at: plan.host(of: accept.listener), window)]
        case .connect(let connect): [call(connect, at: window)]
        case .send(let send): [own("send(\(send.bytes) B)", send.socket, window)]
        case .receive(let receive): [own("receive()", receive.socket, window)]
        case .shutdown(let shutdown): [own("shutdown(\(shutdown.how.rawValue))", shutdown.socket, window)]
        case .close(let close):
            [own(close.abort ? "close(), which aborts" : "close()", close.socket, window)]
        case .inject(let inject): [flood(inject, at: window)]
        case .replay(let replay): [again(replay, at: window)]
        case .fault(let change):
            [Rung("fault \(change.fault) is switched \(change.on ? "on" : "off")", at: nil, window)]
        case .set(let write): [Rung("\(write.key) = \(write.value)", at: write.host, window)]
        case .wait: []
        }
    }

    /// `3,000 SYNs` from one host to another.
    func flood(_ inject: Inject, at window: Interval?) -> Rung {
        let title = Segment(source: inject.source(0), destination: inject.to, flags: inject.packet.flagValue).title
        var rung = Rung(
            inject.count == 1 ? "made-up \(title)" : "\(Count.text(inject.count)) made-up \(title)s", from: inject.host,
            to: plan.line(of: inject.to.address), window)
        rung.isFlood = inject.count > 1
        if inject.sources > 1 { rung.remark = "from \(Count.text(inject.sources)) addresses" }
        return rung
    }

    private func again(_ replay: Replay, at window: Interval?) -> Rung {
        guard let ends = replay.ends else { return Rung("a packet once more", at: replay.host, window) }
        let packet = Segment(source: ends.from, destination: ends.to, flags: replay.selector.flagValue)
        let title = replay.selector.payload == .some ? "data" : packet.title.isEmpty ? "a packet" : packet.title
        return Rung("\(title) once more", from: replay.host, to: plan.line(of: ends.to.address), window)
    }

    private func call(_ connect: Connect, at window: Interval?) -> Rung {
        let count = connect.calls.count
        let every = connect.series?.every.map { ", one every \($0.milliseconds) ms" } ?? ""
        return Rung(
            "connect()" + Self.times(count) + every, at: connect.host, window,
            of: count == 1 ? connect.calls[0].socket : connect.socket)
    }

    /// A call on a socket, of the connection where it is the connecting one.
    private func own(_ what: String, _ socket: String, _ window: Interval?) -> Rung {
        let isClient = plan.connects.contains { $0.socket == socket }
        return Rung(
            isClient ? what : "\(what) of \(socket)", at: plan.host(of: socket), window, of: isClient ? socket : nil)
    }

    private static func times(_ count: Int) -> String {
        switch count {
        case 1: ""
        case .max: ", whoever comes"
        default: ", \(count) times"
        }
    }

    mutating func pass(_ step: Step) {
        guard step.awaited else { return }
        var lasts = Nanoseconds.zero
        switch step.action {
        case .wait(let wait): if case .duration(let time) = wait.until { lasts = time }
        case .inject(let inject):
            lasts = inject.rate.map { Nanoseconds(Int64(inject.count) * 1_000_000_000 / Int64(max(1, $0))) } ?? .zero
        default: break
        }
        now = Interval(now.from + lasts, now.to + lasts)
    }
}

extension Plan {
    var connects: [Connect] {
        steps.flatMap { step -> [Connect] in
            if case .connect(let connect) = step.action { [connect] + connect.calls } else { [] }
        }
    }

    /// Whose socket that is: made by a `listen`, a `connect` or an `accept`.
    func host(of socket: String) -> String? {
        if let listen = listen(socket) { return listen.host }
        if let connect = connects.first(where: { $0.socket == socket }) { return connect.host }
        for case .accept(let accept) in steps.map(\.action)
        where accept.socket == socket || socket.hasPrefix("\(accept.socket)#") {
            return listen(accept.listener)?.host
        }
        return nil
    }
}
