import Kernel
package import Model

extension Endpoints {
    /// At most so many connect() calls start before the reactor looks at what has come meanwhile.
    private static let startsAtOnce = 16

    /// Starts a connect(), or the series of them; `isIdle` tells its end. `origin` is the action's place, should the
    /// kernel refuse an option.
    package func connect(_ step: Connect, origin: SourceLocation? = nil) throws {
        guard let many = ConnectSeries(step, origin: origin) else {
            try begin(step, origin, of: nil)
            return
        }
        guard series.updateValue(many, forKey: step.socket) == nil else {
            throw EndpointError("there is a series \(step.socket) already")
        }
        try advance(many)
    }

    /// Starts what is due, and sees to it that the rest starts when it is: one after the other, when the one before has
    /// ended.
    private func advance(_ many: ConnectSeries) throws {
        for _ in 0..<Self.startsAtOnce {
            guard let call = many.next() else { break }
            let hasEnded = try begin(call, many.origin, of: many)
            if many.isInTurn && !hasEnded { return }
        }
        if !many.isOver, many.started < many.calls.count { goOn(many, at: many.due) }
    }

    private func goOn(_ many: ConnectSeries, at time: Nanoseconds) {
        reactor.once(at: time) { [unowned self] in try advance(many) }
    }

    /// A call of the series was given up, so the next may start.
    func abandonOne(of many: ConnectSeries?) {
        guard let many else { return }
        many.ended += 1
        if many.isInTurn { goOn(many, at: Clock.monotonic()) }
    }

    /// Answers whether the call has ended already.
    @discardableResult
    private func begin(_ step: Connect, _ origin: SourceLocation?, of many: ConnectSeries?) throws -> Bool {
        let endpoint = try open(step.socket, on: step.host, step.to.address.family, step.options, origin, of: many)
        endpoint.series = many
        if let from = step.from {
            try prepare(endpoint, "bind", local: from) { try endpoint.socket.bind(from) }
        }
        let call = timeline.begin(
            CallEvent(
                socket: step.socket, host: step.host, call: "connect", ended: nil, local: step.from, remote: step.to))
        if step.blocking == true {
            try block(endpoint, in: call, step)
            return false
        }
        let began = Clock.monotonic()
        do {
            if try endpoint.socket.connect(step.to) {
                end(call, endpoint)
                many?.ended += 1
                return true
            }
        } catch {
            end(call, endpoint, errno: error.errno)
            many?.ended += 1
            return true
        }
        // A socket whose call fails loses its address.
        let local = endpoint.socket.local
        timeline.note(call, local: local)
        if let local { ends[endpoint.name] = Ends(host: endpoint.host, local: local, remote: step.to) }
        // Of many one after the other, most have their handshake behind them when the call returns, since a packet's way
        // over a veth is part of it. They are looked at here, which saves each a turn of the reactor.
        if let many, many.isInTurn, try endpoint.socket.isWritable() {
            let code = try endpoint.socket.pendingError()
            end(call, endpoint, errno: code, noticedLate: Clock.monotonic() - began)
            many.ended += 1
            return true
        }
        endpoint.pending = call
        connecting += 1
        try attend(endpoint)
        return false
    }

    /// Nothing is asked of the socket while a thread sleeps in the call.
    private func block(_ endpoint: Endpoint, in call: Int, _ step: Connect) throws {
        let blocked = try BlockingConnect(endpoint.socket, to: step.to)
        endpoint.blocked = blocked
        endpoint.pending = call
        connecting += 1
        if let local = step.from { ends[endpoint.name] = Ends(host: endpoint.host, local: local, remote: step.to) }
        try reactor.watch(blocked.bell.descriptor, for: .input) { [unowned self, unowned endpoint] in
            guard let outcome = blocked.outcome else { return }
            try reactor.forget(blocked.bell.descriptor)
            blocked.abandon(endpoint.socket)
            endpoint.blocked = nil
            try endpoint.socket.setBlocking(false)
            endpoint.pending = nil
            connecting -= 1
            end(
                call, endpoint, errno: outcome.errno, at: timeline.clock.onTimeline(monotonic: outcome.ended),
                noticedLate: outcome.noticedLate)
        }
    }

    /// Writable, or in error: connect() would return now.
    func connected(_ endpoint: Endpoint) throws {
        guard let call = endpoint.pending else { return }
        let code = try endpoint.socket.pendingError()
        endpoint.pending = nil
        connecting -= 1
        end(call, endpoint, errno: code, noticedLate: reactor.noticedLate)
        guard let many = endpoint.series else { return }
        many.ended += 1
        if many.isInTurn { try advance(many) }
    }
}
