import Model

/// The combinations that `time-wait` is tried with: none of them may move it.
package struct TimeWaitSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [TimeWaitForecast.description.name]
    package static let scenario = "time-wait"
    package static let label = "time-wait"

    private static let finTimeout = SweepKnob.sysctl(FinWait2.timeoutKey, [1, 5, 30, 60, 61, 90, 120])
    private static let linger = SweepKnob.option("TCP_LINGER2", [1, 10, 70, 120])
    private static let reuse = SweepKnob.sysctl("net.ipv4.tcp_tw_reuse", [0, 1, 2])
    private static let rfc1337 = SweepKnob.sysctl("net.ipv4.tcp_rfc1337", [0, 1])
    private static let orphan = SweepKnob.sysctl(Retransmission.orphanKey, [0, 1, 7])
    private static let retries = SweepKnob.sysctl(Retransmission.retriesKey, [0, 3, 15])
    private static let buckets = SweepKnob.sysctl(TimeWaitBuckets.limitKey, [1, 2, 100_000])
    private static let minimum = SweepKnob.sysctl(EstablishedPath.minimumKey, [5000, 2_000_000])
    private static let maximum = SweepKnob.sysctl(EstablishedPath.maximumKey, [1000])
    private static let delay = SweepKnob.sysctl("net.ipv4.tcp_tw_reuse_delay", [1, 60_000])
    package static let knobs = [
        finTimeout, linger, reuse, rfc1337, orphan, retries, buckets, minimum, maximum, delay,
    ]

    package static var grid: [[SweepKnob: Int]] {
        knobs.flatMap { knob in knob.values.map { [knob: $0] } }
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
