import Model

/// What a plan says about one connect(): who would answer it, and what is lost on the way.
struct ConnectAttempt {
    /// Who would answer a SYN that arrives.
    enum Answer: Equatable {
        /// Nobody has the address.
        case silence
        /// A listener whose queues have no room all along.
        case noRoom
        /// A listener.
        case synAck
        /// A host without a listener.
        case reset
        /// A router that has no way to the address.
        case unreachable(by: String)
    }

    let connect: Connect
    let answer: Answer
    let lostSyns: Losses.Count
    let lostAnswers: Losses.Count

    init(socket: String, in plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        let calls = plan.steps.indices.flatMap { index -> [(index: Int, connect: Connect)] in
            guard case .connect(let connect) = plan.steps[index].action else { return [] }
            return connect.calls.map { (index, $0) }
        }
        guard let call = calls.first(where: { $0.connect.socket == socket }) else {
            if calls.contains(where: { $0.connect.socket == "\(socket)#1" }) {
                throw OracleError("'\(socket)' is a series; name one of its calls: \(socket)#1", origin: origin)
            }
            throw OracleError("no connect action makes the socket '\(socket)'", origin: origin)
        }
        connect = call.connect
        let during = Self.stepsDuring(call.index, in: plan)
        answer = try Self.answer(
            to: connect, before: call.index, during: during, in: plan, facts: facts, origin: origin)

        let here = plan.host(connect.host)?.address(connect.to.address.family)
        guard let from = connect.from ?? here.map({ SocketAddress($0, 0) }) else {
            throw OracleError(
                "host '\(connect.host)' has no \(connect.to.address.family.rawValue) address", origin: origin)
        }
        let others = calls.filter { $0.connect.socket != socket }.compactMap { other in
            other.connect.from.map { Segment(source: $0, destination: other.connect.to, flags: .syn) }
        }
        let lossy = Losses(
            plan: plan, at: call.index, during: during, ephemeral: connect.from == nil, others: others,
            origin: origin)
        lostSyns = try lossy.count(Segment(source: from, destination: connect.to, flags: .syn))
        lostAnswers =
            switch answer {
            case .silence, .noRoom: .all
            case .synAck: try lossy.count(Segment(source: connect.to, destination: from, flags: [.syn, .ack]))
            case .unreachable: .first(0)
            case .reset: try lossy.count(Segment(source: connect.to, destination: from, flags: [.rst, .ack]))
            }
    }

    /// The steps that may be carried out while the call goes on: those after it, unless it is waited for, until it is.
    private static func stepsDuring(_ index: Int, in plan: Plan) -> Range<Int> {
        guard !plan.steps[index].awaited, case .connect(let connect) = plan.steps[index].action else {
            return index + 1..<index + 1
        }
        let waited = plan.steps[(index + 1)...].firstIndex { step in
            guard case .wait(let wait) = step.action else { return false }
            return wait.until == .call(socket: connect.socket)
        }
        return index + 1..<(waited ?? plan.steps.endIndex)
    }

    private static func answer(
        to connect: Connect, before index: Int, during: Range<Int>, in plan: Plan, facts: Facts, origin: SourceLocation?
    ) throws(OracleError) -> Answer {
        if let router = plan.router(withoutWayFrom: connect.host, to: connect.to.address) {
            return .unreachable(by: router)
        }
        guard plan.owner(of: connect.to.address) != nil else { return .silence }
        var listeners: [String: Listen] = [:]
        /// Connections that may wait for accept().
        var queued: [String: Int] = [:]
        /// Listeners whose queues made-up packets fill.
        var flooded: Set<String> = []
        for step in plan.steps[..<during.upperBound] {
            switch step.action {
            case .listen(let listen): listeners[listen.socket] = listen
            case .close(let close): listeners[close.socket] = nil
            case .accept(let accept): queued[accept.listener, default: 0] -= accept.count ?? 0
            case .connect(let other):
                for (name, listener) in listeners where listener.hears(other.to, in: plan) {
                    queued[name, default: 0] += other.calls.count { $0.socket != connect.socket }
                }
            case .inject(let inject):
                for (name, listener) in listeners where listener.hears(inject.to, in: plan) { flooded.insert(name) }
            case .listenAgain, .send, .receive, .shutdown, .replay, .fault, .set, .wait: break
            }
        }
        for step in plan.steps[during] {
            switch step.action {
            case .listen(let listen) where listen.hears(connect.to, in: plan): throw changing(connect, origin)
            case .replay(let replay) where replay.connection == connect.socket: throw changing(connect, origin)
            case .inject(let inject) where inject.sequenceOf == connect.socket: throw changing(connect, origin)
            case .close(let close) where plan.listen(close.socket)?.hears(connect.to, in: plan) == true:
                throw changing(connect, origin)
            default: continue
            }
        }
        guard let listener = listeners.values.first(where: { $0.hears(connect.to, in: plan) }) else { return .reset }
        if queued[listener.socket, default: 0] <= listener.backlog, !flooded.contains(listener.socket) {
            return .synAck
        }
        // Its queues decide, and what they hold is known only from all that went before.
        let walk = try ListenWalk(listener.socket, plan: plan, facts: facts, origin: origin)
        switch walk.connections[connect.socket]?.outcome {
        case .unanswered: return .noRoom
        case .answeredAtOnce: return .synAck
        case nil:
            throw OracleError(
                "the queues of '\(listener.socket)' decide when '\(connect.socket)' is answered, which this law does not "
                    + "cover; accept earlier connections, give the listener a larger backlog, or expect by "
                    + "accept-queue-overflow",
                origin: origin)
        }
    }

    private static func changing(_ connect: Connect, _ origin: SourceLocation?) -> OracleError {
        OracleError(
            "who answers '\(connect.socket)' changes while it connects, so what the law expects depends on the moment; "
                + "wait for the call first, or expect calls, packets or counters instead",
            origin: origin)
    }
}

extension Listen {
    /// Whether a SYN that goes there is for it.
    func hears(_ to: SocketAddress, in plan: Plan) -> Bool {
        guard to.port == address.port else { return false }
        return to.address == address.address
            || address.address.isUnspecified
                && plan.host(host)?.interfaces.contains { $0.addresses.contains { $0.address == to.address } } == true
    }
}

extension Plan {
    /// The first router on the way from a host to an address that has an unreachable route for it; `nil`: none.
    func router(withoutWayFrom host: String, to address: IPAddress) -> String? {
        var here = self.host(host)
        for _ in hosts {
            guard let routes = here?.routes.filter({ $0.destination.contains(address) }),
                let route = routes.max(by: { $0.destination.length < $1.destination.length })
            else { return nil }
            switch route.target {
            case .unreachable: return here?.name
            case .blackhole: return nil
            case .gateway(let gateway, _): here = owner(of: gateway).flatMap { self.host($0) }
            }
        }
        return nil
    }

    func listen(_ socket: String) -> Listen? {
        steps.lazy.compactMap { if case .listen(let listen) = $0.action { listen } else { nil } }
            .first { $0.socket == socket }
    }
}

extension ListenWalk.Connection {
    fileprivate enum Outcome { case unanswered, answeredAtOnce }

    /// As far as its SYNs are concerned; `nil` where a later one was answered.
    fileprivate var outcome: Outcome? {
        switch fate {
        case .connecting, .timedOut, .abandoned: .unanswered
        case .held, .queued, .forgotten, .reset: syns == 1 ? .answeredAtOnce : nil
        }
    }
}
