import Model
import Testing

/// Bytes with their story: the filters in the kernel are held against `Frame`, so `Frame` is held against hand-made
/// bytes.
@Suite("A frame")
struct FrameTests {
    private static let ethernet4: [UInt8] = [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 1, 0x08, 0x00]
    private static let ethernet6: [UInt8] = [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 1, 0x86, 0xDD]

    /// Version 4, `words` words of header, total length, no fragment, TCP, 198.18.0.1 → 198.18.0.2.
    private static func ipv4(words: UInt8 = 5, total: UInt8, fragment: [UInt8] = [0x40, 0], proto: UInt8 = 6) -> [UInt8]
    {
        [0x40 | words, 0, 0, total, 0, 1] + fragment + [64, proto, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2]
    }

    /// Version 6, payload length, next header, fd00::1 → fd00::2.
    private static func ipv6(length: UInt8, next: UInt8) -> [UInt8] {
        [0x60, 0, 0, 0, 0, length, next, 64, 0xFD, 0] + [UInt8](repeating: 0, count: 13) + [1, 0xFD, 0]
            + [UInt8](repeating: 0, count: 13) + [2]
    }

    /// 40000 → 5000, sequence 17, acknowledgment 99, five words, AE and SYN and ACK, window 64240.
    private static let tcp: [UInt8] = [
        0x9C, 0x40, 0x13, 0x88, 0, 0, 0, 17, 0, 0, 0, 99, 0x51, 0x12, 0xFA, 0xF0, 0, 0, 0, 0,
    ]

    private static func segment(_ from: String, _ to: String, payload: Int) throws -> Segment {
        Segment(
            source: SocketAddress(try #require(IPAddress(from)), 40_000),
            destination: SocketAddress(try #require(IPAddress(to)), 5_000), flags: [.ae, .syn, .ack], sequence: 17,
            acknowledgment: 99, window: 64_240, payload: payload, options: SynOptions())
    }

    @Test("of TCP over IPv4 gives every field; the payload is what the IP header says, not what was captured")
    func ipv4() throws {
        let want = try Self.segment("198.18.0.1", "198.18.0.2", payload: 7)
        #expect(Frame(Self.ethernet4 + Self.ipv4(total: 47) + Self.tcp) == .tcp(want))
        let options = Self.ipv4(words: 6, total: 51) + [1, 1, 1, 1]
        #expect(Frame(Self.ethernet4 + options + Self.tcp) == .tcp(want))
    }

    @Test("of TCP over IPv6 gives every field, behind extension headers too")
    func ipv6() throws {
        let want = try Self.segment("fd00::1", "fd00::2", payload: 3)
        #expect(Frame(Self.ethernet6 + Self.ipv6(length: 23, next: 6) + Self.tcp) == .tcp(want))
        // hop-by-hop of 8 bytes, then destination options of 16, then TCP
        let chain: [UInt8] = [60, 0, 1, 4, 0, 0, 0, 0] + [6, 1, 1, 12] + [UInt8](repeating: 0, count: 12)
        #expect(Frame(Self.ethernet6 + Self.ipv6(length: 47, next: 0) + chain + Self.tcp) == .tcp(want))
        // the first fragment: offset 0, more to come
        let first: [UInt8] = [6, 0, 0, 1, 0, 0, 0, 7]
        #expect(Frame(Self.ethernet6 + Self.ipv6(length: 31, next: 44) + first + Self.tcp) == .tcp(want))
    }

    @Test("whose lengths contradict each other has no payload, rather than less than none")
    func impossibleLengths() throws {
        let want = try Self.segment("198.18.0.1", "198.18.0.2", payload: 0)
        #expect(Frame(Self.ethernet4 + Self.ipv4(total: 0) + Self.tcp) == .tcp(want))
    }

    @Test("that no selector can judge says why")
    func undecidable() {
        // offset 8 in both: the second fragment
        #expect(Frame(Self.ethernet4 + Self.ipv4(total: 40, fragment: [0x20, 1]) + Self.tcp) == .laterFragment)
        let later: [UInt8] = [6, 0, 0, 9, 0, 0, 0, 7]
        #expect(Frame(Self.ethernet6 + Self.ipv6(length: 28, next: 44) + later + Self.tcp) == .laterFragment)
        // 51: authentication header
        #expect(Frame(Self.ethernet6 + Self.ipv6(length: 20, next: 51) + Self.tcp) == .unwalkedExtensions)
        let options: [UInt8] = [0, 0, 1, 4, 0, 0, 0, 0]
        let last: [UInt8] = [6, 0, 1, 4, 0, 0, 0, 0]
        func chain(_ count: Int) -> [UInt8] {
            let extensions = [[UInt8]](repeating: options, count: count - 1).flatMap { $0 } + last
            return Self.ethernet6 + Self.ipv6(length: UInt8(8 * count + 20), next: 0) + extensions + Self.tcp
        }
        #expect(Frame(chain(Frame.maximumExtensionHeaders)).segment != nil)
        #expect(Frame(chain(Frame.maximumExtensionHeaders + 1)) == .unwalkedExtensions)
    }

    @Test("that is not TCP is something else")
    func others() {
        #expect(Frame(Self.ethernet4.dropLast(2) + [0x08, 0x06] + Self.tcp) == .other)
        #expect(Frame(Self.ethernet4 + Self.ipv4(total: 40, proto: 17) + Self.tcp) == .other)
        #expect(Frame(Self.ethernet4 + Self.ipv4(words: 4, total: 40) + Self.tcp) == .other)
        #expect(Frame(Self.ethernet6 + Self.ipv6(length: 20, next: 58) + Self.tcp) == .other)
    }

    @Test("that is cut before the TCP header ends is truncated, wherever that is")
    func truncated() {
        let whole = Self.ethernet4 + Self.ipv4(total: 40) + Self.tcp
        for length in 0..<whole.count { #expect(Frame(Array(whole.prefix(length))) == .truncated, "\(length)") }
        #expect(Frame(whole).segment != nil)
    }
}
