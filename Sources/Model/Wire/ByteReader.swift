/// Reads big-endian numbers and addresses from bytes; `nil` where the bytes end too early.
package struct ByteReader: Sendable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package func uint8(_ offset: Int) -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    package func uint16(_ offset: Int) -> UInt16? {
        guard offset + 2 <= bytes.count else { return nil }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    package func uint32(_ offset: Int) -> UInt32? {
        guard let high = uint16(offset), let low = uint16(offset + 2) else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    package func ipv4(_ offset: Int) -> IPAddress? { uint32(offset).map { IPAddress(ipv4: $0) } }

    package func ipv6(_ offset: Int) -> IPAddress? {
        guard let high = uint64(offset), let low = uint64(offset + 8) else { return nil }
        return IPAddress(ipv6: high, low)
    }

    private func uint64(_ offset: Int) -> UInt64? {
        guard let high = uint32(offset), let low = uint32(offset + 4) else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }

    package func has(_ offset: Int, _ count: Int) -> Bool { offset + count <= bytes.count }

    package func slice(_ offset: Int, _ count: Int) -> [UInt8]? {
        has(offset, count) ? Array(bytes[offset..<offset + count]) : nil
    }
}
