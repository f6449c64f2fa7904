import Model

/// The combinations that `syn-ack-retransmission` is tried with where the client hears nothing, and repeats its SYN.
package struct RepeatedSynSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [SynAckRetransmission.description.name]
    package static let scenario = "syn-ack-always-lost"
    package static let label = "syn-repeated"

    private static let retries = SweepKnob.sysctl(
        PlannedListener.synackRetries, Array(0...4), of: .listening, oneIn: 1)
    private static let clients = SweepKnob.sysctl(SynRetransmission.retriesKey, [1, 2, 3, 4], oneIn: 1)
    private static let linear = SweepKnob.sysctl(SynRetransmission.linearKey, [0, 1, 4], oneIn: 2)
    /// None is near to a wait of the client's.
    private static let rate = SweepKnob.sysctl(
        SynAckRetransmission.rateKey, [0, 200, 500, 1500, 3500], of: .listening, oneIn: 2)
    private static let initial = SweepKnob.initialRTO([300, 3000])
    package static let knobs = [retries, clients, linear, rate, RequestKnobs.maximum, initial]

    package static var grid: [[SweepKnob: Int]] {
        [0, 1, 2, 3].flatMap { number in [1, 2, 3].map { [retries: number, clients: $0] } }
            + [0, 1].flatMap { number in [0, 1].map { [retries: number, clients: 2, linear: $0] } }
            + [0, 200, 1500, 3500].map { [retries: 1, clients: 2, rate: $0] }
            + [300, 3000].map { [retries: 1, clients: 1, initial: $0] }
            + [[retries: 3, clients: 2, RequestKnobs.maximum: 1000]]
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
