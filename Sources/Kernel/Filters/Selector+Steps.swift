import Model

extension Selector {
    /// The selector as steps, `nth` left aside. They decide as `Frame` and `matches` do:
    ///
    /// ```
    /// T = the TCP header; if (there is none, or addresses differ) return PASS;
    /// …; return MATCH;
    /// ```
    ///
    /// A family that the addresses rule out is not looked for.
    var steps: [FilterStep] {
        let families = possibleFamilies
        guard !families.isEmpty else { return [.verdict(false)] }
        return FilterStep.headers(of: families, else: Self.pass) { family in
            compare(source, at: FilterStep.sourceAddress(family))
                + compare(destination, at: FilterStep.destinationAddress(family))
        } + tcp + [.verdict(true), .label(Self.pass), .verdict(false)]
    }

    private static let pass: FilterStep.Label = "pass"

    private var possibleFamilies: [Family] {
        Family.allCases.filter { family in
            [source, destination].allSatisfy { $0 == nil || $0?.family == family }
        }
    }

    /// ```
    /// if (ports differ || flags & MASK != VALUE) return PASS;
    /// T += data offset; payload = END > T;
    /// ```
    private var tcp: [FilterStep] {
        var steps: [FilterStep] = []
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
