import Kernel
import Testing

@Suite("The program that sets the initial RTO")
struct InitialTimeoutTests {
    /// As `bpftool prog dump xlated` and Documentation/bpf/standardization/instruction-set.rst write it: code, registers
    /// (source, destination), offset, immediate.
    static let table: [(String, [Int])] = [
        ("r6 = r1", [0xBF, 0x16, 0, 0]),
        ("r0 = *(u32 *)(r6 + 0)", [0x61, 0x60, 0, 0]),
        ("if r0 != 1 goto +12", [0x55, 0x00, 12, 1]),
        ("call bpf_get_netns_cookie#122", [0x85, 0x00, 0, 122]),
        ("*(u64 *)(r10 - 8) = r0", [0x7B, 0x0A, -8, 0]),
        ("r2 = r10", [0xBF, 0xA2, 0, 0]),
        ("r2 += -8", [0x07, 0x02, 0, -8]),
        ("r1 = map[fd 7] ll", [0x18, 0x11, 0, 7]),
        ("", [0x00, 0x00, 0, 0]),
        ("call bpf_map_lookup_elem#1", [0x85, 0x00, 0, 1]),
        ("if r0 == 0 goto +4", [0x15, 0x00, 4, 0]),
        ("r1 = *(u64 *)(r0 + 0)", [0x79, 0x01, 0, 0]),
        ("*(u32 *)(r6 + 4) = r1", [0x63, 0x16, 4, 0]),
        ("r1 = 1", [0xB7, 0x01, 0, 1]),
        ("lock *(u64 *)(r0 + 8) += r1", [0xDB, 0x10, 8, 0]),
        ("leave: r0 = 1", [0xB7, 0x00, 0, 1]),
        ("exit", [0x95, 0x00, 0, 0]),
    ]

    @Test("is these instructions")
    func encoding() {
        let program = InitialTimeoutEncoder.encode(map: 7)
        #expect(program.count == Self.table.count)
        for (instruction, (words, want)) in zip(program, Self.table) {
            let have = [
                Int(instruction.code), Int(instruction.registers), Int(instruction.offset), Int(instruction.immediate),
            ]
            #expect(have == want, "\(words)")
        }
    }

    @Test(
        "is attached, keeps namespaces apart, and forgets",
        .enabled(if: UserNamespace.holdsCapabilities() && Self.reason == nil, "needs a BPF program on the own cgroup"))
    func attached() throws {
        let program = try InitialTimeoutProgram()
        let other = try InitialTimeoutProgram()
        try program.answer(jiffies: 25, inNamespace: 1)
        #expect(try program.answers(inNamespace: 1) == 0)
        #expect(throws: KernelError.self) { try program.answers(inNamespace: 2) }
        #expect(throws: KernelError.self) { try other.answers(inNamespace: 1) }
        program.forget(namespace: 1)
        program.forget(namespace: 1)
        #expect(throws: KernelError.self) { try program.answers(inNamespace: 1) }
    }

    @Test("a namespace has a cookie of its own", .enabled(if: UserNamespace.holdsCapabilities()))
    func cookies() throws {
        let one = try NetworkNamespace()
        let two = try NetworkNamespace()
        #expect(try one.cookie() == one.cookie())
        #expect(try one.cookie() != two.cookie())
    }

    /// Why it cannot be had here.
    static let reason: String? = {
        do {
            _ = try InitialTimeoutProgram()
            return nil
        } catch {
            return "\(error)"
        }
    }()
}
