import Kernel
package import Model

/// The sockets of a run, by name: state machines on the reactor, so that thousands of them need one thread.
///
/// Every call becomes a `CallEvent`. A failing connect() or accept() is an observation; a socket that cannot even be
/// prepared (`socket`, `setsockopt`, `bind`, `listen`) throws, since the run cannot mean anything then.
package final class Endpoints {
    let reactor: Reactor
    let timeline: Timeline
    let host: (String) throws -> LabHost
    var endpoints: [String: Endpoint] = [:]
    var acceptances: [Acceptance] = []
    var series: [String: ConnectSeries] = [:]
    /// Of every socket that has had a connection, or listened.
    var ends: [String: Ends] = [:]
    /// Grows whenever a call ends.
    package internal(set) var callsEnded = 0
    /// connect() calls that have not ended.
    var connecting = 0
    /// Receives that have not ended.
    var receiving = 0
    /// What is read goes here, and nowhere further.
    var scratch = [UInt8](repeating: 0, count: 64 << 10)

    package init(reactor: Reactor, timeline: Timeline, host: @escaping (String) throws -> LabHost) {
        self.reactor = reactor
        self.timeline = timeline
        self.host = host
    }

    package func exists(_ name: String) -> Bool { endpoints[name] != nil }

    /// Whether no call is going on that the name stands for, or is still to come: one on the socket, the accept() that
    /// makes it, or one of its series.
    package func isIdle(_ name: String) -> Bool {
        (endpoints[name]?.isIdle ?? true) && (series[name]?.isDone ?? true)
            && !acceptances.contains { $0.owes(name) && endpoints[name] == nil }
            && !series.contains { name.hasPrefix("\($0.key)#") && $0.value.owes(name) }
    }

    /// Whether a connect() goes on, or one of a series is still to come.
    package var isConnecting: Bool { connecting > 0 || !series.values.allSatisfy(\.isDone) }

    package var isReceiving: Bool { receiving > 0 }

    /// The sockets that listen now, in the order of their names.
    var listeners: [Endpoint] { endpoints.values.filter(\.isListening).sorted { $0.name < $1.name } }

    package func listen(_ step: Listen, origin: SourceLocation? = nil) throws {
        let endpoint = try open(step.socket, on: step.host, step.address.address.family, step.options, origin)
        try prepare(endpoint, "bind", local: step.address) { try endpoint.socket.bind(step.address) }
        try prepare(endpoint, "listen", local: step.address) { try endpoint.socket.listen(backlog: step.backlog) }
        endpoint.isListening = true
        ends[endpoint.name] = Ends(host: endpoint.host, local: endpoint.socket.local ?? step.address)
    }

    /// listen() on a listener that is there already.
    package func listen(_ step: ListenAgain) throws {
        let endpoint = try find(step.socket)
        guard endpoint.isListening, let local = endpoint.socket.local else {
            throw EndpointError("\(step.socket) is no listener")
        }
        try prepare(endpoint, "listen", local: local) { try endpoint.socket.listen(backlog: step.backlog) }
    }

    /// Of a name that stands for several sockets, all that there are.
    package func close(_ step: Close) throws {
        series[step.socket]?.stop()
        for endpoint in try members(step.socket) { try close(endpoint, abort: step.abort) }
    }

    private func close(_ endpoint: Endpoint, abort: Bool) throws {
        try reactor.forget(endpoint.socket.descriptor)
        if let blocked = endpoint.blocked {
            try reactor.forget(blocked.bell.descriptor)
            blocked.abandon(endpoint.socket)
            endpoint.blocked = nil
        }
        for acceptance in acceptances where acceptance.listener === endpoint { acceptance.isOver = true }
        if abort { try endpoint.socket.abortOnClose() }
        let call = timeline.begin(
            CallEvent(
                socket: endpoint.name, host: endpoint.host, call: "close", ended: nil, local: endpoint.socket.local,
                remote: endpoint.socket.remote))
        endpoint.socket.close()
        endpoints[endpoint.name] = nil
        timeline.end(call)
        callsEnded += 1
        if endpoint.receiving != nil { receiving -= 1 }
        endpoint.receiving = nil
        endpoint.sending = nil
        if endpoint.pending != nil {
            endpoint.pending = nil
            connecting -= 1
            abandonOne(of: endpoint.series)
        }
    }

    /// Lets all sockets go, without a word on the timeline.
    package func tearDown() {
        acceptances = []
        endpoints = [:]
        series = [:]
        connecting = 0
        receiving = 0
    }

    func find(_ name: String) throws -> Endpoint {
        guard let endpoint = endpoints[name] else { throw EndpointError("there is no socket \(name) now") }
        return endpoint
    }

    /// The sockets that a name stands for: the one of that name, or those of a series or of an accept that are there.
    private func members(_ name: String) throws -> [Endpoint] {
        let accepted = acceptances.filter { $0.step.socket == name && $0.step.count != 1 }.map(\.taken).max()
        guard endpoints[name] == nil, let most = series[name]?.started ?? accepted else { return [try find(name)] }
        return most == 0 ? [] : (1...most).compactMap { endpoints["\(name)#\($0)"] }
    }

    func prepare(
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
    func end(
        _ call: Int, _ endpoint: Endpoint, errno code: Int32 = 0, at time: Nanoseconds? = nil,
        noticedLate: Nanoseconds? = nil
    ) {
        let (local, remote) = (endpoint.socket.local, endpoint.socket.remote)
        timeline.end(
            call, at: time, errno: code == 0 ? nil : Errno.symbol(code), noticedLate: noticedLate,
            local: code == 0 ? local : nil, remote: remote)
        callsEnded += 1
        if let local, let remote {
            ends[endpoint.name] = Ends(host: endpoint.host, local: local, remote: remote)
        }
    }
}

/// A step that does not fit what went before it: the plan's fault.
package struct EndpointError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
