import Model

/// Goes through a plan once and finds what it sends to a listener, and why the kernel's rules alone might not decide.
struct FloodSurvey {
    private let socket: String
    private let plan: Plan
    private let origin: SourceLocation?
    private(set) var listener: PlannedListener
    private(set) var steps: [Int] = []
    private(set) var offered = 0
    private(set) var halfOpen = 0
    private(set) var clients: [Connect] = []
    private(set) var life: Interval
    private var sources: Int?
    /// At least so much time has passed since the first made-up SYN.
    private var passed = Nanoseconds.zero
    /// Connections that nobody has accepted, and whether somebody accepts whatever comes.
    private var waiting = 0
    private var isServed = false
    /// Of what is looked at, for whoever has to change it.
    private var place: SourceLocation?

    init(_ socket: String, in plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        self.socket = socket
        self.plan = plan
        self.origin = origin
        listener = try PlannedListener(socket, in: plan, facts: facts, origin: origin)
        life = listener.death(times: min(listener.retries, 2) + 1)
    }

    private func refusal(_ why: String) -> OracleError {
        OracleError(
            "the half-open queue of '\(socket)' is not decided by the kernel's rules alone: \(why)",
            origin: place ?? origin)
    }

    mutating func take(_ index: Int) throws(OracleError) {
        place = plan.steps[index].origin
        switch plan.steps[index].action {
        case .set, .listenAgain:
            let before = listener
            listener.apply(plan.steps[index].action)
            let isSame = before.queues == listener.queues && before.retries == listener.retries
            if !isSame, !steps.isEmpty || !clients.isEmpty { throw refusal("it is changed after SYNs have come") }
            life = listener.death(times: min(listener.retries, 2) + 1)
        case .listen(let other) where other.host == listener.listen.host:
            throw refusal("there is another listener on its host, and the host's counters tell of both")
        case .close(let close) where close.socket == socket: throw refusal("it is closed")
        case .inject(let inject): try take(inject, index)
        case .replay(let replay) where replay.ends.map { listener.hears($0.to) } ?? true:
            throw refusal("a packet of '\(replay.connection)' is replayed")
        case .connect(let connect): try take(connect)
        case .accept(let accept) where accept.listener == socket:
            isServed = isServed || accept.count == nil
            waiting -= accept.count ?? 0
        case .wait(let wait):
            // A wait for something may be long as well as short.
            if case .duration(let time) = wait.until { passed = passed + time } else { passed = passed + wait.atMost }
        default: break
        }
    }

    private mutating func take(_ inject: Inject, _ index: Int) throws(OracleError) {
        guard listener.hears(inject.to) else {
            if goesToItsHost(inject.to) { throw refusal("its host gets made-up packets at another port too") }
            return
        }
        guard inject.packet == .syn else { throw refusal("other packets than SYNs are made up for it") }
        guard plan.spoofing?.isMadeUp(inject.from) == true else {
            throw refusal("the sender owns the source of the made-up SYNs, so its TCP answers with RST; give 'sources'")
        }
        guard sources ?? inject.sources == inject.sources else {
            throw refusal("two floods with different numbers of sources may use one source twice")
        }
        if steps.isEmpty { passed = .zero }
        guard steps.isEmpty || passed + ListenWalk.slack < life.from else {
            throw refusal("SYNs come when earlier ones may have been given up already")
        }
        if let rate = inject.rate {
            passed = passed + Nanoseconds(Int64(inject.count) * 1_000_000_000 / Int64(max(1, rate)))
            guard passed < life.from else { throw refusal("it takes longer to send them than the first is kept") }
        }
        sources = inject.sources
        steps.append(index)
        offered += inject.count
        halfOpen = max(halfOpen, min(halfOpen + inject.count, listener.queues.halfOpenLimit))
    }

    private mutating func take(_ connect: Connect) throws(OracleError) {
        guard listener.hears(connect.to) else {
            if goesToItsHost(connect.to) { throw refusal("'\(connect.socket)' connects to another port of its host") }
            return
        }
        if PlannedListener.delaysAck(connect) { throw refusal("an option of '\(connect.socket)' delays its final ACK") }
        let calls = connect.calls
        waiting += calls.count
        if !isServed, waiting > listener.queues.backlog {
            throw refusal("clients may fill its accept queue; accept them, with count: all")
        }
        let known = Set(clients.flatMap(\.calls).compactMap(\.from))
        if calls.contains(where: { $0.from.map(known.contains) ?? false }) {
            throw refusal("'\(connect.socket)' uses a port again, and may meet a TIME_WAIT socket")
        }
        clients.append(connect)
    }

    private func goesToItsHost(_ address: SocketAddress) -> Bool {
        plan.host(listener.listen.host)?.interfaces.contains { $0.addresses.contains { $0.address == address.address } }
            ?? false
    }

    /// Nobody's handshake may be disturbed by a fault.
    mutating func checkEnd() throws(OracleError) {
        let madeUp = steps.compactMap { index -> (SocketAddress, SocketAddress)? in
            if case .inject(let inject) = plan.steps[index].action { (inject.source(0), inject.to) } else { nil }
        }
        let own = clients.flatMap(\.calls).map { call in
            (call.from ?? SocketAddress(plan.host(call.host)?.address(plan.family) ?? call.to.address, 0), call.to)
        }
        for (client, server) in madeUp + own {
            let packets = [
                Segment(source: client, destination: server, flags: .syn),
                Segment(source: server, destination: client, flags: [.syn, .ack]),
                Segment(source: client, destination: server, flags: .ack),
            ]
            if let fault = plan.faults.first(where: { packets.contains(where: $0.selector.matches) }) {
                place = fault.origin
                throw refusal("a fault takes packets of a handshake")
            }
        }
    }
}
