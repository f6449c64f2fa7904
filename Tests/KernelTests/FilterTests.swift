import Model
import Testing

@testable import Kernel

@Suite("A selector as BPF")
struct FilterTests {
    /// Both encodings of every selector, ready to run.
    private struct Programs {
        let name: String
        let selector: Selector
        let classic: ClassicMachine
        var extended: ExtendedMachine

        init(_ name: String, _ selector: Selector) {
            self.name = name
            self.selector = selector
            classic = ClassicMachine(program: ClassicEncoder.encode(selector, verdict: .shot))
            extended = ExtendedMachine(ExtendedEncoder.encode(selector, verdict: .stolen, map: 3))
        }

        /// `nil`: both do as the predicate says.
        mutating func disagreement(_ bytes: [UInt8], _ frame: Frame) throws -> String? {
            let wanted = selector.matches(frame)
            let classic = try classic.run(bytes)
            let extended = try extended.run(bytes)
            if classic == (wanted ? 2 : .max) && extended == (wanted ? 4 : .max) { return nil }
            return "\(name): predicate \(wanted), classic \(classic), extended \(extended) for \(bytes)"
        }
    }

    private var programs: [Programs] { Frames.selectors.map { Programs($0.name, $0.selector) } }

    @Test("agrees with the predicate for every combination of flags", arguments: Frames.shapes)
    func flags(shape: Frames.Shape) throws {
        var programs = programs
        for flags in UInt16(0)..<512 {
            for payload in [0, 1] {
                let bytes = shape.make(flags, payload)
                let frame = Frame(bytes)
                for index in programs.indices {
                    if let words = try programs[index].disagreement(bytes, frame) { Issue.record("\(words)") }
                }
            }
        }
    }

    @Test("agrees with the predicate wherever the frame is cut", arguments: Frames.shapes)
    func truncation(shape: Frames.Shape) throws {
        var programs = programs
        for flags: UInt16 in [0x002, 0x010, 0x011, 0x1FF] {
            let bytes = shape.make(flags, 9)
            for length in 0...bytes.count {
                let cut = Array(bytes.prefix(length))
                let frame = Frame(cut)
                for index in programs.indices {
                    if let words = try programs[index].disagreement(cut, frame) { Issue.record("\(words)") }
                }
            }
        }
    }

    /// Otherwise two things that always say no would agree as well.
    @Test("every selector but the impossible ones takes some frame and leaves another")
    func bothAnswers() {
        let frames = Frames.shapes.flatMap { shape in
            (UInt16(0)..<512).flatMap { [shape.make($0, 0), shape.make($0, 1)] }.map { Frame($0) }
        }
        let never = Set(["families mixed", "to client, IPv4", "another source port", "impossible"])
        for (name, selector) in Frames.selectors {
            let taken = frames.count { selector.matches($0) }
            #expect((taken == 0) == never.contains(name), "\(name) takes \(taken)")
            #expect(taken < frames.count, "\(name)")
        }
    }

    @Test(
        "the nth match is told from its neighbours",
        arguments: [
            ([NthRange(first: 1, last: 2)], "xx......"),
            ([NthRange(first: 2, last: nil)], ".xxxxxxx"),
            ([NthRange(first: 1, last: 1), NthRange(first: 3, last: 4), NthRange(first: 8, last: 8)], "x.xx...x"),
            ([NthRange(first: 5_000_000_000, last: nil)], "........"),
            ([], "........"),
        ] as [([NthRange], String)])
    func nth(ranges: [NthRange], picture: String) throws {
        let selector = Selector(flagMask: .deciding, flagValue: .syn, nth: ranges)
        var machine = ExtendedMachine(ExtendedEncoder.encode(selector, verdict: .shot, map: 3))
        let syn = Frames.ipv4(Frames.tcp(0x002, 0))
        let other = Frames.ipv4(Frames.tcp(0x010, 0))
        var seen = ""
        for _ in 1...8 {
            #expect(try machine.run(other) == .max)
            seen += try machine.run(syn) == 2 ? "x" : "."
        }
        #expect(seen == picture)
        #expect(machine.matched == 8)
        #expect(machine.taken == picture.count { $0 == "x" })
    }

