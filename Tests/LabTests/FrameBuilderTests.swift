import Lab
import Model
import Testing

@Suite("A frame that is injected")
struct FrameBuilderTests {
    private static let mac = MACAddress(bytes: [2, 0, 0, 0, 2, 1])

    private static func inject(_ family: Family, _ packet: PacketKind = .syn, sources: Int = 65_536) -> Inject {
        Inject(
            host: "attacker", interface: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 2, 2]),
            to: SocketAddress(Plans.address(family == .ipv4 ? "198.18.2.2" : "fd00:7cb:2::2"), 5_000), packet: packet,
            count: 1_000, from: Plans.address(family == .ipv4 ? "198.19.0.1" : "fd7c:fa17:1::1"), sources: sources,
            atMost: .seconds(1))
    }

    /// Turns of addresses, of ports, and of both.
    private static let indices = [
        0, 1, 254, 255, 65_535, 65_536, 65_537, 131_071, 9_999_999, 64_511 * 65_536, 64_512 * 65_536, 1 << 40,
    ]

    private static let cases = Family.allCases.flatMap { family in
        PacketKind.allCases.filter { $0 != .any }.map { (family, $0) }
    }

    /// The sum of RFC 1071 over bytes of which two are the checksum: 0xFFFF where that is right.
    private func sum(_ bytes: [UInt8]) -> Int {
        var sum = 0
        for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? Int(byte) * 256 : Int(byte) }
        while sum > 0xFFFF { sum = sum % 0x10000 + sum / 0x10000 }
        return sum
    }

    /// Of the segment with its pseudo-header.
    private func transportSum(_ frame: [UInt8], _ family: Family) -> Int {
        let segment = Array(frame.dropFirst(family == .ipv4 ? 34 : 54))
        let addresses = family == .ipv4 ? frame[26..<34] : frame[22..<54]
        return sum(Array(addresses) + [0, 6, 0, UInt8(segment.count)] + segment)
    }

    @Test("is what the plan says, with checksums that are right", arguments: cases)
    func form(family: Family, packet: PacketKind) throws {
        let inject = Self.inject(family, packet)
        let builder = try FrameBuilder(inject, from: Self.mac)
        for index in Self.indices {
            let bytes = builder.frame(index)
            #expect(bytes.count == builder.length)
            #expect(Array(bytes.prefix(12)) == inject.mac.bytes + Self.mac.bytes)
            let segment = try #require(Frame(bytes).segment)
            #expect(packet.matches(segment), "\(segment)")
            #expect(segment.source == inject.source(index) && segment.destination == inject.to)
            #expect(segment.window == 64_240 && segment.payload == (packet == .data ? 1 : 0))
            #expect(segment.flags.contains(.ack) || segment.acknowledgment == 0)
            #expect(bytes[family == .ipv4 ? 22 : 21] == 64, "hops")
            if family == .ipv4 {
                #expect(sum(Array(bytes[14..<34])) == 0xFFFF, "IPv4 header of \(index)")
                #expect(Int(bytes[16]) * 256 + Int(bytes[17]) == bytes.count - 14)
            } else {
                #expect(Int(bytes[18]) * 256 + Int(bytes[19]) == bytes.count - 54)
            }
            #expect(transportSum(bytes, family) == 0xFFFF, "TCP of \(index)")
        }
    }

    @Test("is the same in every run, and has its own numbers")
    func numbers() throws {
        let builder = try FrameBuilder(Self.inject(.ipv4, .ack), from: Self.mac)
        let again = try FrameBuilder(Self.inject(.ipv4, .ack), from: Self.mac)
        let segments = (0..<1_000).compactMap { Frame(builder.frame($0)).segment }
        #expect(segments == (0..<1_000).compactMap { Frame(again.frame($0)).segment })
        #expect(Set(segments.map(\.sequence)).count == 1_000)
        #expect(Set(segments.map(\.acknowledgment)).count == 1_000)
        // The first output of SplitMix64 from the seed 0 is 0xE220A8397B1DCDAF.
        #expect(segments[0].sequence == 0x7B1D_CDAF && segments[0].acknowledgment == 0xE220_A839)
    }

    @Test("comes from no address and port twice before all have had their turn")
    func sources() throws {
        let inject = Self.inject(.ipv6, sources: 3)
        let builder = try FrameBuilder(inject, from: Self.mac)
        let sources = (0..<3 * Inject.ports).map { inject.source($0) }
        #expect(Set(sources).count == sources.count)
        for index in [0, 1, 2, 3, 3 * Inject.ports - 1, 3 * Inject.ports] {
            #expect(Frame(builder.frame(index)).segment?.source == inject.source(index))
        }
        #expect(inject.source(3 * Inject.ports) == inject.source(0))
    }

    @Test("is kept by a tap that samples as often as any other", arguments: [1, 100, 1_000, 65_536])
    func sampled(sources: Int) {
        let inject = Self.inject(.ipv4, sources: sources)
        let kept = (0..<256_000).filter { inject.source($0).port.isMultiple(of: 256) }
        #expect(abs(kept.count - 1_000) < 60, "\(kept.count)")
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $1 - $0 < 260 * max(1, min(sources, 256)) })
    }

    /// The TCP header of 198.19.0.1:5000 > 198.18.2.2:5000, field by field.
    @Test("bears a timestamp, and the numbers and the port that it is given")
    func given() throws {
        var inject = Self.inject(.ipv4, .rst, sources: 1)
        inject.port = 5_000
        inject.timestamp = 0x0102_0304
        let numbers = FrameBuilder.Numbers(sequence: 0xA0B0_C0D0, acknowledgment: 0x1122_3344)
        let frame = try FrameBuilder(inject, from: Self.mac, numbers: numbers).frame(7)
        #expect(frame.count == 14 + 20 + 32)
        #expect(
            Array(frame[34...]) == [
                0x13, 0x88, 0x13, 0x88,  // ports
                0xA0, 0xB0, 0xC0, 0xD0,  // sequence number
                0, 0, 0, 0,  // no ACK, no acknowledgment
                0x80, 0x04, 0xFA, 0xF0,  // eight words, RST, window 64240
                frame[50], frame[51], 0, 0,  // checksum, no urgent pointer
                1, 1, 8, 10,  // NOP, NOP, timestamps of ten bytes
                1, 2, 3, 4,  // TSval
                0, 0, 0, 0,  // TSecr
            ])
        #expect(transportSum(frame, .ipv4) == 0xFFFF && sum(Array(frame[14..<34])) == 0xFFFF)
        #expect(Int(frame[16]) * 256 + Int(frame[17]) == 52)
        let acknowledging = try FrameBuilder(Self.inject(.ipv6, .fin), from: Self.mac, numbers: numbers).frame(0)
        #expect(Frame(acknowledging).segment?.acknowledgment == 0x1122_3344)
        #expect(transportSum(acknowledging, .ipv6) == 0xFFFF)
    }

    @Test("of a SYN tells that there is a timestamp")
    func synOptions() throws {
        var inject = Self.inject(.ipv6)
        inject.timestamp = 1
        let segment = try #require(Frame(try FrameBuilder(inject, from: Self.mac).frame(0)).segment)
        #expect(segment.options == SynOptions(timestamps: true) && segment.payload == 0)
    }

    @Test("has to be of a kind")
    func kind() {
        #expect(throws: LabError.self) { try FrameBuilder(Self.inject(.ipv4, .any), from: Self.mac) }
    }
}

