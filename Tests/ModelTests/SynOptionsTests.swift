import Model
import Testing

@Suite("The options of a SYN")
struct SynOptionsTests {
    /// A SYN over IPv4 with these bytes of options, padded to whole words; `cut` bytes of them were not captured.
    private static func segment(_ options: [UInt8], flags: UInt8 = 0x02, cut: Int = 0) -> Segment? {
        let padded = options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
        let words = UInt8(5 + padded.count / 4)
        let ethernet: [UInt8] = [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 1, 0x08, 0x00]
        let ip: [UInt8] = [
            0x45, 0, 0, UInt8(40 + padded.count), 0, 1, 0x40, 0, 64, 6, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2,
        ]
        let tcp: [UInt8] = [
            0x9C, 0x40, 0x13, 0x88, 0, 0, 0, 17, 0, 0, 0, 0, words << 4, flags, 0xFA, 0xF0, 0, 0, 0, 0,
        ]
        return Frame(ethernet + ip + tcp + padded.dropLast(cut)).segment
    }

    private static let stamps: [UInt8] = [8, 10, 1, 2, 3, 4, 0, 0, 0, 0]

    @Test("as Linux writes them")
    func linux() {
        let options = Self.segment([2, 4, 5, 0xB4, 4, 2] + Self.stamps + [1, 3, 3, 7])?.options
        #expect(options == SynOptions(mss: 1460, windowScale: 7, sackPermitted: true, timestamps: true))
        #expect(options?.description == "MSS 1460, SACK, timestamps, window scale 7")
    }

    @Test("that are not there")
    func none() {
        #expect(Self.segment([])?.options == SynOptions())
        #expect(Self.segment([])?.options?.description == "no options")
        #expect(Self.segment([], flags: 0x12)?.options == SynOptions(), "a SYN+ACK has options too")
        #expect(Self.segment([2, 4, 5, 0xB4], flags: 0x10)?.options == nil, "an ACK's are not looked at")
    }

    @Test("end where one of them has a length that cannot be")
    func malformed() {
        let mss: [UInt8] = [2, 4, 5, 0xB4]
        let known = SynOptions(mss: 1460)
        // A length of 0 or 1 would never get any further; one of 9 goes beyond the header; the last one is cut off.
        #expect(Self.segment(mss + [3, 0, 7, 1])?.options == known)
        #expect(Self.segment(mss + [3, 1, 7, 1])?.options == known)
        #expect(Self.segment(mss + [3, 9, 7, 1])?.options == known)
        #expect(Self.segment(mss + [1, 1, 1, 3])?.options == known)
        // What comes behind it is not read.
        #expect(Self.segment([3, 0] + mss)?.options == SynOptions())
    }

    @Test("of a length that is not theirs, or that nobody knows, are passed over")
    func unknown() {
        #expect(Self.segment([2, 3, 5, 3, 3, 7])?.options == SynOptions(windowScale: 7))
        #expect(Self.segment([30, 6, 0, 0, 0, 0, 4, 2])?.options == SynOptions(sackPermitted: true))
        #expect(Self.segment([1, 1, 1, 1, 4, 2])?.options == SynOptions(sackPermitted: true))
        #expect(Self.segment([0, 1, 4, 2])?.options == SynOptions(), "an end is an end")
    }

    @Test("are unknown where they were not captured")
    func cut() {
        let cut = Self.segment([2, 4, 5, 0xB4], cut: 1)
        #expect(cut != nil)
        #expect(cut?.options == nil)
    }
}
