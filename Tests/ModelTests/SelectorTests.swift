import Model
import Testing

@Suite("A selector")
struct SelectorTests {
    private static let address = IPAddress(bytes: [198, 18, 0, 1])

    private static func segment(_ flags: TCPFlags, payload: Int = 0) -> Segment {
        Segment(
            source: SocketAddress(address, 40_000), destination: SocketAddress(address, 5_000), flags: flags,
            payload: payload)
    }

    @Test(
        "by kind of packet, whatever the ECN bits",
        arguments: [
            ([.syn], 0, [.syn]), ([.syn, .ece, .cwr], 0, [.syn]), ([.syn], 5, [.syn]),
            ([.syn, .ack], 0, [.synAck]), ([.syn, .ack, .ae], 0, [.synAck]),
            ([.ack], 0, [.ack]), ([.ack, .psh], 9, [.data]), ([.ack], 1, [.data]), ([.ack, .urg, .ece], 0, [.ack]),
            ([.fin, .ack], 0, [.fin]), ([.fin, .ack, .psh], 9, [.data, .fin]), ([.fin], 0, [.fin]),
            ([.rst], 0, [.rst]), ([.rst, .ack], 0, [.rst]), ([.rst, .ack], 4, [.rst]),
            ([], 0, []), ([.psh], 1, [.data]), ([.syn, .fin], 0, []),
        ] as [(TCPFlags, Int, Set<PacketKind>)])
    func kinds(flags: TCPFlags, payload: Int, want: Set<PacketKind>) {
        let segment = Self.segment(flags, payload: payload)
        #expect(Set(PacketKind.allCases.filter { $0.matches(segment) }) == want.union([.any]))
    }

    @Test("of the nth counts from 1, in ranges with or without an end")
    func nth() {
        let selector = Selector(nth: [NthRange(first: 2, last: 2), NthRange(first: 5, last: nil)])
        #expect((1...7).filter { selector.takes($0) } == [2, 5, 6, 7])
        #expect(Selector().takes(1))
        #expect(!Selector(nth: []).takes(1))
    }

    @Test("never takes what is no TCP segment")
    func undecidable() {
        for frame in [Frame.laterFragment, .unwalkedExtensions, .truncated, .other] {
            #expect(!Selector().matches(frame))
        }
        #expect(Selector().matches(.tcp(Self.segment([]))))
    }

    @Test("compares both ends")
    func ends() {
        let segment = Self.segment(.syn)
        #expect(Selector(source: Self.address, sourcePort: 40_000, destinationPort: 5_000).matches(segment))
        #expect(!Selector(sourcePort: 5_000).matches(segment))
        #expect(!Selector(destinationPort: 40_000).matches(segment))
        #expect(!Selector(destination: IPAddress(bytes: [198, 18, 0, 2])).matches(segment))
        // ::c612:1 is not 198.18.0.1
        let wide = IPAddress(bytes: [UInt8](repeating: 0, count: 12) + [198, 18, 0, 1])
        #expect(!Selector(source: wide).matches(segment))
    }
}
