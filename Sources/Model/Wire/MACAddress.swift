/// An Ethernet address, written `02:00:00:00:01:02`.
package struct MACAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Six bytes.
    package let bytes: [UInt8]

    /// Traps unless there are six bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 6, "an Ethernet address has 6 bytes, not \(bytes.count)")
        self.bytes = bytes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let bytes = text.split(separator: ":").compactMap { UInt8($0, radix: 16) }
        guard bytes.count == 6 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a MAC address")
        }
        self.bytes = bytes
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
