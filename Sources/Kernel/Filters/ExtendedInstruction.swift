import CLinux

/// `struct bpf_insn`, field by field.
package struct ExtendedInstruction: Sendable, Hashable, BitwiseCopyable {
    package var code: UInt8
    /// Destination in the low four bits, source in the high four.
    package var registers: UInt8
    package var offset: Int16
    package var immediate: Int32

    package init(
        _ code: Int32, to destination: Register = .r0, from source: Register = .r0, offset: Int16 = 0,
        immediate: Int32 = 0
    ) {
        self.code = UInt8(code)
        registers = destination.rawValue | source.rawValue << 4
        self.offset = offset
        self.immediate = immediate
    }

    package var destination: Register? { Register(rawValue: registers & 0x0F) }
    package var source: Register? { Register(rawValue: registers >> 4) }

    package enum Register: UInt8, Sendable, Hashable, CaseIterable {
        case r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10
    }

    /// `destination = value`, 64 bits in two instructions; `source` says what the value stands for.
    static func wide(_ destination: Register, _ value: UInt64, meaning source: Register = .r0) -> [ExtendedInstruction]
    {
        [
            ExtendedInstruction(
                BPF_LD | BPF_IMM | BPF_DW, to: destination, from: source,
                immediate: Int32(truncatingIfNeeded: value)),
            ExtendedInstruction(0, immediate: Int32(truncatingIfNeeded: value >> 32)),
        ]
    }
}

/// Instructions with jumps by label. A value: appending is all it can do.
struct ExtendedAssembly: Sendable {
    private var instructions: [ExtendedInstruction] = []
    private var labels: [FilterStep.Label: Int] = [:]
    private var jumps: [(position: Int, label: FilterStep.Label)] = []

    mutating func append(_ more: ExtendedInstruction...) { instructions += more }
    mutating func append(_ more: [ExtendedInstruction]) { instructions += more }

    mutating func label(_ label: FilterStep.Label) {
        precondition(labels.updateValue(instructions.count, forKey: label) == nil, "bug: two labels \(label.name)")
    }

    mutating func append(_ jump: ExtendedInstruction, to label: FilterStep.Label) {
        jumps.append((instructions.count, label))
        instructions.append(jump)
    }

    /// Traps on a label that is nowhere, or further away than 16 bits reach.
    func resolved() -> [ExtendedInstruction] {
        var result = instructions
        for (position, label) in jumps {
            guard let target = labels[label], let offset = Int16(exactly: target - position - 1) else {
                preconditionFailure("bug: no label \(label.name) in reach")
            }
            result[position].offset = offset
        }
        return result
    }
}
