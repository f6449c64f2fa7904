import Model

extension ListenWalk {
    /// Throws where a client may ask whether its peer is there before the run ends (`tcp_keepalive_timer()`): what a
    /// listener has forgotten is answered with RST, and what it still holds with an ACK, neither of which the walk follows.
    func refuseProbes(before end: Nanoseconds) throws(OracleError) {
        for name in order {
            guard let connection = connections[name], connection.isUp,
                connection.connect.options.last(where: { $0.name == "SO_KEEPALIVE" })?.value == 1
            else { continue }
            let idle: Int
            if let own = connection.connect.options.last(where: { $0.name == "TCP_KEEPIDLE" })?.value {
                idle = own
            } else {
                let numbers = SysctlNumbers(host: connection.connect.host, plan: plan, facts: facts, origin: origin)
                idle = try numbers.required(Keepalive.timeKey)
            }
            // The timer is started when connect() returns (tcp_finish_connect()).
            guard connection.began.from + .seconds(Int64(idle)) < end else { continue }
            throw refusal(
                "'\(name)' has SO_KEEPALIVE, and its first probe may go out before the run ends; take the option away, or "
                    + "expect calls, packets and counters instead")
        }
    }
}

extension ListenWalk.Connection {
    /// Whether its client takes it for established.
    fileprivate var isUp: Bool {
        switch fate {
        case .held, .queued, .forgotten: true
        case .connecting, .timedOut, .reset, .abandoned: false
        }
    }
}
