import Model

/// How many half-open connections there may be at each moment, by when their timers can have fired.
struct HalfOpenCurve {
    private let flood: FloodPlan
    private let most: Int
    private let spared: Int?
    private let flooded: Interval
    private let recordEnd: Nanoseconds
    /// When the queue was first seen full.
    private let full: Nanoseconds?
    /// When requests are given up beyond half of the queue, and when the rest is.
    private let pruned: Interval
    private let ended: Interval
    /// Clients' calls that went on while requests were given up beyond half of the queue. The request of each counts while
    /// it lasts, and so may cost one more of the old ones its place.
    private let clients: Int

    init(flood: FloodPlan, most: Int, spared: Int?, flooded: Interval, evidence: Evidence) {
        self.flood = flood
        self.most = most
        self.spared = spared
        self.flooded = flooded
        recordEnd = evidence.end
        let punctuality = Punctuality(evidence.record)
        // Whoever has a request had it when the queue was first seen full: before the flood was over, or later, since on a
        // busy machine packets wait in the kernel's backlog, however long ago they were sent.
        full = evidence.queueSamples(of: flood.socket).first { $0.queue.halfOpen >= most }?.at
        let born = Interval(flooded.from, full ?? flooded.to)
        func window(_ death: Interval) -> Interval {
            let to = born.to + death.to
            return Interval(born.from + death.from - flood.listener.wheel.tick, to + punctuality.lateness(at: to))
        }
        pruned = window(flood.life)
        ended = window(flood.death(times: flood.listener.retries + 1))
        let (from, to) = (pruned.from, pruned.to)
        clients =
            flood.hasClients
            ? evidence.record.events.count { event in
                guard case .call(let call) = event.what, call.call == "connect" else { return false }
                return event.at < to && call.ended.map { $0 > from } ?? true
            } : 0
    }

    /// One row for each part of the curve in which somebody looked.
    func rows(_ samples: [(at: Nanoseconds, queue: QueueSample)]) -> [Finding.Row] {
        let filled = max(flooded.to + Punctuality.cap, full ?? .zero)
        var parts: [(what: String, from: Nanoseconds, to: Nanoseconds, least: Int, most: Int)] = [
            ("until the first is given up", filled, spared == nil ? ended.from : pruned.from, most, most)
        ]
        if let spared {
            let least = max(0, spared - clients)
            parts.append(("while old ones are given up", pruned.from, pruned.to, least, most))
            parts.append(("half of the queue is spared", pruned.to, ended.from, least, spared))
        }
        parts.append(("while the rest is given up", ended.from, ended.to, 0, spared ?? most))
        parts.append(("when all were given up", ended.to, Nanoseconds(.max), 0, 0))
        var rows: [Finding.Row] = []
        for part in parts {
            let inside = samples.filter { $0.at >= part.from && $0.at < part.to }.map(\.queue.halfOpen)
            let expected = part.least == part.most ? "\(part.most)" : "\(part.least)..\(part.most)"
            guard let least = inside.min(), let greatest = inside.max() else {
                // The run may have ended before, and a transition may be shorter than the time between two looks.
                if part.from < part.to, part.from + Punctuality.cap < recordEnd, part.least == part.most {
                    rows.append(
                        Finding.Row(part.what, expected: expected, seen: "nobody looked", verdict: .inconclusive))
                }
                continue
            }
            // A client's own request may be there for the moment between its SYN and its ACK.
            let room = flood.hasClients ? 1 : 0
            let allowed = CountRange(part.least, part.most + room)
            let seen = least == greatest ? "\(least)" : "\(least)..\(greatest)"
            rows.append(
                Finding.Row(
                    part.what, expected: expected,
                    seen: "\(seen) (\(inside.count) looks)",
                    verdict: allowed.contains(least) && allowed.contains(greatest) ? .pass : .fail))
        }
        return rows
    }
}
