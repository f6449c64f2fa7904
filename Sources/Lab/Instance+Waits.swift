import Kernel
import Model

extension Instance {
    /// Nobody announces the state of a socket, so the kernel is asked this often.
    private static let statePolling = Nanoseconds.milliseconds(5)
    /// Nor the length of a queue; and this question costs more, since the machine's whole table is walked.
    private static let queuePolling = Nanoseconds.milliseconds(25)

    func perform(_ wait: Wait, _ index: Int) throws {
        let shortfall: String?
        switch wait.until {
        case .duration(let time):
            try finish(index, atMost: time) { false }
            shortfall = nil
        case .call(let socket):
            let isOver = try finish(index, atMost: wait.atMost) { endpoints.isIdle(socket) }
            shortfall = isOver ? nil : "the call of \(socket) had not ended"
        case .packets(let selector, let host, let count):
            let seen = try matches(selector, host, enough: count, index, wait)
            shortfall = seen >= count ? nil : "\(seen) of \(count) packets came to \(host)"
        case .queue(let listener, let kind, let length):
            shortfall = try waitFor(listener, kind, length, index, wait)
        case .state(let socket, let state):
            shortfall = try waitFor(socket, state, index, wait)
        }
        if let shortfall { timeline.fallShort("step \(index + 1): \(shortfall) within \(wait.atMost)") }
    }

    /// How many have matched when it was enough, or when the time was up.
    private func matches(
        _ selector: Selector, _ host: String, enough: Int, _ index: Int, _ wait: Wait
    ) throws -> Int {
        var seen = 0
        var next = 0
        try finish(index, atMost: wait.atMost) {
            while next < timeline.packets.count {
                if case .packet(let packet) = timeline.events[timeline.packets[next]].what, packet.host == host,
                    selector.matches(packet.segment)
                {
                    seen += 1
                }
                next += 1
            }
            return seen >= enough
        }
        return seen
    }

    /// What was missing in the end.
    private func waitFor(
        _ listener: String, _ kind: QueueKind, _ length: CountRange, _ index: Int, _ wait: Wait
    ) throws -> String? {
        var asked = Nanoseconds.zero
        let found = try finish(index, atMost: wait.atMost, polling: Self.queuePolling) {
            // Packets and calls may wake this up more often than the kernel need be asked.
            if Clock.monotonic() - asked >= Self.queuePolling {
                try queues.sample(.changes)
                asked = Clock.monotonic()
            }
            return queues.latest[listener].map { length.contains($0.length(kind)) } ?? false
        }
        guard !found else { return nil }
        let last = queues.latest[listener].map { "was \($0.length(kind))" } ?? "was not there"
        return "the \(kind.rawValue) queue of \(listener) \(last) and did not become \(length)"
    }

    private func waitFor(_ socket: String, _ state: String, _ index: Int, _ wait: Wait) throws -> String? {
        var asked = Nanoseconds.zero
        var last: String?
        let found = try finish(index, atMost: wait.atMost, polling: Self.statePolling) {
            if Clock.monotonic() - asked >= Self.statePolling {
                last = try self.state(of: socket)
                asked = Clock.monotonic()
            }
            return last == state
        }
        return found ? nil : "\(socket) was \(last ?? "not there") and did not become \(state)"
    }

    /// Of its connection at its own end, closed or not; `nil`: it has not had one yet.
    private func state(of socket: String) throws -> String? {
        guard let ends = endpoints.ends[socket] else { return nil }
        return try laboratory.host(ends.host).socket(ends.local, ends.remote)?.state ?? "gone"
    }
}
