import Kernel
package import Model

extension Endpoints {
    /// At most so many connect() calls start before the reactor looks at what has come meanwhile.
    private static let startsAtOnce = 16

    /// Starts a connect(), or the series of them; `isIdle` tells its end. `origin` is the action's place, should the
    /// kernel refuse an option.
    package func connect(_ step: Connect, origin: SourceLocation? = nil) throws {
        guard let many = ConnectSeries(step, origin: origin) else { return try begin(step, origin, of: nil) }
        guard series.updateValue(many, forKey: step.socket) == nil else {
            throw EndpointError("there is a series \(step.socket) already")
        }
        try advance(many)
    }

    /// Starts what is due, and sees to it that the rest starts when it is.
    private func advance(_ many: ConnectSeries) throws {
        let room = many.series.every == nil ? 1 : Self.startsAtOnce
        for _ in 0..<room {
            guard let call = many.next() else { break }
            try begin(call, many.origin, of: many)
        }
        if many.series.every != nil, !many.isOver, many.started < many.calls.count {
            reactor.once(at: many.due) { [unowned self] in try advance(many) }
        }
    }

    /// A call of the series has ended, so the next may start; at the next turn where that call was made just now, since
    /// those that end at once would call each other.
    func goOn(_ many: ConnectSeries?, isWithin: Bool = true) throws {
        guard let many else { return }
        many.ended += 1
        guard many.series.every == nil else { return }
        if !isWithin { return try advance(many) }
        reactor.once(at: Clock.monotonic()) { [unowned self] in try advance(many) }
    }

    private func begin(_ step: Connect, _ origin: SourceLocation?, of many: ConnectSeries?) throws {
        let endpoint = try open(step.socket, on: step.host, step.to.address.family, step.options, origin, of: many)
        endpoint.series = many
        if let from = step.from {
            try prepare(endpoint, "bind", local: from) { try endpoint.socket.bind(from) }
        }
        let call = timeline.begin(
            CallEvent(
                socket: step.socket, host: step.host, call: "connect", ended: nil, local: step.from, remote: step.to))
        if step.blocking == true { return try block(endpoint, in: call, step) }
        let isConnected: Bool
        do {
            isConnected = try endpoint.socket.connect(step.to)
        } catch {
            end(call, endpoint, errno: error.errno)
            return try goOn(many)
        }
        if isConnected {
            end(call, endpoint)
            return try goOn(many)
        }
        endpoint.pending = call
        connecting += 1
        let local = endpoint.socket.local
        timeline.note(call, local: local)
        if let local { ends[endpoint.name] = Ends(host: endpoint.host, local: local, remote: step.to) }
        try attend(endpoint)
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
        try goOn(endpoint.series, isWithin: false)
    }
}
