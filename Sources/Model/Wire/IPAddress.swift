/// An IPv4 or IPv6 address. Text form: dotted quad, or RFC 5952 for IPv6.
package struct IPAddress: Sendable, Hashable {
    package let family: Family
    // Numbers and no array: a record has hundreds of thousands of addresses.
    private let high: UInt64
    /// The last 64 bits; of IPv4 all 32.
    private let low: UInt64

    /// Traps unless there are 4 or 16 bytes: an address of another length is a bug of the caller.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes, not \(bytes.count)")
        var (high, low) = (UInt64(0), UInt64(0))
        for byte in bytes { (high, low) = (high << 8 | low >> 56, low << 8 | UInt64(byte)) }
        self.high = high
        self.low = low
        family = bytes.count == 4 ? .ipv4 : .ipv6
    }

    /// In network order.
    package init(ipv4 value: UInt32) {
        family = .ipv4
        high = 0
        low = UInt64(value)
    }

    /// The first and the last 64 bits, in network order.
    package init(ipv6 high: UInt64, _ low: UInt64) {
        family = .ipv6
        self.high = high
        self.low = low
    }

    /// 4 or 16 bytes in network order.
    package var bytes: [UInt8] {
        func parts(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64(count - 1 - $0))) }
        }
        return family == .ipv4 ? parts(low, 4) : parts(high, 8) + parts(low, 8)
    }

    /// So many addresses further; wraps in the last 32 bits.
    package func advanced(by count: Int) -> IPAddress {
        let last = UInt32(truncatingIfNeeded: low) &+ UInt32(truncatingIfNeeded: count)
        return family == .ipv4 ? IPAddress(ipv4: last) : IPAddress(ipv6: high, (low & ~0xFFFF_FFFF) | UInt64(last))
    }

    /// `nil` when the text is not an address. Embedded IPv4 and zone suffixes are not accepted.
    package init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.parseIPv6(text) : Self.parseIPv4(text) else { return nil }
        self.init(bytes: bytes)
    }

    private static func parseIPv4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { $0.count <= 3 && $0.allSatisfy(\.isNumber) ? UInt8($0) : nil }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        func groups(_ part: Substring) -> [UInt16]? {
            guard !part.isEmpty else { return [] }
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            let values = words.compactMap { $0.count <= 4 ? UInt16($0, radix: 16) : nil }
            return values.count == words.count ? values : nil
        }
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard let head = halves.first.flatMap(groups) else { return nil }
        let tail: [UInt16]
        switch halves.count {
        case 1:
            guard head.count == 8 else { return nil }
            tail = []
        case 2:
            guard let parsed = groups(halves[1]), head.count + parsed.count < 8 else { return nil }
            tail = parsed
        default: return nil
        }
        let middle = [UInt16](repeating: 0, count: 8 - head.count - tail.count)
        return (head + middle + tail).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        family == .ipv4 ? bytes.map(String.init).joined(separator: ".") : describeIPv6()
    }

    /// RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`.
    private func describeIPv6() -> String {
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > best.count { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard best.count >= 2 else { return text(0..<8) }
        return "\(text(0..<best.lowerBound))::\(text(best.upperBound..<8))"
    }
}

extension IPAddress: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an IP address")
        }
        self = address
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The IP version a scenario runs on.
package enum Family: String, Sendable, Hashable, Codable, CaseIterable {
    case ipv4
    case ipv6
}
