import Kernel
package import Model

extension Endpoints {
    /// Starts taking connections; `isIdle` tells the end, or `giveUp` brings it.
    package func accept(_ step: Accept) throws {
        let listener = try find(step.listener)
        let busy = acceptances.contains { !$0.isDone && $0.listener === listener }
        guard !busy else { throw EndpointError("accept on \(step.listener): an earlier accept is still going on") }
        let acceptance = Acceptance(step, listener)
        if step.count != nil { acceptance.pending = beginAccept(acceptance) }
        acceptances.append(acceptance)
        try reactor.watch(listener.socket.descriptor, for: .input) { [unowned self] in try take(acceptance) }
    }

    private func beginAccept(_ acceptance: Acceptance) -> Int {
        timeline.begin(
            CallEvent(
                socket: acceptance.nextName, host: acceptance.listener.host, call: "accept", ended: nil,
                local: ends[acceptance.listener.name]?.local))
    }

    private func take(_ acceptance: Acceptance) throws {
        while !acceptance.isDone {
            let listener = acceptance.listener
            do {
                guard let socket = try listener.socket.accept() else { return }
                let endpoint = Endpoint(acceptance.nextName, host: listener.host, socket: socket)
                endpoints[endpoint.name] = endpoint
                end(acceptance.pending ?? beginAccept(acceptance), endpoint, noticedLate: reactor.noticedLate)
            } catch {
                timeline.end(acceptance.pending ?? beginAccept(acceptance), errno: error.symbol)
                callsEnded += 1
                // Nobody counts how often it fails then, so it would go on for ever.
                if acceptance.step.count == nil { throw error }
            }
            acceptance.taken += 1
            acceptance.pending = acceptance.isDone || acceptance.step.count == nil ? nil : beginAccept(acceptance)
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
}
