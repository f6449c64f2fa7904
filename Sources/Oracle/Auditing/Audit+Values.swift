extension Audit {
    /// What is wrong with the value of a sysctl that an audit looks at: what the kernel takes instead; `nil` where nothing
    /// is.
    package static func complaint(_ key: String, _ value: String) -> String? {
        if key == EphemeralPorts.rangeKey {
            let ends = value.split(separator: " ").map { Int($0) }
            guard ends.count == 2, let low = ends[0], let high = ends[1], low >= 1, low <= high, high <= 65_535 else {
                return "the kernel takes two ports, the lower one first"
            }
            return nil
        }
        if key == ReservedPorts.key {
            return ReservedPorts(value) == nil ? "the kernel takes ports and ranges, such as 8080,9000-9099" : nil
        }
        guard keys.contains(key) else { return nil }
        let limits = limits[key] ?? 0...Int(Int32.max)
        guard let number = Int(value), limits.contains(number) else {
            return "the kernel takes \(limits.lowerBound) to \(limits.upperBound)"
        }
        return nil
    }

    /// net/ipv4/sysctl_net_ipv4.c. Others are any number that is not negative.
    private static let limits = Oracle.laws.reduce(
        into: [
            EphemeralPorts.timestampsKey: 0...2
        ]
    ) { all, law in all.merge(law.limits) { first, _ in first } }
}
