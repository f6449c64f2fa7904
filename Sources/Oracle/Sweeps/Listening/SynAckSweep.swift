import Model

/// The combinations that `syn-ack-retransmission` is tried with where a made-up SYN is all that comes: every SYN+ACK is
/// lost, or the first ones are and the next is answered with RST.
package struct SynAckSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [SynAckRetransmission.description.name]
    package static let scenario = "syn-ack-lost"
    package static let label = "syn-ack"

    private static let initial = SweepKnob.initialRTO([50, 100, 250, 3000])
    private static let losses = SweepKnob.losses([1, 2, 3, 5])
    package static let knobs = RequestKnobs.shared + [initial, losses]

    package static var grid: [[SweepKnob: Int]] {
        let retries = RequestKnobs.retries
        return RequestKnobs.grid
            + [100, 250, 3000].flatMap { time in (0...3).map { [retries: $0, initial: time] } }
            + [[retries: 3, initial: 3000, RequestKnobs.maximum: 1000]]
            + [(0, 1), (1, 1), (2, 1), (2, 2), (3, 3), (1, 2), (5, 4)].map { [retries: $0.0, losses: $0.1] }
            + [[retries: 4, initial: 100, losses: 3]]
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
