import CLinux
package import Model

/// Steps written as classic BPF (`struct sock_filter`; Documentation/networking/filter.rst).
///
/// A is the machine's own accumulator, T the index register X, a slot one word of M[].
package enum ClassicEncoder {
    /// The filter of a fault: its verdict for what the selector matches, `nth` left aside; TC_ACT_UNSPEC for the rest,
    /// so that the next filter is asked.
    package static func encode(_ selector: Selector, verdict: FaultSite.FilterVerdict) -> [ClassicInstruction] {
        encode(selector.steps, match: verdict.action)
    }

    /// The filter of a fault that is switched off: always TC_ACT_UNSPEC. The qdisc goes on counting what it sees.
    package static let off = encode([.verdict(false)], match: TrafficAction.unspecified)

    /// `match` and `otherwise` are what the program returns for its two verdicts.
    static func encode(
        _ steps: [FilterStep], match: UInt32, otherwise: UInt32 = TrafficAction.unspecified
    ) -> [ClassicInstruction] {
        let answers = Answers(match: match, otherwise: otherwise)
        // A conditional jump reaches 255 instructions. Those whose aim is further away become a short one over an
        // unconditional one; that moves others apart, so the layout is done again until all reach.
        var long: Set<Int> = []
        while true {
            let layout = Layout(steps, long)
            let unreachable = layout.unreachable()
            if unreachable.isEmpty { return layout.instructions(answers) }
            long.formUnion(unreachable)
        }
    }

    private struct Answers {
        let match: UInt32
        let otherwise: UInt32
    }

    /// Where each step begins.
    private struct Layout {
        let steps: [FilterStep]
        let long: Set<Int>
        private var starts: [Int] = []
        private var labels: [FilterStep.Label: Int] = [:]

        init(_ steps: [FilterStep], _ long: Set<Int>) {
            self.steps = steps
            self.long = long
            var position = 0
            for (index, step) in steps.enumerated() {
                starts.append(position)
                switch step {
                case .label(let label):
                    precondition(labels.updateValue(position, forKey: label) == nil, "bug: two labels \(label.name)")
                case .branch: position += long.contains(index) ? 3 : 1
                default: position += 1
                }
            }
        }

        /// How many instructions lie between the one at `position` and the label.
        private func distance(_ position: Int, _ label: FilterStep.Label) -> Int {
            guard let target = labels[label], target > position else {
                preconditionFailure("bug: no label \(label.name) ahead")
            }
            return target - position - 1
        }

        func unreachable() -> [Int] {
            steps.indices.filter { index in
                guard case .branch(_, let yes, let no) = steps[index], !long.contains(index) else { return false }
                return [yes, no].contains { $0.map { distance(starts[index], $0) > 255 } ?? false }
            }
        }

        func instructions(_ answers: Answers) -> [ClassicInstruction] {
            steps.indices.flatMap { encode($0, answers) }
        }

        private func encode(_ index: Int, _ answers: Answers) -> [ClassicInstruction] {
            let start = starts[index]
            switch steps[index] {
            case .label: return []
            case .goto(let label): return [jump(start, label)]
            case .branch(let condition, let yes, let no):
                let (code, operand) = ClassicEncoder.test(condition)
                if long.contains(index) {
                    // when true: the first jump; when false: the second; either may lead to the step behind both
                    return [
                        ClassicInstruction(code: code, whenTrue: 0, whenFalse: 1, operand: operand),
                        yes.map { jump(start + 1, $0) } ?? Self.skip(1), no.map { jump(start + 2, $0) } ?? Self.skip(0),
                    ]
                }
                return [
                    ClassicInstruction(
                        code: code, whenTrue: UInt8(yes.map { distance(start, $0) } ?? 0),
                        whenFalse: UInt8(no.map { distance(start, $0) } ?? 0), operand: operand)
                ]
            case let step: return [ClassicEncoder.plain(step, answers)]
            }
        }

        private func jump(_ position: Int, _ label: FilterStep.Label) -> ClassicInstruction {
            Self.skip(UInt32(distance(position, label)))
        }

        private static func skip(_ count: UInt32) -> ClassicInstruction {
            ClassicInstruction(code: UInt16(BPF_JMP | BPF_JA), operand: count)
        }
    }

    private static func test(_ condition: FilterStep.Condition) -> (UInt16, UInt32) {
        switch condition {
        case .equals(let value): (UInt16(BPF_JMP | BPF_JEQ | BPF_K), value)
        case .atLeast(let value): (UInt16(BPF_JMP | BPF_JGE | BPF_K), value)
        case .atLeastBase: (UInt16(BPF_JMP | BPF_JGE | BPF_X), 0)
        case .aboveBase: (UInt16(BPF_JMP | BPF_JGT | BPF_X), 0)
        }
    }

    /// The steps that are one instruction wherever they stand.
    private static func plain(_ step: FilterStep, _ answers: Answers) -> ClassicInstruction {
        func make(_ code: Int32, _ operand: UInt32 = 0) -> ClassicInstruction {
            ClassicInstruction(code: UInt16(code), operand: operand)
        }
        switch step {
        case .length: return make(BPF_LD | BPF_W | BPF_LEN)
        case .constant(let value): return make(BPF_LD | BPF_IMM, value)
        case .load(let width, .frame(let offset)): return make(BPF_LD | width.code | BPF_ABS, offset)
        case .load(let width, .base(let offset)): return make(BPF_LD | width.code | BPF_IND, offset)
        case .store(let slot): return make(BPF_ST, UInt32(slot.rawValue))
        case .recall(let slot): return make(BPF_LD | BPF_MEM, UInt32(slot.rawValue))
        case .arithmetic(let operation, let value): return make(BPF_ALU | operation.code | BPF_K, value)
        case .addBase: return make(BPF_ALU | BPF_ADD | BPF_X)
        case .setBase: return make(BPF_MISC | BPF_TAX)
        case .verdict(let matches): return make(BPF_RET | BPF_K, matches ? answers.match : answers.otherwise)
        case .label, .goto, .branch: preconditionFailure("bug: laid out elsewhere")
        }
    }
}

/// What a direct-action filter may answer (linux/pkt_cls.h).
package enum TrafficAction {
    /// No opinion: the next filter is asked. −1 as the kernel's 32 bits.
    package static let unspecified = UInt32.max
    package static let shot = UInt32(TC_ACT_SHOT)
    package static let stolen = UInt32(TC_ACT_STOLEN)
}

extension FaultSite.FilterVerdict {
    package var action: UInt32 {
        switch self {
        case .shot: TrafficAction.shot
        case .stolen: TrafficAction.stolen
        }
    }
}

extension FilterStep.Width {
    var code: Int32 {
        switch self {
        case .byte: BPF_B
        case .half: BPF_H
        case .word: BPF_W
        }
    }
}

extension FilterStep.Operation {
    var code: Int32 {
        switch self {
        case .add: BPF_ADD
        case .subtract: BPF_SUB
        case .and: BPF_AND
        case .shiftLeft: BPF_LSH
        case .shiftRight: BPF_RSH
        case .modulo: BPF_MOD
        }
    }
}
