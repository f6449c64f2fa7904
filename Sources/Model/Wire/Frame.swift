/// What an Ethernet frame holds, as far as a fault's selector may look.
///
/// The kernel's filters (`Kernel/Filters`) decide by the same rules; a test holds the two against each other.
package enum Frame: Sendable, Hashable {
    case tcp(Segment)
    /// A fragment other than the first: it has no TCP header, so no selector ever takes it.
    case laterFragment
    /// IPv6 extension headers that are not walked (unknown kind, or more than `maximumExtensionHeaders`).
    case unwalkedExtensions
    /// Ends before the TCP header does.
    case truncated
    /// Anything but TCP over IPv4 or IPv6.
    case other

    /// How many IPv6 extension headers are walked: hop-by-hop, routing, destination options, and a first fragment.
    package static let maximumExtensionHeaders = 4

    /// The frame from its Ethernet header on. `bytes` may be cut short by a snap length.
    package init(_ bytes: [UInt8]) {
        let reader = ByteReader(bytes)
        switch reader.uint16(12) {
        case 0x0800: self = Self.ipv4(reader)
        case 0x86DD: self = Self.ipv6(reader)
        case nil: self = .truncated
        default: self = .other
        }
    }

    package var segment: Segment? {
        if case .tcp(let segment) = self { segment } else { nil }
    }

    private static let network = 14
    private static let protocolTCP: UInt8 = 6

    private static func ipv4(_ reader: ByteReader) -> Frame {
        guard let first = reader.uint8(network), let total = reader.uint16(network + 2),
            let fragment = reader.uint16(network + 6), let proto = reader.uint8(network + 9),
            let source = reader.ipv4(network + 12), let destination = reader.ipv4(network + 16)
        else { return .truncated }
        guard first >> 4 == 4, proto == protocolTCP else { return .other }
        guard fragment & 0x1FFF == 0 else { return .laterFragment }
        let header = Int(first & 0x0F) * 4
        guard header >= 20 else { return .other }
        return tcp(
            reader, at: network + header, available: Int(total) - header,
            from: source, to: destination)
    }

    private static func ipv6(_ reader: ByteReader) -> Frame {
        guard let first = reader.uint8(network), let length = reader.uint16(network + 4),
            var next = reader.uint8(network + 6), let source = reader.ipv6(network + 8),
            let destination = reader.ipv6(network + 24)
        else { return .truncated }
        guard first >> 4 == 6 else { return .other }
        var offset = network + 40
        for _ in 0..<maximumExtensionHeaders where next != protocolTCP {
            switch next {
            case 0, 43, 60:  // hop-by-hop, routing, destination options: RFC 8200 section 4
                guard let following = reader.uint8(offset), let units = reader.uint8(offset + 1) else {
                    return .truncated
                }
                next = following
                offset += (Int(units) + 1) * 8
            case 44:  // fragment
                guard let following = reader.uint8(offset), let position = reader.uint16(offset + 2) else {
                    return .truncated
                }
                guard position & 0xFFF8 == 0 else { return .laterFragment }
                next = following
                offset += 8
            case 17, 58: return .other  // UDP, ICMPv6
            default: return .unwalkedExtensions
            }
        }
        guard next == protocolTCP else { return next == 17 || next == 58 ? .other : .unwalkedExtensions }
        return tcp(
            reader, at: offset, available: Int(length) - (offset - network - 40),
            from: source, to: destination)
    }

    private static func tcp(
        _ reader: ByteReader, at offset: Int, available: Int, from source: IPAddress, to destination: IPAddress
    ) -> Frame {
        guard let sourcePort = reader.uint16(offset), let destinationPort = reader.uint16(offset + 2),
            let sequence = reader.uint32(offset + 4), let acknowledgment = reader.uint32(offset + 8),
            let offsetAndFlags = reader.uint16(offset + 12), let window = reader.uint16(offset + 14),
            reader.has(offset, 20)
        else { return .truncated }
        let flags = TCPFlags(rawValue: offsetAndFlags & 0x1FF)
        let header = Int(offsetAndFlags >> 12) * 4
        return .tcp(
            Segment(
                source: SocketAddress(source, sourcePort), destination: SocketAddress(destination, destinationPort),
                flags: flags, sequence: sequence, acknowledgment: acknowledgment, window: window,
                payload: max(0, available - header),
                options: flags.contains(.syn)
                    ? reader.slice(offset + 20, max(0, header - 20)).map(SynOptions.init) : nil))
    }
}
