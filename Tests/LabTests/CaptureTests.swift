import Kernel
import Lab
import Model
import Testing

@Suite("A capture file")
struct PcapngTests {
    /// A block as the format has it: type, length, body, length.
    private struct Block {
        var kind: UInt32
        var body: [UInt8]
    }

    private func number(_ bytes: some Collection<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func blocks(_ bytes: [UInt8]) throws -> [Block] {
        var blocks: [Block] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Int(number(rest.dropFirst(4).prefix(4)))
            try #require(length >= 12 && length.isMultiple(of: 4) && length <= rest.count)
            let block = Array(rest.prefix(length))
            #expect(number(block.suffix(4)) == UInt32(length))
            blocks.append(Block(kind: number(block.prefix(4)), body: Array(block[8..<length - 4])))
            rest = rest.dropFirst(length)
        }
        return blocks
    }

    @Test("is what the format says, block by block")
    func blocks() throws {
        let folder = try TemporaryFolder()
        let writer = try PcapngWriter(
            "\(folder.path)/a.pcapng",
            PcapngWriter.Origin(
                hardware: "x86_64", system: "Linux", application: "app", interface: "client eth", snapLength: 262))
        try writer.packet([1, 2, 3, 4, 5], stamp: Nanoseconds(0x1_0000_0002), length: 90, comment: "gone")
        try writer.packet([6], stamp: Nanoseconds(3), length: 1)
        try writer.finish(from: Nanoseconds(1), to: Nanoseconds(4), seen: 3, lost: 1)
        let found = try blocks(folder.bytes("a.pcapng"))
        #expect(found.map(\.kind) == [0x0A0D_0D0A, 1, 6, 6, 5])
        #expect(Array(found[0].body[..<8]) == [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0], "byte order, version 1.0")
        #expect(Array(found[1].body[..<8]) == [1, 0, 0, 0, 6, 1, 0, 0], "Ethernet, snap length 262")
        #expect(Array(found[1].body[8..<22]) == [2, 0, 10, 0] + Array("client eth".utf8), "if_name")
        #expect(Array(found[1].body[24..<32]) == [9, 0, 1, 0, 9, 0, 0, 0], "nanoseconds")
        #expect(
            found[2].body == [
                0, 0, 0, 0,  // interface
                1, 0, 0, 0, 2, 0, 0, 0,  // stamp, upper half first
                5, 0, 0, 0, 90, 0, 0, 0,  // captured, on the wire
                1, 2, 3, 4, 5, 0, 0, 0,  // padded
                1, 0, 4, 0, 0x67, 0x6F, 0x6E, 0x65,  // opt_comment
                0, 0, 0, 0,
            ])
        #expect(found[3].body.count == 24, "no options without a comment")
        #expect(found[4].body.contains(3) && found[4].body.count == 12 + 4 * 12 + 4)
    }

    @Test(
        "holds as many frames as the record, with a comment on each that a fault took",
        .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
    func agreesWithRecord() throws {
        let folder = try TemporaryFolder()
        let lateness = try LatenessWatcher()
        defer { lateness.stop() }
        let plan = Plans.plan(
            [Plans.listen(.ipv4), Plans.connect(.ipv4)], faults: [Plans.lostSyn([NthRange(first: 1, last: 1)])])
        let record = try Runner(plan, facts: FactsProbe.facts(), folder: folder.path, lateness: lateness).run()
        #expect(folder.names == ["client.pcapng", "record.json", "server.pcapng"])
        for tap in record.taps {
            let frames = try blocks(folder.bytes(tap.file)).filter { $0.kind == 6 }
            #expect(frames.count == tap.frames)
            let comment = Array("dropped by fault lost at server ingress".utf8)
            let marked = frames.indices.filter { frames[$0].body.contains(comment) }.map { $0 + 1 }
            let taken = record.events.compactMap { event -> Int? in
                guard case .packet(let packet) = event.what, packet.host == tap.host, packet.takenBy != nil else {
                    return nil
                }
                return packet.frame
            }
            #expect(marked == taken)
            #expect(taken.count == (tap.host == "server" ? 1 : 0))
        }
    }
}

@Suite("Time")
struct ClockTests {
    @Test("of the wall clock lands on the timeline where the steady clock is")
    func conversion() {
        let sampler = ClockSampler(origin: Clock.monotonic())
        let steady = sampler.onTimeline(monotonic: Clock.monotonic())
        let wall = sampler.onTimeline(realtime: Clock.realtime())
        #expect(wall - steady >= .microseconds(-50) && wall - steady < .milliseconds(50))
        #expect(sampler.report.drift == .zero)
    }
}
