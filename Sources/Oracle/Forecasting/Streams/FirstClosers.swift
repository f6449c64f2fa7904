import Model

/// The connections that one host of a plan closes before their peers do.
struct FirstClosers {
    struct Closed: Hashable {
        /// Of the host's own end.
        var local: SocketAddress?
        var remote: SocketAddress?
        /// The steps that close it, at the host and at its peer.
        var own: Int
        var peers: Int?
    }

    /// In the order in which they are closed.
    let closed: [Closed]

    private let plan: Plan

    /// Throws where the plan leaves open which end is closed first, or how.
    init(_ host: String, in plan: Plan, refusal: (String) -> OracleError) throws(OracleError) {
        self.plan = plan
        var closed: [Closed] = []
        for (index, step) in plan.steps.enumerated() {
            guard case .connect(let connect) = step.action else { continue }
            let accept = try Self.acceptance(of: connect, in: plan, refusal: refusal)
            for call in connect.calls {
                let client = Self.close(of: call.socket, or: connect.socket, in: plan)
                let server = accept.flatMap { Self.close(of: $0.socket, or: $0.socket, in: plan) }
                let isClients = connect.host == host
                guard isClients || plan.owner(of: connect.to.address) == host else { continue }
                let (own, peers) = isClients ? (client, server) : (server, client)
                guard let own, own.step < peers?.step ?? .max else { continue }
                guard own.step > index, peers.map({ $0.step > index }) ?? true else {
                    throw refusal("a connection is closed before it is made")
                }
                if own.aborts { continue }
                if let peers, peers.aborts { throw refusal("the RST of a peer that aborts ends FIN_WAIT2") }
                closed.append(
                    Closed(
                        local: isClients ? call.from : call.to, remote: isClients ? call.to : call.from,
                        own: own.step, peers: peers?.step))
            }
        }
        self.closed = closed.enumerated().sorted { ($0.element.own, $0.offset) < ($1.element.own, $1.offset) }
            .map(\.element)
    }

    /// Who accepts a connect()'s connections: one action for all that come to its listener, or none.
    private static func acceptance(
        of connect: Connect, in plan: Plan, refusal: (String) -> OracleError
    ) throws(OracleError) -> Accept? {
        let accepts = plan.steps.compactMap { step -> Accept? in
            guard case .accept(let accept) = step.action, let listen = plan.listen(accept.listener),
                listen.hears(connect.to, in: plan)
            else { return nil }
            return accept
        }
        guard let accept = accepts.first else { return nil }
        let coming = plan.steps.reduce(0) { sum, step in
            if case .connect(let other) = step.action, other.to == connect.to { sum + other.calls.count } else { sum }
        }
        guard accepts.count == 1, accept.count.map({ $0 == coming }) ?? true else {
            throw refusal("which connection is accepted as what is not known; accept all of them in one action")
        }
        let isTakenApart = plan.steps.contains { step in
            if case .close(let close) = step.action { close.socket.hasPrefix("\(accept.socket)#") } else { false }
        }
        guard !isTakenApart else { throw refusal("accepted sockets are closed one by one; close them all together") }
        return accept
    }

    /// The first step that closes a socket, by its own name or by that of its series.
    private static func close(of socket: String, or series: String, in plan: Plan) -> (step: Int, aborts: Bool)? {
        for (index, step) in plan.steps.enumerated() {
            if case .close(let close) = step.action, [socket, series].contains(close.socket) {
                return (index, close.abort)
            }
        }
        return nil
    }

    /// The longest that steps may take from the first close() on, whatever they wait for.
    var span: Nanoseconds {
        guard let first = closed.first else { return .zero }
        return plan.steps[first.own...].reduce(.zero) { sum, step in
            switch step.action {
            case .wait(let wait): sum + wait.atMost
            case .accept(let accept): sum + accept.atMost
            case .receive(let receive): sum + receive.atMost
            default: sum
            }
        }
    }
}
