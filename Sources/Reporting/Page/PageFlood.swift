import Model

/// What a flood's digest leaves out: how its sums grew. Pairs of nanoseconds since the run's origin and a sum.
struct PageFlood: Sendable, Encodable {
    /// Made-up SYNs that were sent.
    let offered: [[Int64]]
    /// SYN cookies that the listeners' hosts sent.
    let cookies: [[Int64]]

    /// `nil` where the record has no such samples.
    init?(_ record: RunRecord) {
        var sent: [Int: Int] = [:]
        var counted: [String: Int64] = [:]
        var offered: [[Int64]] = []
        var cookies: [[Int64]] = []
        for event in record.events {
            switch event.what {
            case .inject(let inject):
                sent[inject.step] = inject.sent
                offered.append([event.at.value, Int64(sent.values.reduce(0, +))])
            case .queue(let sample):
                guard let count = sample.counters["TcpExt.SyncookiesSent"] else { continue }
                counted[sample.host] = count
                cookies.append([event.at.value, counted.values.reduce(0, +)])
            default: continue
            }
        }
        guard !offered.isEmpty else { return nil }
        self.offered = Self.withoutLevels(offered)
        self.cookies = Self.withoutLevels(cookies)
    }

    /// Of a sum that does not grow the first and the last point say all.
    private static func withoutLevels(_ points: [[Int64]]) -> [[Int64]] {
        points.indices.filter { index in
            guard index > 0, index + 1 < points.count else { return true }
            return points[index - 1][1] != points[index][1] || points[index + 1][1] != points[index][1]
        }.map { points[$0] }
    }
}
