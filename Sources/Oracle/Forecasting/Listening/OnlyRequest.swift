import Model

/// The only SYN that comes to a listener in a plan, and what becomes of the packets that answer it.
struct OnlyRequest {
    /// What goes on at the other end meanwhile.
    enum Peer: Hashable {
        /// Nothing comes from it any more, however often it is sent a SYN+ACK.
        case silent
        /// It does not get the SYN+ACKs, and repeats its SYN.
        case repeating
        /// The SYN+ACK that has been repeated so often brings the final ACK.
        case completing(after: Int)
        /// It brings an RST, from a host that never sent the SYN.
        case resetting(after: Int)
    }

    /// The peer's address, and the step that sends its first SYN.
    let remote: SocketAddress
    let local: SocketAddress
    let step: Int
    /// The connect() that it is of; `nil`: it is made up.
    let socket: String?
    let peer: Peer
    /// What the faults take of the SYN+ACKs, and of what answers them.
    let lostAnswers: Losses.Count
    let lostReplies: Losses.Count
    /// What answers a SYN+ACK that arrives; `nil`: where it goes nobody hears it.
    let reply: String?

    private let listener: PlannedListener
    private let plan: Plan
    private let origin: SourceLocation?

    /// Throws where the order of packets would decide, or where nothing has to be sent again.
    init(
        of listener: PlannedListener, in plan: Plan, facts: Facts, origin: SourceLocation?
    ) throws(OracleError) {
        self.listener = listener
        self.plan = plan
        self.origin = origin
        let one = try Self.find(listener, plan, origin)
        (step, remote, local, socket) = (one.index, one.from, one.to, one.socket)
        let losses = Losses(
            plan: plan, at: one.index, during: one.index + 1..<plan.steps.endIndex, ephemeral: false, others: [],
            origin: origin)
        func lost(_ flags: TCPFlags, back: Bool = false, payload: Int = 0) throws(OracleError) -> Losses.Count {
            let (source, destination) = back ? (one.to, one.from) : (one.from, one.to)
            return try losses.count(
                Segment(source: source, destination: destination, flags: flags, payload: payload))
        }
        func refusal(_ why: String) -> OracleError { Self.refusal(listener, why, origin) }
        guard try lost(.syn) == .first(0) else { throw refusal("its SYN is lost") }
        let answers = try lost([.syn, .ack], back: true)
        lostAnswers = answers
        guard let socket = one.socket else {
            let resets = try lost(.rst)
            lostReplies = resets
            let isNobodys = plan.spoofing?.isMadeUp(one.from.address) ?? false
            reply = isNobodys ? nil : "RST"
            if case .first(let count) = answers, count > 0, resets == .first(0), !isNobodys {
                peer = count > listener.retries ? .silent : .resetting(after: count)
            } else {
                guard answers == .all || resets == .all || isNobodys else {
                    throw refusal("the first SYN+ACK is answered with RST; lose some, or all")
                }
                peer = .silent
            }
            return
        }
        let acks = try lost(.ack)
        lostReplies = acks
        reply = "ACK"
        switch (answers, acks) {
        case (.all, _): peer = .repeating
        case (.first(0), .all): peer = .silent
        case (.first(0), .first(let count)) where count > 0:
            // A challenge ACK is held back so soon after another (tcp_send_challenge_ack()).
            let rate = try SysctlNumbers(host: plan.host(of: socket) ?? "", plan: plan, facts: facts, origin: origin)
                .required(SynAckRetransmission.rateKey)
            guard count == 1 || listener.requestTimer.initialRTO * 2 > .milliseconds(Int64(rate)) else {
                throw refusal("the client's ACKs come sooner than \(SynAckRetransmission.rateKey) lets them")
            }
            peer = count > listener.retries ? .silent : .completing(after: count)
        default: throw refusal("the handshake is completed; lose every SYN+ACK, or ACKs of the client")
        }
        guard peer != .repeating, try lost([.ack], payload: 1) != .all else { return }
        guard isQuiet(socket) else { throw refusal("the client's data completes the handshake") }
    }

    private static func refusal(_ listener: PlannedListener, _ why: String, _ origin: SourceLocation?) -> OracleError {
        OracleError(
            "the SYN+ACKs of '\(listener.listen.socket)' are not decided by the kernel's rules alone: \(why)",
            origin: origin)
    }

    private static func find(
        _ listener: PlannedListener, _ plan: Plan, _ origin: SourceLocation?
    ) throws(OracleError) -> (index: Int, from: SocketAddress, to: SocketAddress, socket: String?) {
        func refusal(_ why: String) -> OracleError { Self.refusal(listener, why, origin) }
        var found: [(index: Int, from: SocketAddress, to: SocketAddress, socket: String?)] = []
        for (index, step) in plan.steps.enumerated() {
            switch step.action {
            case .connect(let connect):
                for call in connect.calls where listener.hears(call.to) {
                    guard let from = call.from else { throw refusal("the kernel chooses the client's port") }
                    found.append((index, from, call.to, call.socket))
                }
            case .inject(let inject) where listener.hears(inject.to):
                guard inject.count == 1, inject.packet == .syn else { throw refusal("other segments are made up") }
                found.append((index, inject.source(0), inject.to, nil))
            case .replay(let replay) where replay.ends.map { listener.hears($0.to) || listener.hears($0.from) } ?? true:
                throw refusal("a packet of '\(replay.connection)' is replayed")
            case .close(let close) where close.socket == listener.listen.socket: throw refusal("it is closed")
            default: continue
            }
        }
        guard let one = found.first, found.count == 1 else {
            throw refusal(found.isEmpty ? "no SYN comes to it" : "it has several requests")
        }
        return one
    }

    /// Whether the client says nothing while the request is there: up to a wait for the queue to be empty again.
    private func isQuiet(_ socket: String) -> Bool {
        let meanwhile = plan.steps[step...].prefix { step in
            guard case .wait(let wait) = step.action,
                case .queue(listener.listen.socket, .halfOpen, let length) = wait.until
            else { return true }
            return length != .exactly(0)
        }
        return !meanwhile.contains { step in
            switch step.action {
            case .send(let send): send.socket == socket
            case .close(let close): close.socket == socket
            case .shutdown(let shutdown): shutdown.socket == socket
            default: false
            }
        }
    }
}
