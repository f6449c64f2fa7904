package import Model

/// The frames of an `inject`: Ethernet, IPv4 or IPv6, and a TCP header of 20 bytes, or of 32 with a timestamp. By the plan
/// alone, unless numbers are given: the nth frame is the same in every run.
///
/// Only the source's last four bytes, its port, the two numbers and the checksums differ from frame to frame. The rest
/// is written once, and its part of the checksums is summed up once.
package struct FrameBuilder: Sendable {
    /// What all frames bear.
    package struct Numbers: Sendable, Hashable {
        package var sequence: UInt32
        package var acknowledgment: UInt32

        package init(sequence: UInt32, acknowledgment: UInt32) {
            self.sequence = sequence
            self.acknowledgment = acknowledgment
        }
    }

    /// Of each frame, in bytes.
    package let length: Int

    private let template: [UInt8]
    private let isIPv4: Bool
    private let hasAcknowledgment: Bool
    private let firstSource: UInt32
    private let sources: UInt64
    private let earlier: Int
    private let port: UInt16?
    private let numbers: Numbers?
    /// Where the IP header begins, where the source's last four bytes are, and where TCP begins.
    private static let network = 14
    private let sourceEnd: Int
    private let transport: Int
    /// Sums of 16-bit words (RFC 1071) of what does not change, not folded.
    private let networkSum: UInt32
    private let transportSum: UInt32

    /// `mac` is the sender's. Throws for what is no kind of segment.
    package init(_ inject: Inject, from mac: MACAddress, numbers: Numbers? = nil) throws(LabError) {
        let form = try Self.form(of: inject.packet)
        let options = Self.options(inject)
        let segment = 20 + options.count + form.payload
        port = inject.port
        self.numbers = numbers
        isIPv4 = inject.to.address.family == .ipv4
        let head = isIPv4 ? Self.ipv4(inject, segment) : Self.ipv6(inject, segment)
        let ethernet = inject.mac.bytes + mac.bytes + (isIPv4 ? [0x08, 0x00] : [0x86, 0xDD])
        template =
            ethernet + head + [0, 0] + Self.bytes(inject.to.port) + [UInt8](repeating: 0, count: 8)
            + Self.bytes(UInt16(5 + options.count / 4) << 12 | form.flags.rawValue) + Self.bytes(Self.window)
            + [0, 0, 0, 0] + options
            + [UInt8](repeating: UInt8(ascii: "."), count: form.payload)
        length = template.count
        transport = Self.network + head.count
        sourceEnd = Self.network + (isIPv4 ? 12 : 20)
        hasAcknowledgment = form.flags.contains(.ack)
        firstSource = inject.from.bytes.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        sources = UInt64(inject.sources)
        earlier = inject.earlier ?? 0
        networkSum = isIPv4 ? Self.sum(template[Self.network..<transport]) : 0
        // The pseudo-header: both addresses, the protocol, the length (RFC 9293, 3.1; RFC 8200, 8.1).
        let addresses = Self.network + (isIPv4 ? 12 : 8)
        transportSum =
            Self.sum(template[addresses..<transport]) + Self.protocolTCP + UInt32(segment)
            + Self.sum(template[transport...])
    }

    /// One frame by itself.
    package func frame(_ index: Int) -> [UInt8] {
        var bytes = template
        bytes.withUnsafeMutableBytes { space in
            if let start = space.baseAddress { patch(index, start) }
        }
        return bytes
    }

    /// Fills room for `count` frames, one behind the other, with what all have in common.
    func fill(_ space: UnsafeMutableRawPointer, count: Int) {
        for slot in 0..<count { (space + slot * length).copyMemory(from: template, byteCount: length) }
    }

    /// Makes the frame that begins at `frame`, whichever it was, the one of that index.
    func patch(_ number: Int, _ frame: UnsafeMutableRawPointer) {
        let index = number &+ earlier
        let (turn, place) = UInt64(truncatingIfNeeded: index).quotientAndRemainder(dividingBy: sources)
        let source = firstSource &+ UInt32(truncatingIfNeeded: place)
        let next = UInt16(truncatingIfNeeded: UInt64(Inject.firstPort) &+ (turn &+ place) % UInt64(Inject.ports))
        let port = self.port ?? next
        let numbers = self.numbers ?? Self.numbers(index)
        let sequence = numbers.sequence
        let acknowledgment = hasAcknowledgment ? numbers.acknowledgment : 0
        frame.storeBytes(of: source.bigEndian, toByteOffset: sourceEnd, as: UInt32.self)
        frame.storeBytes(of: port.bigEndian, toByteOffset: transport, as: UInt16.self)
        frame.storeBytes(of: sequence.bigEndian, toByteOffset: transport &+ 4, as: UInt32.self)
        frame.storeBytes(of: acknowledgment.bigEndian, toByteOffset: transport &+ 8, as: UInt32.self)
        let ofSource = source >> 16 &+ source & 0xFFFF
        if isIPv4 { store(networkSum &+ ofSource, frame, at: Self.network &+ 10) }
        let ofNumbers =
            (sequence >> 16) &+ (sequence & 0xFFFF) &+ (acknowledgment >> 16) &+ (acknowledgment & 0xFFFF)
        store(transportSum &+ ofSource &+ UInt32(port) &+ ofNumbers, frame, at: transport &+ 16)
    }

    private func store(_ sum: UInt32, _ frame: UnsafeMutableRawPointer, at offset: Int) {
        let once = sum & 0xFFFF &+ sum >> 16
        let folded = once & 0xFFFF &+ once >> 16
        let checksum = ~UInt16(truncatingIfNeeded: folded)
        frame.storeBytes(of: checksum.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// The first output of SplitMix64 (Steele, Lea and Flood) from that seed: sequence number below, acknowledgment
    /// above.
    private static func numbers(_ index: Int) -> Numbers {
        var value = UInt64(truncatingIfNeeded: index) &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        value ^= value >> 31
        return Numbers(
            sequence: UInt32(truncatingIfNeeded: value), acknowledgment: UInt32(truncatingIfNeeded: value >> 32))
    }

    /// Two NOPs, then kind 8, length 10, TSval and a TSecr of 0 (RFC 7323 section 3.2).
    private static func options(_ inject: Inject) -> [UInt8] {
        guard let value = inject.timestamp else { return [] }
        return [1, 1, 8, 10] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } + [0, 0, 0, 0]
    }

    private static let protocolTCP: UInt32 = 6
    private static let window: UInt16 = 64_240
    private static let hops: UInt8 = 64

    private static func form(of kind: PacketKind) throws(LabError) -> (flags: TCPFlags, payload: Int) {
        switch kind {
        case .syn: (.syn, 0)
        case .synAck: ([.syn, .ack], 0)
        case .ack: (.ack, 0)
        case .data: ([.psh, .ack], 1)
        case .fin: ([.fin, .ack], 0)
        case .rst: (.rst, 0)
        case .any: throw LabError.inconsistentPlan("'any' is no kind of packet that could be injected")
        }
    }

    /// Without IP options; may not be fragmented, so that its number may be 0 (RFC 6864). The checksum and the end of the
    /// source are 0.
    private static func ipv4(_ inject: Inject, _ segment: Int) -> [UInt8] {
        [0x45, 0] + bytes(UInt16(20 + segment)) + [0, 0, 0x40, 0, hops, UInt8(protocolTCP), 0, 0]
            + [0, 0, 0, 0] + inject.to.address.bytes
    }

    /// Without extension headers; the end of the source is 0.
    private static func ipv6(_ inject: Inject, _ segment: Int) -> [UInt8] {
        [0x60, 0, 0, 0] + bytes(UInt16(segment)) + [UInt8(protocolTCP), hops] + inject.from.bytes.prefix(12)
            + [0, 0, 0, 0] + inject.to.address.bytes
    }

    private static func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    /// Of big-endian words; an odd byte at the end is the upper half of one. Every frame is far too short to overflow.
    private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.enumerated().reduce(0) {
            $0 + ($1.offset.isMultiple(of: 2) ? UInt32($1.element) << 8 : UInt32($1.element))
        }
    }
}
