/// Ports that no connect() is given unless its program asks for one of them by bind().
///
/// `proc_do_large_bitmap()` reads numbers and ranges, a comma apart, in any order; they may overlap.
/// `inet_is_local_reserved_port()` is asked for each port of ip_local_port_range.
struct ReservedPorts: Hashable {
    static let key = "net.ipv4.ip_local_reserved_ports"

    /// Rising, none of them within another's reach.
    private let ranges: [ClosedRange<Int>]

    /// `8080,9000-9099`, empty where none is reserved; `nil`: the kernel refuses it. A comma at the end it takes.
    init?(_ value: String) {
        let list = value.hasSuffix(",") ? value.dropLast() : value[...]
        var ranges: [ClosedRange<Int>] = []
        for part in value.isEmpty ? [] : list.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(Self.port)
            guard let first = ends[0], let last = ends[ends.count - 1], first <= last else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { all, range in
            guard let last = all.last, range.lowerBound <= last.upperBound else { return all.append(range) }
            all[all.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        }
    }

    /// Digits alone: `Int` would take a sign too.
    private static func port(_ text: Substring) -> Int? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text).flatMap { $0 <= 65_535 ? $0 : nil }
    }

    /// Those of these ports that are reserved.
    func ports(in ports: ClosedRange<Int>) -> [Int] {
        ranges.filter { $0.overlaps(ports) }.flatMap { $0.clamped(to: ports) }
    }

    /// How many of these ports are reserved.
    func count(in ports: ClosedRange<Int>) -> Int {
        ranges.filter { $0.overlaps(ports) }.map { $0.clamped(to: ports).count }.reduce(0, +)
    }
}
