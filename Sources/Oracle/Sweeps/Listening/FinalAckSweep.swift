package import Model

/// The combinations that `syn-ack-retransmission` is tried with where the client hears and is not heard: every ACK of its
/// handshake is lost, or the first ones are.
package struct FinalAckSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [SynAckRetransmission.description.name]
    package static let scenario = "final-ack-lost"
    package static let label = "final-ack"

    /// Twice as long as they are, they are longer than the client's `tcp_invalid_ratelimit`, so that it answers each SYN+ACK.
    private static let initial = SweepKnob.initialRTO([300, 3000])
    private static let losses = SweepKnob.losses([1, 2, 3])
    package static let knobs = RequestKnobs.shared + [initial, losses]

    package static var grid: [[SweepKnob: Int]] {
        let retries = RequestKnobs.retries
        return RequestKnobs.grid + [300, 3000].flatMap { time in [0, 2].map { [retries: $0, initial: time] } }
            + [(0, 1), (1, 1), (2, 2), (3, 3), (5, 1), (5, 2)].map { [retries: $0.0, losses: $0.1] }
            + [[retries: 3, initial: 300, losses: 2]]
    }

    /// What the client says once the request is forgotten.
    package static func prepare(_ plan: inout Plan) {
        plan.steps.removeAll { step in
            switch step.action {
            case .send, .receive: true
            default: false
            }
        }
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
