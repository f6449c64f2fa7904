import Model

/// The combinations that `retransmission` is tried with while a program holds the socket: every segment of its data is
/// lost.
package struct DataSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [Retransmission.description.name]
    package static let scenario = "data-lost"
    package static let label = "data"

    private static let retries = SweepKnob.sysctl(Retransmission.retriesKey, Array(0...8), oneIn: 1)
    private static let thin = SweepKnob.sysctl(Retransmission.thinKey, [0, 1], oneIn: 3)
    package static let knobs = [retries, thin] + RetransmissionKnobs.shared

    package static var grid: [[SweepKnob: Int]] {
        (0...8).map { [retries: $0] } + RetransmissionKnobs.grid(retries, [0, 2])
            + [0, 1, 3, 4, 5].map { [retries: $0, thin: 1] }
            + [1000, 2000].map { [retries: 4, thin: 1, RetransmissionKnobs.minimum: $0 * 100] }
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