@Suite("A pace")
struct PaceTests {
    /// Whoever looks at these instants and takes all the room there is.
    private func total(_ rate: Int, _ instants: [Nanoseconds]) -> [Int] {
        var pace = Pace(rate: rate, from: .zero)
        var total = 0
        return instants.map { now in
            let room = pace.room(at: now)
            pace.took(room)
            total += room
            return total
        }
    }

    @Test("is never faster than its rate, and no slower", arguments: [1, 3, 999, 20_000, 300_000, 3_000_000])
    func rate(_ rate: Int) {
        let totals = total(rate, (0...2_000).map { .milliseconds($0) })
        for (milliseconds, total) in totals.enumerated() { #expect(total <= rate * milliseconds / 1_000 + 1) }
        #expect(totals[2_000] >= rate * 2 - rate / 250)
    }

    @Test("makes up for what was missed in the last 10 ms, and for no more")
    func catchingUp() {
        #expect(total(1_000, [.milliseconds(10)]) == [11])
        #expect(total(1_000, [.seconds(5), .seconds(5) + .milliseconds(1)]) == [11, 12])
        #expect(total(10, [.zero, .milliseconds(99), .milliseconds(100)]) == [1, 1, 2])
    }

    @Test("says when to look again: soon, and not before there is room")
    func pause() {
        var pace = Pace(rate: 500, from: .zero)
        pace.took(pace.room(at: .zero))
        #expect(pace.pause(at: .zero) == .milliseconds(2))
        var fast = Pace(rate: 1_000_000, from: .zero)
        fast.took(fast.room(at: .zero))
        #expect(fast.pause(at: .zero) == .milliseconds(1))
        var slow = Pace(rate: 1, from: .zero)
        slow.took(slow.room(at: .zero))
        #expect(slow.pause(at: .zero) == .milliseconds(10))
    }
}