    @Test("a jump over more than 255 instructions still arrives")
    func longJumps() throws {
        let filling = [FilterStep](repeating: .add(0), count: 300)
        let steps: [FilterStep] =
            [.length, .branch(.atLeast(100), then: "far", else: nil), .require(.atLeast(50), else: "pass")]
            + [.branch(.equals(60), then: "far", else: "pass")] + filling
            + [.label("far"), .verdict(true), .label("pass"), .verdict(false)]
        let machine = ClassicMachine(program: ClassicEncoder.encode(steps, match: 2))
        let answers = try [40, 50, 60, 100].map { try machine.run([UInt8](repeating: 0, count: $0)) }
        #expect(answers == [.max, .max, 2, 2])
        let near = ClassicMachine(
            program: ClassicEncoder.encode(
                [
                    .length, .branch(.atLeast(1), then: "far", else: nil),
                ] + filling.prefix(255) + [.label("far"), .verdict(true)], match: 2))
        #expect(near.program.count == 258, "255 is in reach")
        #expect(try near.run([1]) == 2)
    }

    @Test("a switched-off filter has no opinion")
    func off() throws {
        #expect(ClassicEncoder.off == [ClassicInstruction(code: 0x06, operand: 0xFFFF_FFFF)])
    }

    @Test("the steps of \"SYN\" begin as a reader of tcpdump -d expects")
    func beginning() {
        let program = ClassicEncoder.encode(Selector(source: IPAddress(bytes: Frames.client4)), verdict: .shot)
        let want: [(UInt16, UInt32)] = [
            (0x80, 0),  // ld  #len
            (0x35, 34),  // jge #34
            (0x28, 12),  // ldh [12]
            (0x15, 0x0800),  // jeq #0x800
            (0x05, 24),  // ja pass
            (0x30, 14),  // ldb [14]
            (0x54, 0xF0),  // and #0xf0
            (0x15, 0x40),  // jeq #0x40
            (0x30, 23),  // ldb [23]
            (0x15, 6),  // jeq #6
            (0x28, 20),  // ldh [20]
            (0x54, 0x1FFF),  // and #0x1fff
            (0x15, 0),  // jeq #0
            (0x20, 26),  // ld [26]
            (0x15, 0xC612_0001),  // jeq #0xc6120001
        ]
        #expect(program.prefix(want.count).map(\.code) == want.map(\.0))
        #expect(program.prefix(want.count).map(\.operand) == want.map(\.1))
    }

    @Test(
        "each step in both encodings",
        arguments: [
            ("length", FilterStep.length, ClassicInstruction(code: 0x80, operand: 0), [0x61, 0x60, 0, 0]),
            ("constant", .constant(54), ClassicInstruction(code: 0x00, operand: 54), [0xB4, 0x00, 0, 54]),
            ("ldh [12]", .load(.half, .frame(12)), ClassicInstruction(code: 0x28, operand: 12), [0x28, 0x00, 0, 12]),
            ("ldb [x+13]", .load(.byte, .base(13)), ClassicInstruction(code: 0x50, operand: 13), [0x50, 0x70, 0, 13]),
            ("ld [x+4]", .load(.word, .base(4)), ClassicInstruction(code: 0x40, operand: 4), [0x40, 0x70, 0, 4]),
            ("st next", .store(.next), ClassicInstruction(code: 0x02, operand: 0), [0xBF, 0x08, 0, 0]),
            ("ld end", .recall(.end), ClassicInstruction(code: 0x60, operand: 1), [0xBF, 0x90, 0, 0]),
            ("and", .and(0x17), ClassicInstruction(code: 0x54, operand: 0x17), [0x54, 0x00, 0, 0x17]),
            ("sub", .subtract(20), ClassicInstruction(code: 0x14, operand: 20), [0x14, 0x00, 0, 20]),
            ("mod", .modulo(256), ClassicInstruction(code: 0x94, operand: 256), [0x94, 0x00, 0, 256]),
            ("add x", .addBase, ClassicInstruction(code: 0x0C, operand: 0), [0x0C, 0x70, 0, 0]),
            ("tax", .setBase, ClassicInstruction(code: 0x07, operand: 0), [0xBF, 0x07, 0, 0]),
        ] as [(String, FilterStep, ClassicInstruction, [Int])])
    func encodings(name: String, step: FilterStep, classic: ClassicInstruction, extended: [Int]) {
        #expect(ClassicEncoder.encode([step], match: 2) == [classic])
        let instruction = ExtendedEncoder.encode(step).first
        #expect(instruction.map { [Int($0.code), Int($0.registers), Int($0.offset), Int($0.immediate)] } == extended)
    }
}
