import Testing

@testable import Model

@Suite struct GuestFrameTests {
    static let frames: [GuestFrame] = [
        .message(Array("{}".utf8)), .file(path: "/tmp/3/record.json", content: [0, 1, 255]), .complaint("it is full"),
        .file(path: "/tmp/3/empty", content: []), .end,
    ]

    private static func bytes(_ frame: GuestFrame) -> [UInt8] { frame.head + frame.content }

    @Test("what a frame looks like: kind, length of the name, length of the rest, name, rest")
    func golden() {
        #expect(
            Self.bytes(.file(path: "/a", content: [7, 8, 9]))
                == [2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x2f, 0x61, 7, 8, 9])
    }

    @Test("frames that stand one behind the other are read as they were written")
    func roundTrip() {
        var rest = Self.frames.flatMap(Self.bytes)[...]
        var read: [GuestFrame] = []
        while let (frame, length) = GuestFrame.first(of: rest) {
            read.append(frame)
            rest = rest.dropFirst(length)
        }
        #expect(read == Self.frames)
        #expect(rest.isEmpty)
    }

    @Test("a frame that is cut off anywhere, or of no known kind, is none")
    func incomplete() {
        let whole = Self.bytes(Self.frames[1])
        for count in 0..<whole.count { #expect(GuestFrame.first(of: whole.prefix(count)) == nil) }
        #expect(GuestFrame.first(of: ([9] + whole.dropFirst())[...]) == nil)
    }
}
