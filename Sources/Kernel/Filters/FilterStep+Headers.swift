import Model

extension FilterStep {
    /// The way to the TCP header, as `Frame` finds it: T is its offset, the frame has room for 20 bytes of it, and END is
    /// the end of the IP packet.
    ///
    /// ```
    /// if (length < 34) goto other;
    /// switch (ethertype) { case IPv4: goto ipv4; case IPv6: goto ipv6; default: goto other; }
    /// ipv4: …; T = end of the IP header; goto tcp;
    /// ipv6: …; T = end of the last extension header;
    /// tcp:  if (no room for a TCP header at T) goto other;
    /// ```
    ///
    /// - Parameters:
    ///   - other: where everything else goes.
    ///   - checks: come when a family's fixed header is known to be there, for what looks at its addresses.
    static func headers(
        of families: [Family], else other: Label, checks: (Family) -> [FilterStep] = { _ in [] }
    ) -> [FilterStep] {
        var steps: [FilterStep] = [
            .length, .require(.atLeast(Offset.network + 20), else: other),
            .load(.half, .frame(Offset.etherType)),
        ]
        if families.contains(.ipv4) { steps.append(.branch(.equals(0x0800), then: "ipv4", else: nil)) }
        if families.contains(.ipv6) { steps.append(.branch(.equals(0x86DD), then: "ipv6", else: nil)) }
        steps.append(.goto(other))
        if families.contains(.ipv4) { steps += ipv4(other, checks(.ipv4)) }
        if families.contains(.ipv6) { steps += ipv6(other, checks(.ipv6)) }
        return steps + [.label("tcp")] + room(other)
    }

    /// Where in the frame a packet's source address begins.
    static func sourceAddress(_ family: Family) -> UInt32 { Offset.network + (family == .ipv4 ? 12 : 8) }

    static func destinationAddress(_ family: Family) -> UInt32 { Offset.network + (family == .ipv4 ? 16 : 24) }

    private static let protocolTCP: UInt32 = 6

    private enum Offset {
        static let etherType: UInt32 = 12
        static let network: UInt32 = 14
    }

    /// ```
    /// if (version != 4 || protocol != TCP || fragment offset != 0) goto other;
    /// (checks)
    /// END = 14 + total length;
    /// if (header length < 20) goto other;
    /// T = 14 + header length;
    /// ```
    private static func ipv4(_ other: Label, _ checks: [FilterStep]) -> [FilterStep] {
        let network = Offset.network
        return [
            .label("ipv4"),
            .load(.byte, .frame(network)), .and(0xF0), .require(.equals(0x40), else: other),
            .load(.byte, .frame(network + 9)), .require(.equals(protocolTCP), else: other),
            .load(.half, .frame(network + 6)), .and(0x1FFF), .require(.equals(0), else: other),
        ] + checks + [
            .load(.half, .frame(network + 2)), .add(network), .store(.end),
            .load(.byte, .frame(network)), .and(0x0F), .shiftLeft(2), .require(.atLeast(20), else: other),
            .add(network), .setBase,
            .goto("tcp"),
        ]
    }

    /// ```
    /// if (length < 54 || version != 6) goto other;
    /// (checks)
    /// END = 54 + payload length; NEXT = next header; T = 54;
    /// (up to `Frame.maximumExtensionHeaders` times one extension header)
    /// if (NEXT != TCP) goto other;
    /// ```
    private static func ipv6(_ other: Label, _ checks: [FilterStep]) -> [FilterStep] {
        let network = Offset.network
        let header: UInt32 = 40
        return [
            .label("ipv6"),
            .length, .require(.atLeast(network + header), else: other),
            .load(.byte, .frame(network)), .and(0xF0), .require(.equals(0x60), else: other),
        ] + checks + [
            .load(.half, .frame(network + 4)), .add(network + header), .store(.end),
            .load(.byte, .frame(network + 6)), .store(.next),
            .constant(network + header), .setBase,
        ] + (1...Frame.maximumExtensionHeaders).flatMap { extensionHeader($0, other) } + [
            .recall(.next), .require(.equals(protocolTCP), else: other),
        ]
    }

    /// ```
    /// if (NEXT == TCP) goto tcp;
    /// if (no room for a TCP header at T) goto other;
    /// if (NEXT == fragment) { if (offset != 0) goto other; NEXT = T[0]; T += 8; }
    /// else if (NEXT is hop-by-hop, routing or destination options) { NEXT = T[0]; T += (T[1] + 1) * 8; }
    /// else goto other;
    /// ```
    ///
    /// Where a TCP header does not fit, none fits behind the extension header either.
    private static func extensionHeader(_ number: Int, _ other: Label) -> [FilterStep] {
        let options: Label = "options \(number)"
        let fragment: Label = "fragment \(number)"
        let end: Label = "end of extension \(number)"
        return room(other) + [
            .recall(.next),
            .branch(.equals(protocolTCP), then: "tcp", else: nil),
            .branch(.equals(44), then: fragment, else: nil),
            .branch(.equals(0), then: options, else: nil),
            .branch(.equals(43), then: options, else: nil),
            .require(.equals(60), else: other),
            .label(options),
            .load(.byte, .base(0)), .store(.next),
            .load(.byte, .base(1)), .add(1), .shiftLeft(3), .addBase, .setBase,
            .goto(end),
            .label(fragment),
            .load(.half, .base(2)), .and(0xFFF8), .require(.equals(0), else: other),
            .load(.byte, .base(0)), .store(.next),
            .constant(8), .addBase, .setBase,
            .label(end),
        ]
    }

    /// `if (length - 20 < T) goto other;` The length is known to be 34 at least.
    private static func room(_ other: Label) -> [FilterStep] {
        [.length, .subtract(20), .require(.atLeastBase, else: other)]
    }
}
