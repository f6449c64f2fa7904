/// The control bits of a TCP header (RFC 9293 section 3.1; AE: draft-ietf-tcpm-accurate-ecn), as the 9-bit field.
///
/// Encodes as names in wire order, `"SYN|ACK"`.
package struct TCPFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let fin = TCPFlags(rawValue: 0x001)
    package static let syn = TCPFlags(rawValue: 0x002)
    package static let rst = TCPFlags(rawValue: 0x004)
    package static let psh = TCPFlags(rawValue: 0x008)
    package static let ack = TCPFlags(rawValue: 0x010)
    package static let urg = TCPFlags(rawValue: 0x020)
    package static let ece = TCPFlags(rawValue: 0x040)
    package static let cwr = TCPFlags(rawValue: 0x080)
    package static let ae = TCPFlags(rawValue: 0x100)

    /// The four bits that decide what a segment is for the life of a connection. ECN bits say nothing about it.
    package static let deciding: TCPFlags = [.fin, .syn, .rst, .ack]

    package static let names: [(name: String, flag: TCPFlags)] = [
        ("FIN", .fin), ("SYN", .syn), ("RST", .rst), ("PSH", .psh), ("ACK", .ack),
        ("URG", .urg), ("ECE", .ece), ("CWR", .cwr), ("AE", .ae),
    ]
}

extension TCPFlags: CustomStringConvertible {
    package var description: String {
        Self.names.filter { contains($0.flag) }.map(\.name).joined(separator: "|")
    }
}

extension TCPFlags: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = []
        for word in try container.decode(String.self).split(separator: "|") {
            guard let known = Self.names.first(where: { $0.name == word }) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(word)' is not a TCP flag")
            }
            insert(known.flag)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
