import Model

/// What the steps before a connect() have left of connections from the same host to the same address and port, of those
/// whose port the kernel chose.
struct EarlierConnections {
    /// How many are not closed.
    let open: Int
    /// Those that were closed, in the order of their names.
    let closed: [String]
    /// Whether what was accepted is closed too, without which they are not in TIME_WAIT.
    let peersClose: Bool
    /// The pauses from the last close(), whoever's, to the call: TIME_WAIT begins with the peer's FIN.
    let age: Nanoseconds

    init(of connect: Connect, before index: Int, in plan: Plan) {
        let steps = plan.steps[..<index]
        var there: Set<String> = []
        var closed: Set<String> = []
        for step in steps {
            switch step.action {
            // A planned port is taken for every destination, or is none of the range: see TakenPorts.
            case .connect(let other) where other.to == connect.to && other.host == connect.host && other.from == nil:
                there.formUnion(other.calls.map(\.socket))
            case .close(let close):
                let some = there.filter { $0 == close.socket || $0.hasPrefix("\(close.socket)#") }
                // An RST leaves no TIME_WAIT.
                if close.abort { there.subtract(some) } else { closed.formUnion(some) }
            default: continue
            }
        }
        let accepted = Set(
            steps.compactMap { step in
                if case .accept(let accept) = step.action { accept.socket } else { nil }
            })
        open = there.subtracting(closed).count
        self.closed = closed.sorted()
        peersClose = steps.contains { step in
            if case .close(let close) = step.action { accepted.contains(close.socket) } else { false }
        }
        let last = steps.lastIndex { step in
            if case .close = step.action { true } else { false }
        }
        age = plan.pauses(in: (last ?? index)..<index)
    }
}
