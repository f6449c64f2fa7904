import Model

/// The combinations that `fin-wait-2` is tried with.
package struct FinWait2Sweep: KnobSweep, Sendable, Hashable {
    package static let laws = [FinWait2.description.name]
    package static let scenario = "fin-wait-2"
    package static let label = "fin-wait-2"

    private static let timeout = SweepKnob.sysctl(
        FinWait2.timeoutKey, [0, 1, 2, 3, 4, 5, 8, 15, 30, 59, 60, 61, 62, 64, 69, 75, 119, 120, 121, 130, 150],
        oneIn: 1)
    private static let linger = SweepKnob.option("TCP_LINGER2", [1, 2, 7, 20, 60, 61, 63, 66, 72, 100, 120, 121, 500])
    private static let minimum = SweepKnob.sysctl(
        EstablishedPath.minimumKey, [5000, 200_000, 1_000_000, 2_000_000, 10_000_000, 20_000_000], oneIn: 4)
    private static let maximum = SweepKnob.sysctl(EstablishedPath.maximumKey, [1000, 5000], oneIn: 4)
    private static let ownMaximum = SweepKnob.option("TCP_RTO_MAX_MS", [1000, 3000], oneIn: 6)
    package static let knobs = [timeout, linger, minimum, maximum, ownMaximum]

    package static var grid: [[SweepKnob: Int]] {
        [0, 1, 2, 5, 10, 30, 59, 60, 61, 62, 63, 65, 70, 90, 120, 121, 150].map { [timeout: $0] }
            + [1, 2, 5, 30, 59, 60, 61, 62, 65, 70, 90, 119, 120, 121].map { [timeout: 60, linger: $0] }
            + [2, 61, 64].map { [timeout: 1, linger: $0] }
            + [0, 1, 61].flatMap { time in
                [5000, 1_000_000, 2_000_000].map { [timeout: time, minimum: $0] }
            } + [[timeout: 0, minimum: 2_000_000, maximum: 1000], [timeout: 0, minimum: 18_000_000]]
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
