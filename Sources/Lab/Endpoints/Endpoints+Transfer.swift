import Kernel
package import Model

extension Endpoints {
    /// At most so many times is one socket read in a row, however much comes.
    private static let readsAtOnce = 16

    /// Starts to send. The answer names the call for `isGoingOn`; it ends when the kernel has taken all of it.
    package func send(_ step: Send) throws -> Int {
        let endpoint = try find(step.socket)
        guard endpoint.sending == nil else {
            throw EndpointError("send on \(step.socket): an earlier send is still going on")
        }
        let call = begin("send", endpoint)
        endpoint.sending = Endpoint.Transfer(call: call, left: step.bytes)
        goOnSending(endpoint)
        try attend(endpoint)
        return call
    }

    /// Starts to receive. The answer names the call for `isGoingOn`, and for `giveUp`, which brings its end.
    package func receive(_ step: Receive) throws -> Int {
        let endpoint = try find(step.socket)
        guard endpoint.receiving == nil else {
            throw EndpointError("receive on \(step.socket): an earlier receive is still going on")
        }
        let call = begin("receive", endpoint)
        endpoint.receiving = Endpoint.Transfer(call: call, left: step.bytes)
        receiving += 1
        goOnReceiving(endpoint)
        try attend(endpoint)
        return call
    }

    /// Whether that call on the socket of that name has not ended. A name may have come to stand for another socket.
    package func isGoingOn(_ call: Int, on name: String) -> Bool {
        guard let endpoint = endpoints[name] else { return false }
        return endpoint.sending?.call == call || endpoint.receiving?.call == call
    }

    /// Stops waiting for what has not come; the call on the timeline keeps no end.
    package func giveUp(_ call: Int, on name: String) throws {
        guard let endpoint = endpoints[name], endpoint.receiving?.call == call else { return }
        endpoint.receiving = nil
        receiving -= 1
        try attend(endpoint)
    }

    /// A connection that is no more refuses it, which is an observation.
    package func shutdown(_ step: Shutdown) throws {
        let endpoint = try find(step.socket)
        let call = begin("shutdown", endpoint)
        do {
            try endpoint.socket.shutdown(step.how)
            end(call, endpoint)
        } catch {
            end(call, endpoint, errno: error.errno)
        }
    }

    private func begin(_ call: String, _ endpoint: Endpoint) -> Int {
        timeline.begin(
            CallEvent(
                socket: endpoint.name, host: endpoint.host, call: call, ended: nil, local: endpoint.socket.local,
                remote: endpoint.socket.remote))
    }

    /// Tells the reactor what the endpoint's calls wait for.
    func attend(_ endpoint: Endpoint) throws {
        var wanted: Reactor.Readiness = []
        if endpoint.pending != nil || endpoint.sending != nil { wanted.insert(.output) }
        if endpoint.receiving != nil { wanted.insert(.input) }
        guard wanted != endpoint.watched else { return }
        try reactor.forget(endpoint.socket.descriptor)
        endpoint.watched = wanted
        guard !wanted.isEmpty else { return }
        try reactor.watch(endpoint.socket.descriptor, for: wanted) { [unowned self] in
            // The outcome of connect() is told once, so that call is asked first.
            if endpoint.pending != nil {
                try connected(endpoint)
            } else {
                goOnReceiving(endpoint)
                goOnSending(endpoint)
            }
            try attend(endpoint)
        }
    }

    private func goOnSending(_ endpoint: Endpoint) {
        guard var transfer = endpoint.sending else { return }
        do {
            while let left = transfer.left, left > 0 {
                guard let count = try endpoint.socket.send(atMost: left) else {
                    endpoint.sending = transfer
                    return
                }
                transfer.left = left - count
            }
            finish(transfer, endpoint)
        } catch {
            finish(transfer, endpoint, errno: error.errno)
        }
        endpoint.sending = nil
    }

    private func goOnReceiving(_ endpoint: Endpoint) {
        guard var transfer = endpoint.receiving else { return }
        do {
            for _ in 0..<Self.readsAtOnce where transfer.left != 0 {
                guard let count = try endpoint.socket.receive(&scratch, atMost: transfer.left) else {
                    endpoint.receiving = transfer
                    return
                }
                // The end of the stream.
                if count == 0 { transfer.left = 0 } else { transfer.left = transfer.left.map { $0 - count } }
            }
            endpoint.receiving = transfer
            guard transfer.left == 0 else { return }
            finish(transfer, endpoint)
        } catch {
            finish(transfer, endpoint, errno: error.errno)
        }
        endpoint.receiving = nil
        receiving -= 1
    }

    private func finish(_ transfer: Endpoint.Transfer, _ endpoint: Endpoint, errno code: Int32 = 0) {
        end(transfer.call, endpoint, errno: code, noticedLate: reactor.noticedLate)
    }
}
