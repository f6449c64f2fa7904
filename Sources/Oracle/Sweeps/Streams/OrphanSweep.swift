import Model

/// The combinations that `retransmission` is tried with for an orphan: a closed socket whose every FIN is lost.
package struct OrphanSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [Retransmission.description.name]
    package static let scenario = "fin-lost"
    package static let label = "orphan"

    private static let retries = SweepKnob.sysctl(Retransmission.orphanKey, Array(0...9), oneIn: 1)
    package static let knobs = [retries] + RetransmissionKnobs.shared

    package static var grid: [[SweepKnob: Int]] {
        (0...9).map { [retries: $0] } + RetransmissionKnobs.grid(retries, [0, 1, 3])
            + [1000, 3000, 120_000].map { [retries: 0, RetransmissionKnobs.maximum: $0] }
            + [50, 700, 3000].map { [retries: 0, RetransmissionKnobs.userTimeout: $0] }
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
