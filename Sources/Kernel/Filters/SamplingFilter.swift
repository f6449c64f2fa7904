import CLinux
package import Model

/// What a tap keeps of the segments from and to made-up addresses, as two socket filters (SO_ATTACH_FILTER): one keeps,
/// the other counts what comes in and is not kept.
///
/// A flood has more segments than anybody could write down. So the kernel chooses, by the port on the made-up side: of
/// a conversation either everything is kept or nothing.
package struct SamplingFilter: Sendable {
    private let spoofing: Spoofing

    package init(_ spoofing: Spoofing) { self.spoofing = spoofing }

    /// Whether the tap keeps a frame. The first filter decides so for every frame, the second for none that comes in.
    package func keeps(_ frame: Frame) -> Bool {
        guard let segment = frame.segment else { return true }
        let madeUp = [segment.source, segment.destination].first { spoofing.isMadeUp($0.address) }
        return madeUp.map { Int($0.port).isMultiple(of: spoofing.sampling) } ?? true
    }

    /// Of the tap: whole frames, or nothing of them.
    package var kept: [ClassicInstruction] {
        ClassicEncoder.encode(
            decision + [.verdict(false), .label(Self.other), .verdict(true)], match: .max, otherwise: 0)
    }

    /// Of the socket that counts: as little of a frame as can be.
    package var unsampled: [ClassicInstruction] {
        let incoming: [FilterStep] = [
            .load(.word, .frame(Self.packetType)),
            .branch(.equals(UInt32(PACKET_OUTGOING)), then: Self.other, else: nil),
        ]
        return ClassicEncoder.encode(
            incoming + decision + [.verdict(true), .label(Self.other), .verdict(false)], match: 1, otherwise: 0)
    }

    private static let other: FilterStep.Label = "other"

    /// Not of the frame: PACKET_HOST, PACKET_OUTGOING … (linux/filter.h)
    private static let packetType = UInt32(bitPattern: SKF_AD_OFF + SKF_AD_PKTTYPE)

    /// Goes on where the frame is not to be kept.
    ///
    /// ```
    /// T = the TCP header; if (there is none) goto other;
    /// if (source is made up) { A = source port; goto port; }
    /// if (destination is not made up) goto other;
    /// A = destination port;
    /// port: if (A % SAMPLING == 0) goto other;
    /// ```
    private var decision: [FilterStep] {
        let family = spoofing.prefix.address.family
        return FilterStep.headers(of: [family], else: Self.other)
            + isMadeUp(at: FilterStep.sourceAddress(family), else: "destination") + [
                .load(.half, .base(0)), .goto("port"),
                .label("destination"),
            ] + isMadeUp(at: FilterStep.destinationAddress(family), else: Self.other) + [
                .load(.half, .base(2)),
                .label("port"), .modulo(UInt32(spoofing.sampling)),
                .branch(.equals(0), then: Self.other, else: nil),
            ]
    }

    /// Word by word, as far as the prefix reaches.
    private func isMadeUp(at offset: UInt32, else label: FilterStep.Label) -> [FilterStep] {
        let prefix = spoofing.prefix
        return stride(from: 0, to: prefix.length, by: 32).flatMap { bit in
            let word = prefix.address.bytes[bit / 8..<bit / 8 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let mask = UInt32.max << UInt32(max(0, bit + 32 - prefix.length))
            return [
                .load(.word, .frame(offset + UInt32(bit / 8))), .and(mask), .require(.equals(word & mask), else: label),
            ] as [FilterStep]
        }
    }
}
