import Glibc
import Kernel
import Model
import Testing

/// The kernel's own verdicts on the programs.
@Suite("A selector in the kernel")
struct FilterKernelTests {
    /// A classic program on a pair of local datagram sockets, for which nobody needs a privilege: what it returns is
    /// how many bytes of the message are kept.
    private final class Sieve {
        private let ends: [Int32]

        init(_ program: [ClassicInstruction]) throws {
            var ends: [Int32] = [-1, -1]
            try system("make a pair of sockets") {
                socketpair(
                    AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
            }
            self.ends = ends
            let receiver = ends[1]
            var program = program
            try program.withUnsafeMutableBytes { bytes in
                var header = Header(count: UInt16(bytes.count / 8), instructions: bytes.baseAddress)
                _ = try system("attach a filter") {
                    setsockopt(
                        receiver, SOL_SOCKET, SO_ATTACH_FILTER, &header, socklen_t(MemoryLayout<Header>.size))
                }
            }
        }

        deinit { ends.forEach { close($0) } }

        /// `nil`: nothing was kept. A sender learns of that by EPERM or not at all.
        func answer(_ frame: [UInt8]) -> Int? {
            _ = send(ends[0], frame, frame.count, 0)
            var buffer = [UInt8](repeating: 0, count: 2048)
            let count = recv(ends[1], &buffer, buffer.count, 0)
            return count < 0 ? nil : count
        }

        /// `struct sock_fprog`
        private struct Header {
            var count: UInt16
            var instructions: UnsafeMutableRawPointer?
        }
    }

    private static let frames: [[UInt8]] = Frames.shapes.flatMap { shape -> [[UInt8]] in
        let whole = [UInt16(0x002), 0x012, 0x010, 0x018, 0x011, 0x004, 0x014, 0x0C2, 0x1FF].flatMap {
            [shape.make($0, 0), shape.make($0, 1)]
        }
        let long = shape.make(0x010, 3)
        return whole + (15..<long.count).map { Array(long.prefix($0)) }
    }

    @Test("classic: taken is cut to two bytes, the rest is whole", arguments: Frames.selectors.map(\.name))
    func classic(name: String) throws {
        let selector = try #require(Frames.selectors.first { $0.name == name }).selector
        let sieve = try Sieve(ClassicEncoder.encode(selector, verdict: .shot))
        for frame in Self.frames {
            let wanted = selector.matches(Frame(frame)) ? 2 : frame.count
            #expect(sieve.answer(frame) == wanted, "\(name) for \(frame)")
        }
    }

    /// BPF_PROG_TEST_RUN refuses a frame that ends within its IP header (bpf_prog_test_run_skb, net/bpf/test_run.c).
    private static func isTried(_ frame: [UInt8]) -> Bool {
        switch ByteReader(frame).uint16(12) {
        case 0x0800: frame.count >= 34
        case 0x86DD: frame.count >= 54
        default: frame.count > 14
        }
    }

    private static let missing: String? = {
        guard case .missing(let reason) = CountingFilter.availability() else { return nil }
        print("skipped: ebpf: \(reason)")
        return reason
    }()

    @Test(
        "extended: passes the verifier, answers and counts as the predicate does",
        .enabled(if: missing == nil, "needs ebpf (CAP_BPF)"), arguments: Frames.selectors.map(\.name))
    func extended(name: String) throws {
        let selector = try #require(Frames.selectors.first { $0.name == name }).selector
        let filter = try CountingFilter(selector, verdict: .stolen)
        var matches = 0
        for frame in Self.frames where Self.isTried(frame) {
            let wanted = selector.matches(Frame(frame))
            matches += wanted ? 1 : 0
            #expect(try filter.answer(frame) == (wanted ? TrafficAction.stolen : TrafficAction.unspecified))
        }
        let counts = try filter.counts()
        #expect(counts.matched == matches)
        #expect(counts.taken == matches)
    }

    @Test("extended: no range at all counts and takes nothing", .enabled(if: missing == nil, "needs ebpf (CAP_BPF)"))
    func noRange() throws {
        let filter = try CountingFilter(Selector(flagMask: .deciding, flagValue: .syn, nth: []), verdict: .shot)
        for flags: UInt16 in [0x002, 0x010, 0x002] {
            #expect(try filter.answer(Frames.ipv6(Frames.tcp(flags, 0))) == TrafficAction.unspecified)
        }
        let counts = try filter.counts()
        #expect(counts.matched == 2)
        #expect(counts.taken == 0)
    }

    @Test("extended: many ranges pass the verifier too", .enabled(if: missing == nil, "needs ebpf (CAP_BPF)"))
    func manyRanges() throws {
        let ranges = (0..<2000).map { NthRange(first: $0 * 2 + 1, last: $0 * 2 + 1) }
        let filter = try CountingFilter(Selector(nth: ranges), verdict: .shot)
        let frame = Frames.ipv6(Frames.tcp(0x002, 0))
        let answers = try (0..<6).map { _ in try filter.answer(frame) }
        let taken = TrafficAction.shot
        let left = TrafficAction.unspecified
        #expect(answers == [taken, left, taken, left, taken, left])
        let counts = try filter.counts()
        #expect(counts.matched == 6)
        #expect(counts.taken == 3)
    }
}
