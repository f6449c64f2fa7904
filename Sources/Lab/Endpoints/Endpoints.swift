import Glibc
import Kernel
package import Model

/// The sockets of a run, by name: state machines on the reactor, so that thousands of them need one thread.
///
/// Every call becomes a `CallEvent`. A failing connect() or accept() is an observation; a socket that cannot even be
/// prepared (`socket`, `setsockopt`, `bind`, `listen`) throws, since the run cannot mean anything then.
package final class Endpoints {
    private let reactor: Reactor
    private let timeline: Timeline
    private let host: (String) throws -> LabHost
    private var endpoints: [String: Endpoint] = [:]
    private var acceptances: [Acceptance] = []
    /// Grows whenever a call ends.
    package private(set) var callsEnded = 0
    /// connect() calls that have not ended.
    package private(set) var connecting = 0

    package init(reactor: Reactor, timeline: Timeline, host: @escaping (String) throws -> LabHost) {
        self.reactor = reactor
        self.timeline = timeline
        self.host = host
    }

    package func exists(_ name: String) -> Bool { endpoints[name] != nil }

    /// Whether no call is going on that the name stands for: a connect() of the socket, or the accept() that makes it.
    package func isIdle(_ name: String) -> Bool {
        endpoints[name]?.pending == nil
            && !acceptances.contains { $0.owes(name) && endpoints[name] == nil }
    }

    package func listen(_ step: Listen, origin: SourceLocation? = nil) throws {
        let endpoint = try open(step.socket, on: step.host, step.address.address.family, step.options, origin)
        try prepare(endpoint, "bind", local: step.address) { try endpoint.socket.bind(step.address) }
        try prepare(endpoint, "listen", local: step.address) { try endpoint.socket.listen(backlog: step.backlog) }
    }

    /// Starts a connect(); `isIdle` tells its end. `origin` is the action's place, should the kernel refuse an option.
    package func connect(_ step: Connect, origin: SourceLocation? = nil) throws {
        let endpoint = try open(step.socket, on: step.host, step.to.address.family, step.options, origin)
        if let from = step.from {
            try prepare(endpoint, "bind", local: from) { try endpoint.socket.bind(from) }
        }
        let call = timeline.begin(
            CallEvent(
                socket: step.socket, host: step.host, call: "connect", ended: nil, local: step.from, remote: step.to))
        do {
            if try endpoint.socket.connect(step.to) { return end(call, endpoint) }
        } catch {
            return end(call, endpoint, errno: error.errno)
        }
        endpoint.pending = call
        connecting += 1
        timeline.note(call, local: endpoint.socket.local)
        try reactor.watch(endpoint.socket.descriptor, for: .output) { [unowned self] in try connected(endpoint) }
    }

    /// Writable, or in error: connect() would return now.
    private func connected(_ endpoint: Endpoint) throws {
        guard let call = endpoint.pending else { return }
        let code = try endpoint.socket.pendingError()
        try reactor.forget(endpoint.socket.descriptor)
        endpoint.pending = nil
        connecting -= 1
        end(call, endpoint, errno: code, noticedLate: reactor.noticedLate)
    }

    /// Starts taking connections; `isIdle` tells the end, or `giveUp` brings it.
    package func accept(_ step: Accept) throws {
        let listener = try find(step.listener)
        let busy = acceptances.contains { !$0.isDone && $0.listener === listener }
        guard !busy else { throw EndpointError("accept on \(step.listener): an earlier accept is still going on") }
        let acceptance = Acceptance(step, listener, pending: 0)
        acceptance.pending = beginAccept(acceptance)
        acceptances.append(acceptance)
        try reactor.watch(listener.socket.descriptor, for: .input) { [unowned self] in try take(acceptance) }
    }

    private func beginAccept(_ acceptance: Acceptance) -> Int {
        timeline.begin(
            CallEvent(
                socket: acceptance.nextName, host: acceptance.listener.host, call: "accept", ended: nil,
                local: acceptance.listener.socket.local))
    }

    private func take(_ acceptance: Acceptance) throws {
        while !acceptance.isDone {
            let listener = acceptance.listener
            do {
                guard let socket = try listener.socket.accept() else { return }
                let endpoint = Endpoint(acceptance.nextName, host: listener.host, socket: socket)
                endpoints[endpoint.name] = endpoint
                end(acceptance.pending, endpoint, noticedLate: reactor.noticedLate)
            } catch {
                timeline.end(acceptance.pending, errno: error.symbol)
                callsEnded += 1
            }
            acceptance.taken += 1
            if !acceptance.isDone { acceptance.pending = beginAccept(acceptance) }
        }
        try reactor.forget(acceptance.listener.socket.descriptor)
    }

    /// Stops waiting for connections that have not come; the call on the timeline keeps no end.
    package func giveUp(_ step: Accept) throws {
        for acceptance in acceptances where !acceptance.isDone && acceptance.step == step {
            acceptance.isOver = true
            try reactor.forget(acceptance.listener.socket.descriptor)
        }
    }

    package func close(_ step: Close) throws {
        let endpoint = try find(step.socket)
        try reactor.forget(endpoint.socket.descriptor)
        for acceptance in acceptances where acceptance.listener === endpoint { acceptance.isOver = true }
        if step.abort { try endpoint.socket.abortOnClose() }
        let call = timeline.begin(
            CallEvent(
                socket: step.socket, host: endpoint.host, call: "close", ended: nil, local: endpoint.socket.local,
                remote: endpoint.socket.remote))
        endpoint.socket.close()
        if endpoint.pending != nil { connecting -= 1 }
        endpoint.pending = nil
        endpoints[step.socket] = nil
        timeline.end(call)
        callsEnded += 1
    }

    /// Lets all sockets go, without a word on the timeline.
    package func tearDown() {
        acceptances = []
        endpoints = [:]
        connecting = 0
    }

    private func find(_ name: String) throws -> Endpoint {
        guard let endpoint = endpoints[name] else { throw EndpointError("there is no socket \(name) now") }
        return endpoint
    }

    private func open(
        _ name: String, on host: String, _ family: Family, _ options: [SocketOption], _ origin: SourceLocation?
    ) throws -> Endpoint {
        guard endpoints[name] == nil else { throw EndpointError("there is a socket \(name) already") }
        let place = try self.host(host)
        let socket = try place.visit { try StreamSocket(family) }
        let endpoint = Endpoint(name, host: host, socket: socket)
        for option in options {
            guard let entry = SocketOptionTable.entry(option.name) else {
                throw LabError.unsupported(feature: option.name, reason: "tcpfault knows no socket option of that name")
            }
            try set(option, entry, on: endpoint, origin)
        }
        endpoints[name] = endpoint
        return endpoint
    }

    private func set(
        _ option: SocketOption, _ entry: SocketOptionTable.Entry, on endpoint: Endpoint, _ origin: SourceLocation?
    ) throws {
        let attempt = "set \(option.name)=\(option.value) on \(endpoint.name)"
        do {
            try endpoint.socket.set(entry.level, entry.number, Int32(clamping: option.value), attempt)
        } catch {
            switch error.errno {
            case ENOPROTOOPT: throw LabError.unsupported(feature: option.name, reason: "\(error)")
            case EINVAL:
                throw LabError.optionRefused(
                    socket: endpoint.name, option: option.name, value: option.value, errno: error.symbol,
                    message: String(cString: strerror(error.errno)), origin: origin)
            default: throw error
            }
        }
    }

    private func prepare(
        _ endpoint: Endpoint, _ call: String, local: SocketAddress, _ body: () throws -> Void
    ) throws {
        let place = timeline.begin(
            CallEvent(socket: endpoint.name, host: endpoint.host, call: call, ended: nil, local: local))
        do {
            try body()
            timeline.end(place)
        } catch let error as KernelError {
            timeline.end(place, errno: error.symbol)
            throw error
        }
    }

    /// A socket whose call has failed may have lost its address: then what was noted before it stays.
    private func end(
        _ call: Int, _ endpoint: Endpoint, errno code: Int32 = 0, noticedLate: Nanoseconds? = nil
    ) {
        timeline.end(
            call, errno: code == 0 ? nil : Errno.symbol(code), noticedLate: noticedLate,
            local: code == 0 ? endpoint.socket.local : nil, remote: endpoint.socket.remote)
        callsEnded += 1
    }
}

/// A step that does not fit what went before it: the plan's fault.
package struct EndpointError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
