import Model

/// What rules the requests of a listener, and what must not.
enum RequestKnobs {
    static let retries = SweepKnob.sysctl(PlannedListener.synackRetries, Array(0...7), of: .listening, oneIn: 1)
    static let synCount = SweepKnob.option("TCP_SYNCNT", [1, 2, 3, 5], of: .listening)
    static let maximum = SweepKnob.sysctl(SynRetransmission.maximumKey, [1000, 1001, 2500, 7000], of: .listening)
    static let ownMaximum = SweepKnob.option("TCP_RTO_MAX_MS", [1000, 3000, 9000], of: .listening)
    static let minimum = SweepKnob.sysctl(
        EstablishedPath.minimumKey, [5000, 200_000, 2_000_000], of: .listening, oneIn: 4)

    static let shared = [retries, synCount, maximum, ownMaximum, minimum]

    static let grid: [[SweepKnob: Int]] =
        (0...7).map { [retries: $0] } + [1, 2, 3].map { [synCount: $0] }
        + [[retries: 0, synCount: 2], [retries: 5, synCount: 1]]
        + [5000, 2_000_000].map { [retries: 1, minimum: $0] }
        + [1000, 2000, 3500].map { [retries: 3, maximum: $0] }
        + [[retries: 2, ownMaximum: 1000], [retries: 3, maximum: 3000, ownMaximum: 1000]]
}
