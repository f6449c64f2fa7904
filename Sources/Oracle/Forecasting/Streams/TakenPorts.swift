import Model

/// Ports of a host's range that no connect() gets which leaves the choice to the kernel, whatever its destination.
///
/// `__inet_hash_connect()` passes over those that `ip_local_reserved_ports` names (`inet_is_local_reserved_port()`), and over
/// each whose bind bucket somebody has called bind() for (`tb->fastreuse >= 0`): a listener of that host, and what was
/// accepted from it, or a connection with a planned source port.
struct TakenPorts {
    let ports: Set<Int>

    /// Throws where it hangs on the kernel how long a bind bucket outlives its socket.
    init(
        in range: ClosedRange<Int>, reserved: ReservedPorts, on host: String, before index: Int, in plan: Plan,
        refusal: (String) -> OracleError
    ) throws(OracleError) {
        var bound: [String: Int] = [:]
        for step in plan.steps[..<index] {
            switch step.action {
            case .listen(let listen) where listen.host == host: bound[listen.socket] = Int(listen.address.port)
            case .connect(let connect) where connect.host == host:
                for call in connect.calls { bound[call.socket] = call.from.map { Int($0.port) } }
            case .close(let close):
                for (socket, port) in bound
                where socket == close.socket || socket.hasPrefix("\(close.socket)#") {
                    let isLeft = plan.listen(socket).map { Self.isUsed($0, before: index, in: plan) } ?? !close.abort
                    if range.contains(port), isLeft {
                        throw refusal(
                            "port \(port), which '\(socket)' was bound to, is in the range, and whether the kernel gives it to "
                                + "others after close() is not known; choose another")
                    }
                    bound[socket] = nil
                }
            default: continue
            }
        }
        ports = Set(bound.values).intersection(range).union(reserved.ports(in: range))
    }

    /// Whether connections came to a listener, which keep its port.
    private static func isUsed(_ listen: Listen, before index: Int, in plan: Plan) -> Bool {
        plan.steps[..<index].contains { step in
            if case .connect(let connect) = step.action { listen.hears(connect.to, in: plan) } else { false }
        }
    }
}
