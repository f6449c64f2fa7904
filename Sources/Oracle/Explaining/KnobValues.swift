/// Which values of a sysctl are worth a reader's time.
enum KnobValues {
    /// Some that are met in practice, the kernel's own, and for a sysctl that nobody has thought of, small ones and
    /// multiples of what it is. All within the limits.
    static func worthTrying(_ key: String, value: Int, byDefault: Int?, limits: ClosedRange<Int>?) -> [Int] {
        let some = met[key] ?? [0, 1, 2, value / 2, value * 2]
        return (some + [byDefault].compactMap(\.self)).filter { limits?.contains($0) ?? ($0 >= 0) }
    }

    private static let met: [String: [Int]] = [
        SynRetransmission.retriesKey: [1, 2, 3, 4, 6],
        SynRetransmission.linearKey: [0, 1, 4],
        SynRetransmission.maximumKey: [1000, 4000, 30_000],
        PlannedListener.somaxconn: [128, 1024, 4096],
        PlannedListener.syncookies: [0, 1, 2],
        PlannedListener.maxSynBacklog: [32, 128, 1024, 4096],
        PlannedListener.synackRetries: [0, 1, 2, 3, 5],
        PlannedListener.abortOnOverflow: [0, 1],
        Retransmission.retriesKey: [3, 5, 8, 15],
        Retransmission.orphanKey: [0, 1, 2, 3, 8],
        Retransmission.probeKey: [0, 3],
        EstablishedPath.minimumKey: [5000, 50_000, 200_000],
        FinWait2.timeoutKey: [2, 10, 30, 60, 61, 120],
        Keepalive.timeKey: [60, 300, 7200],
        Keepalive.intervalKey: [5, 30, 75],
        Keepalive.probesKey: [1, 3, 9],
        TimeWaitBuckets.limitKey: [1000, 10_000],
        TimeWaitForecast.assassinationKey: [0, 1],
        "net.ipv4.tcp_timestamps": [0, 1],
        "net.ipv4.tcp_sack": [0, 1],
        "net.ipv4.tcp_window_scaling": [0, 1],
    ]
}
