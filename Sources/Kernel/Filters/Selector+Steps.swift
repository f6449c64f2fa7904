import Model

extension Selector {
    /// The selector as steps, `nth` left aside. They decide as `Frame` and `matches` do:
    ///
    /// ```
    /// if (length < 34) return PASS;
    /// switch (ethertype) { case IPv4: goto ipv4; case IPv6: goto ipv6; default: return PASS; }
    /// ipv4: …; T = end of the IP header; goto tcp;
    /// ipv6: …; T = end of the last extension header;
    /// tcp:  …; return MATCH;
    /// ```
    ///
    /// A family that the addresses rule out is not looked for.
    var steps: [FilterStep] {
        let families = possibleFamilies
        guard !families.isEmpty else { return [.verdict(false)] }
        var steps: [FilterStep] = [
            .length, .require(.atLeast(Offset.network + 20), else: Self.pass),
            .load(.half, .frame(Offset.etherType)),
        ]
        if families.contains(.ipv4) { steps.append(.branch(.equals(0x0800), then: "ipv4", else: nil)) }
        if families.contains(.ipv6) { steps.append(.branch(.equals(0x86DD), then: "ipv6", else: nil)) }
        steps.append(.goto(Self.pass))
        if families.contains(.ipv4) { steps += ipv4 }
        if families.contains(.ipv6) { steps += ipv6 }
        return steps + tcp + [.verdict(true), .label(Self.pass), .verdict(false)]
    }

    private static let pass: FilterStep.Label = "pass"
    private static let protocolTCP: UInt32 = 6

    private enum Offset {
        static let etherType: UInt32 = 12
        static let network: UInt32 = 14
    }

    private var possibleFamilies: [Family] {
        Family.allCases.filter { family in
            [source, destination].allSatisfy { $0 == nil || $0?.family == family }
        }
    }

    /// ```
    /// if (version != 4 || protocol != TCP || fragment offset != 0) return PASS;
    /// if (addresses differ) return PASS;
    /// END = 14 + total length;
    /// if (header length < 20) return PASS;
    /// T = 14 + header length;
    /// ```
    private var ipv4: [FilterStep] {
        let network = Offset.network
        return [
            .label("ipv4"),
            .load(.byte, .frame(network)), .and(0xF0), .require(.equals(0x40), else: Self.pass),
            .load(.byte, .frame(network + 9)), .require(.equals(Self.protocolTCP), else: Self.pass),
            .load(.half, .frame(network + 6)), .and(0x1FFF), .require(.equals(0), else: Self.pass),
        ] + compare(source, at: network + 12) + compare(destination, at: network + 16) + [
            .load(.half, .frame(network + 2)), .add(network), .store(.end),
            .load(.byte, .frame(network)), .and(0x0F), .shiftLeft(2), .require(.atLeast(20), else: Self.pass),
            .add(network), .setBase,
            .goto("tcp"),
        ]
    }

    /// ```
    /// if (length < 54 || version != 6 || addresses differ) return PASS;
    /// END = 54 + payload length; NEXT = next header; T = 54;
    /// (up to `Frame.maximumExtensionHeaders` times one extension header)
    /// if (NEXT != TCP) return PASS;
    /// ```
    private var ipv6: [FilterStep] {
        let network = Offset.network
        let header: UInt32 = 40
        return [
            .label("ipv6"),
            .length, .require(.atLeast(network + header), else: Self.pass),
            .load(.byte, .frame(network)), .and(0xF0), .require(.equals(0x60), else: Self.pass),
        ] + compare(source, at: network + 8) + compare(destination, at: network + 24) + [
            .load(.half, .frame(network + 4)), .add(network + header), .store(.end),
            .load(.byte, .frame(network + 6)), .store(.next),
            .constant(network + header), .setBase,
        ] + (1...Frame.maximumExtensionHeaders).flatMap(Self.extensionHeader) + [
            .recall(.next), .require(.equals(Self.protocolTCP), else: Self.pass),
        ]
    }

    /// ```
    /// if (NEXT == TCP) goto tcp;
    /// if (no room for a TCP header at T) return PASS;
    /// if (NEXT == fragment) { if (offset != 0) return PASS; NEXT = T[0]; T += 8; }
    /// else if (NEXT is hop-by-hop, routing or destination options) { NEXT = T[0]; T += (T[1] + 1) * 8; }
    /// else return PASS;
    /// ```
    ///
    /// Where a TCP header does not fit, none fits behind the extension header either.
    private static func extensionHeader(_ number: Int) -> [FilterStep] {
        let options: FilterStep.Label = "options \(number)"
        let fragment: FilterStep.Label = "fragment \(number)"
        let end: FilterStep.Label = "end of extension \(number)"
        return room + [
            .recall(.next),
            .branch(.equals(protocolTCP), then: "tcp", else: nil),
            .branch(.equals(44), then: fragment, else: nil),
            .branch(.equals(0), then: options, else: nil),
            .branch(.equals(43), then: options, else: nil),
            .require(.equals(60), else: pass),
            .label(options),
            .load(.byte, .base(0)), .store(.next),
            .load(.byte, .base(1)), .add(1), .shiftLeft(3), .addBase, .setBase,
            .goto(end),
            .label(fragment),
            .load(.half, .base(2)), .and(0xFFF8), .require(.equals(0), else: pass),
            .load(.byte, .base(0)), .store(.next),
            .constant(8), .addBase, .setBase,
            .label(end),
        ]
    }

    /// `if (length - 20 < T) return PASS;` The length is known to be 34 at least.
    private static let room: [FilterStep] = [.length, .subtract(20), .require(.atLeastBase, else: pass)]

    /// ```
    /// if (no room for a TCP header at T) return PASS;
    /// if (ports differ || flags & MASK != VALUE) return PASS;
    /// T += data offset; payload = END > T;
    /// ```
    private var tcp: [FilterStep] {
        var steps: [FilterStep] = [.label("tcp")] + Self.room
        for (port, offset) in [(sourcePort, UInt32(0)), (destinationPort, UInt32(2))] {
            guard let port else { continue }
            steps += [.load(.half, .base(offset)), .require(.equals(UInt32(port)), else: Self.pass)]
        }
        // Nine flags; what is above them in the same 16 bits is the data offset and three reserved bits.
        let mask = UInt32(flagMask.rawValue & 0x1FF)
        if mask != 0 || !flagValue.isEmpty {
            steps += [
                .load(.half, .base(12)), .and(mask), .require(.equals(UInt32(flagValue.rawValue)), else: Self.pass),
            ]
        }
        guard payload != .any else { return steps }
        steps += [
            .load(.byte, .base(12)), .and(0xF0), .shiftRight(2), .addBase, .setBase,
            .recall(.end),
        ]
        steps.append(
            payload == .some ? .require(.aboveBase, else: Self.pass) : .branch(.aboveBase, then: Self.pass, else: nil))
        return steps
    }

    /// Word by word; nothing for an address that may be any.
    private func compare(_ address: IPAddress?, at offset: UInt32) -> [FilterStep] {
        guard let bytes = address?.bytes else { return [] }
        return stride(from: 0, to: bytes.count, by: 4).flatMap { start in
            let word = bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return [
                .load(.word, .frame(offset + UInt32(start))), .require(.equals(word), else: Self.pass),
            ] as [FilterStep]
        }
    }
}
