import Glibc
import Model
import Testing

@testable import Kernel

@Suite("What a tap keeps of made-up addresses")
struct SamplingTests {
    /// Of the frames' ports, 40000 and 5000, each is a multiple of some of these and not of others.
    private static let samplings = [1, 2, 3, 7, 64, 256, 625, 65_535]

    /// With the source, the destination, both or none in the prefix.
    private static let prefixes: [Prefix] = [
        prefix(Frames.client4, 32), prefix(Frames.client4, 31), prefix(Frames.server4, 31), prefix(Frames.client4, 16),
        prefix([198, 19, 0, 0], 16), prefix(Frames.client4, 0),
        prefix(Frames.client6, 128), prefix(Frames.server6, 127), prefix(Frames.client6, 48),
        prefix(Frames.client6, 64),
        prefix([0xFD, 0x7C, 0xFA, 0x17, 0, 1] + [UInt8](repeating: 0, count: 10), 48), prefix(Frames.client6, 0),
    ]

    private static func prefix(_ bytes: [UInt8], _ length: Int) -> Prefix { Prefix(IPAddress(bytes: bytes), length) }

    private struct Programs {
        let name: String
        let filter: SamplingFilter
        let kept: ClassicMachine
        let unsampled: ClassicMachine

        init(_ prefix: Prefix, _ sampling: Int) {
            name = "\(prefix), every \(sampling)th"
            filter = SamplingFilter(Spoofing(host: "attacker", prefix: prefix, sampling: sampling))
            kept = ClassicMachine(program: filter.kept)
            unsampled = ClassicMachine(program: filter.unsampled)
        }

        /// `nil`: what comes in is either kept whole or counted, what goes out is never counted, and which of the two is
        /// the predicate's affair.
        func disagreement(_ bytes: [UInt8], _ frame: Frame) throws -> String? {
            let keeps = filter.keeps(frame)
            let kept = try kept.run(bytes)
            let incoming = try (0...3).map { try unsampled.run(bytes, kind: $0) }
            let outgoing = try unsampled.run(bytes, kind: 4)
            let isRight = kept == (keeps ? .max : 0) && incoming.allSatisfy { $0 == (keeps ? 0 : 1) } && outgoing == 0
            return isRight ? nil : "\(name): \(keeps), kept \(kept), \(incoming), \(outgoing) for \(bytes)"
        }
    }

    private static let programs = prefixes.flatMap { prefix in samplings.map { Programs(prefix, $0) } }

    @Test("and what it counts instead are all of what comes in, whatever the frame", arguments: Frames.shapes)
    func complements(shape: Frames.Shape) throws {
        let whole = [UInt16(0x002), 0x012, 0x010, 0x1FF].flatMap { [shape.make($0, 0), shape.make($0, 1)] }
        let long = shape.make(0x002, 3)
        for bytes in whole + (0..<long.count).map({ Array(long.prefix($0)) }) {
            let frame = Frame(bytes)
            for programs in Self.programs {
                if let words = try programs.disagreement(bytes, frame) { Issue.record("\(words)") }
            }
        }
    }

    @Test("is not always everything or always nothing")
    func bothAnswers() {
        let frames = [Frame(Frames.ipv4(Frames.tcp(2, 0))), Frame(Frames.ipv6(Frames.tcp(2, 0)))]
        let answers = Self.programs.map { programs in frames.map { programs.filter.keeps($0) } }
        #expect(answers.contains([true, true]) && answers.contains([true, false]) && answers.contains([false, true]))
        let source = SamplingFilter(Spoofing(host: "a", prefix: Self.prefix(Frames.client4, 32), sampling: 3))
        #expect(!source.keeps(frames[0]), "40000 is no multiple of 3")
        let destination = SamplingFilter(Spoofing(host: "a", prefix: Self.prefix(Frames.server4, 32), sampling: 625))
        #expect(destination.keeps(frames[0]), "5000 is a multiple of 625")
    }

    @Test("is loaded by the kernel as it is written")
    func attached() throws {
        for programs in Self.programs {
            let socket = try Descriptor.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, "open a socket")
            try SocketFilter.attach(programs.filter.kept, to: socket.number, "attach the filter of a tap")
            try SocketFilter.attach(programs.filter.unsampled, to: socket.number, "attach the filter that counts")
        }
    }
}
