import Model

/// The combinations that `keepalive` is tried with. Without a probe nothing is lost, so no run with 0 of them proves anything.
package struct KeepaliveSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [Keepalive.description.name]
    package static let scenario = "keepalive"
    package static let label = "keepalive"

    private static let time = SweepKnob.sysctl(Keepalive.timeKey, [1, 2, 3, 4, 7], oneIn: 1)
    private static let interval = SweepKnob.sysctl(Keepalive.intervalKey, [1, 2, 3, 5], oneIn: 1)
    private static let probes = SweepKnob.sysctl(Keepalive.probesKey, [1, 2, 3, 5, 9], oneIn: 1)
    private static let idle = SweepKnob.option("TCP_KEEPIDLE", [1, 2, 5])
    private static let spacing = SweepKnob.option("TCP_KEEPINTVL", [1, 3])
    private static let count = SweepKnob.option("TCP_KEEPCNT", [1, 2, 4])
    private static let userTimeout = SweepKnob.option(
        "TCP_USER_TIMEOUT", [1, 999, 2000, 2017, 3003, 3016, 4000, 4056, 5500, 7000, 9001, 12_000], oneIn: 3)
    package static let knobs = [time, interval, probes, idle, spacing, count, userTimeout]

    package static var grid: [[SweepKnob: Int]] {
        [1, 2, 5].flatMap { time in [1, 3].map { [Self.time: time, interval: 1, probes: $0] } }
            + [2, 4].map { [time: 1, interval: $0, probes: 2] }
            + [
                [idle: 1, spacing: 2, count: 1], [time: 7, idle: 2], [interval: 7, spacing: 1], [probes: 9, count: 2],
            ]
            + [500, 1500, 2000, 2016, 3000, 3004, 4000, 8000].map { [time: 1, interval: 1, userTimeout: $0] }
            + [1000, 4000, 9000].map { [time: 2, interval: 3, probes: 1, userTimeout: $0] }
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
