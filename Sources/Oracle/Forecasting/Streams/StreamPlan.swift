import Model

/// One end of a connection in a plan: who it is, what its program does with it, and what of it is lost.
struct StreamPlan {
    /// A socket and the two addresses of its connection.
    struct End: Hashable {
        var socket: String
        var host: String
        var local: SocketAddress
        var remote: SocketAddress
    }

    let plan: Plan
    let facts: Facts
    let origin: SourceLocation?
    let own: End
    /// The other end, where something accepts it.
    let peer: End?
    let connect: Connect
    /// The step that connects.
    let connecting: Int
    /// Set before connect(), or on the listener, whose sockets inherit them.
    let options: [String: Int]

    init(_ socket: String, in plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        self.plan = plan
        self.facts = facts
        self.origin = origin
        func refusal(_ why: String) -> OracleError {
            OracleError("the life of '\(socket)' is not decided by the kernel's rules alone: \(why)", origin: origin)
        }
        let calls = plan.steps.indices.flatMap { index -> [(index: Int, connect: Connect)] in
            guard case .connect(let connect) = plan.steps[index].action else { return [] }
            return connect.calls.map { (index, $0) }
        }
        let accepts = plan.steps.compactMap { step in
            if case .accept(let accept) = step.action { accept } else { nil }
        }
        func acceptance(of connect: Connect) -> (accept: Accept, listen: Listen)? {
            for accept in accepts where accept.count == 1 {
                guard let listen = plan.listen(accept.listener), listen.hears(connect.to, in: plan) else { continue }
                return (accept, listen)
            }
            return nil
        }
        let accepted = accepts.first { $0.socket == socket }
        let listener = accepted.flatMap { plan.listen($0.listener) }
        let call =
            accepted == nil
            ? calls.first { $0.connect.socket == socket }
            : calls.first { call in listener.map { $0.hears(call.connect.to, in: plan) } ?? false }
        guard let call else { throw refusal("no connect action makes it") }
        let connect = call.connect
        self.connect = connect
        connecting = call.index
        guard let from = connect.from else {
            throw refusal("the kernel chooses its port; give the connection a planned source-port")
        }
        let rivals = calls.filter { $0.connect.to == call.connect.to && $0.connect.socket != call.connect.socket }
        guard rivals.isEmpty else {
            throw refusal("there are several connections to \(connect.to), and which is accepted as what is not known")
        }
        let client = End(socket: connect.socket, host: connect.host, local: from, remote: connect.to)
        let server = acceptance(of: connect).map { found in
            End(socket: found.accept.socket, host: found.listen.host, local: connect.to, remote: from)
        }
        if accepted == nil {
            (own, peer) = (client, server)
        } else {
            guard let server else { throw refusal("several connections are accepted under one name") }
            (own, peer) = (server, client)
        }
        let given = accepted == nil ? connect.options : listener?.options ?? []
        options = given.reduce(into: [:]) { $0[$1.name] = $1.value }
        if let disturbance = try disturbance() {
            throw refusal(
                "its handshake is disturbed: \(disturbance); for a disturbed handshake use syn-retransmission")
        }
    }

    func refusal(_ why: String) -> OracleError {
        OracleError(
            "the life of '\(own.socket)' is not decided by the kernel's rules alone: \(why)", origin: origin)
    }

    /// What is lost of the handshake, which leaves the path's round trip time unknown; `nil`: nothing.
    private func disturbance() throws(OracleError) -> String? {
        let during = connecting + 1..<connecting + 1
        let packets: [(String, TCPFlags)] = [("SYN", .syn), ("SYN+ACK", [.syn, .ack]), ("ACK", .ack)]
        let (client, server) = (connect.from ?? own.local, connect.to)
        for (source, destination) in [(client, server), (server, client)] {
            for (name, flags) in packets {
                let packet = Segment(source: source, destination: destination, flags: flags)
                // The first fault alone that takes a packet is told.
                for fault in plan.faults {
                    var plan = plan
                    plan.faults = [fault]
                    let losses = Losses(
                        plan: plan, at: connecting, during: during, ephemeral: false, others: [], origin: origin)
                    if try losses.count(packet) != .first(0) { return "fault '\(fault.name)' takes its \(name)" }
                }
            }
        }
        return nil
    }

    /// The steps in which the program does something with one end, in order.
    func steps(of end: End?) -> [(index: Int, action: Action)] {
        guard let end else { return [] }
        return plan.steps.indices.compactMap { index in
            let action = plan.steps[index].action
            return action.stream == end.socket ? (index, action) : nil
        }
    }

    /// What the faults take of packets that an end sends in a step and repeats as long as the run lasts.
    func losses(
        of flags: TCPFlags, payload: Int = 0, from source: SocketAddress, to destination: SocketAddress, at index: Int
    ) throws(OracleError) -> Losses.Count {
        let plain = Segment(source: source, destination: destination, flags: .ack)
        let packet = Segment(source: source, destination: destination, flags: flags, payload: payload)
        let isPlain = payload == 0 && flags == .ack
        let losses = Losses(
            plan: plan, at: index, during: min(index + 1, plan.steps.endIndex)..<plan.steps.endIndex, ephemeral: false,
            others: isPlain ? [] : [plain], origin: origin)
        return try losses.count(packet)
    }

    /// The steps that send packets between the two ends which no socket sends, with the host that sends them.
    var madeUp: [(index: Int, host: String)] {
        plan.steps.indices.compactMap { index in
            switch plan.steps[index].action {
            case .replay(let replay) where replay.connection == connect.socket: (index, replay.host)
            case .inject(let inject) where inject.sequenceOf == connect.socket: (index, inject.host)
            default: nil
            }
        }
    }

    func refuseMadeUp() throws(OracleError) {
        guard let step = madeUp.first else { return }
        throw OracleError(
            "the life of '\(own.socket)' is not decided by the kernel's rules alone: packets of it are made up or replayed",
            origin: plan.steps[step.index].origin ?? origin)
    }

    /// How long the steps before that one last at least.
    func time(before index: Int) -> Nanoseconds { plan.pauses(in: 0..<index) }
}

extension Plan {
    /// The sum of what these steps wait for by the clock.
    func pauses(in range: Range<Int>) -> Nanoseconds {
        steps[range].reduce(.zero) { sum, step in
            if case .wait(let wait) = step.action, case .duration(let time) = wait.until { sum + time } else { sum }
        }
    }
}

extension Plan {
    /// The numbers that steps write into a sysctl of a host, in order.
    func writes(of key: String, on host: String) -> [Int] {
        steps.compactMap { step in
            guard case .set(let write) = step.action, write.host == host, write.key == key else { return nil }
            return Int(write.value)
        }
    }
}

extension Action {
    /// The connection's end that it does something with.
    fileprivate var stream: String? {
        switch self {
        case .send(let send): send.socket
        case .receive(let receive): receive.socket
        case .shutdown(let shutdown): shutdown.socket
        case .close(let close): close.socket
        case .listen, .listenAgain, .accept, .connect, .inject, .replay, .fault, .set, .wait: nil
        }
    }

    /// Whether a FIN goes out with it.
    var sendsFin: Bool {
        switch self {
        case .close(let close): !close.abort
        case .shutdown(let shutdown): shutdown.how != .read
        default: false
        }
    }
}
