import Model

/// What rules either of them.
enum RetransmissionKnobs {
    static let early = SweepKnob.sysctl(Retransmission.probeKey, Array(0...4))
    static let sack = SweepKnob.sysctl(Retransmission.sackKey, [0, 1], oneIn: 4)
    static let maximum = SweepKnob.sysctl(SynRetransmission.maximumKey, [1000, 1001, 1600, 2500, 3000, 7000])
    static let ownMaximum = SweepKnob.option("TCP_RTO_MAX_MS", [1000, 1500, 2000, 4001, 9000])
    static let minimum = SweepKnob.sysctl(
        EstablishedPath.minimumKey, [1, 4000, 5000, 12_345, 50_000, 125_000, 200_000, 333_333, 1_000_000, 3_000_000])
    static let userTimeout = SweepKnob.option(
        "TCP_USER_TIMEOUT", [1, 10, 100, 203, 204, 408, 500, 612, 1000, 1500, 2222, 3000, 5000, 9999, 15_000])

    static let shared = [early, sack, maximum, ownMaximum, minimum, userTimeout]

    static func grid(_ retries: SweepKnob, _ some: [Int]) -> [[SweepKnob: Int]] {
        var grid: [[SweepKnob: Int]] = []
        for number in some {
            grid += [[retries: number, early: 0], [retries: number, sack: 0]]
            grid += [5000, 50_000, 200_000, 1_000_000].map { [retries: number, minimum: $0] }
        }
        grid += [1000, 3000].map { [retries: 4, maximum: $0] }
        grid += [[retries: 4, maximum: 3000, ownMaximum: 1000], [retries: 3, minimum: 2_000_000, maximum: 1000]]
        grid += [100, 408, 500, 3000, 7000].map { [retries: 1, userTimeout: $0] }
        return grid
    }
}
