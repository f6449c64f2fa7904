import CLinux
package import Model

/// Steps written as extended BPF: a direct-action program on `__sk_buff` (Documentation/bpf/standardization).
///
/// r6 is the packet, since BPF_ABS and BPF_IND demand it there; they answer in r0, so that is A, and they spoil r1 to
/// r5, so T is r7 and the slots are r8 and r9. All arithmetic is on 32 bits.
package enum ExtendedEncoder {
    /// The filter of a fault, `nth` included. `map`: an array map whose entry 0 is two counters of 64 bits, the
    /// selector's matches and those of them that were taken.
    package static func encode(
        _ selector: Selector, verdict: FaultSite.FilterVerdict, map: Int32
    ) -> [ExtendedInstruction] {
        var program = ExtendedAssembly()
        program.append(move(.r6, from: .r1))
        let steps = selector.steps
        for step in steps { append(step, to: &program) }
        // The verifier refuses what nothing leads to.
        if steps.contains(.verdict(true)) { appendCount(selector.nth, verdict, map, to: &program) }
        return program.resolved()
    }

    /// One step by itself.
    static func encode(_ step: FilterStep) -> [ExtendedInstruction] {
        var program = ExtendedAssembly()
        append(step, to: &program)
        return program.resolved()
    }

    private static let match: FilterStep.Label = "match"
    private static let ignore: FilterStep.Label = "not this one"
    private static let take: FilterStep.Label = "take"

    private static func append(_ step: FilterStep, to program: inout ExtendedAssembly) {
        switch step {
        case .label(let label): program.label(label)
        case .length:
            // r0 = skb->len, the first field
            program.append(ExtendedInstruction(BPF_LDX | BPF_MEM | BPF_W, to: .r0, from: .r6))
        case .constant(let value):
            program.append(ExtendedInstruction(BPF_ALU | BPF_MOV | BPF_K, to: .r0, immediate: bits(value)))
        case .load(let width, .frame(let offset)):
            program.append(ExtendedInstruction(BPF_LD | BPF_ABS | width.code, immediate: bits(offset)))
        case .load(let width, .base(let offset)):
            program.append(ExtendedInstruction(BPF_LD | BPF_IND | width.code, from: .r7, immediate: bits(offset)))
        case .store(let slot): program.append(move(register(slot), from: .r0))
        case .recall(let slot): program.append(move(.r0, from: register(slot)))
        case .arithmetic(let operation, let value):
            program.append(ExtendedInstruction(BPF_ALU | operation.code | BPF_K, to: .r0, immediate: bits(value)))
        case .addBase: program.append(ExtendedInstruction(BPF_ALU | BPF_ADD | BPF_X, to: .r0, from: .r7))
        case .setBase: program.append(move(.r7, from: .r0))
        case .goto(let label): program.append(ExtendedInstruction(BPF_JMP | BPF_JA), to: label)
        case .branch(let condition, let yes, let no):
            if let yes { program.append(test(condition), to: yes) }
            if let no {
                guard yes == nil else { return program.append(ExtendedInstruction(BPF_JMP | BPF_JA), to: no) }
                program.append(opposite(condition), to: no)
            }
        case .verdict(true): program.append(ExtendedInstruction(BPF_JMP | BPF_JA), to: match)
        case .verdict(false): program.append(answer(TrafficAction.unspecified))
        }
    }

    /// ```
    /// match:
    ///     struct { u64 matched, taken; } *counters = map_lookup(map, 0);
    ///     if (!counters) return TC_ACT_UNSPEC;
    ///     count = atomic_fetch_add(&counters->matched, 1) + 1;    // two CPUs never get the same number
    ///     if (count < first) goto ignore; if (count <= last) goto take; …for each range, in ascending order
    /// ignore:
    ///     return TC_ACT_UNSPEC;
    /// take:
    ///     atomic_add(&counters->taken, 1);
    ///     return VERDICT;
    /// ```
    /// Without any range there is no `take`, since the verifier refuses what nothing leads to.
    private static func appendCount(
        _ nth: [NthRange]?, _ verdict: FaultSite.FilterVerdict, _ map: Int32, to program: inout ExtendedAssembly
    ) {
        let atomic = BPF_STX | BPF_ATOMIC | BPF_DW
        program.label(match)
        program.append(
            ExtendedInstruction(BPF_ST | BPF_MEM | BPF_W, to: .r10, offset: -4, immediate: 0),
            ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_X, to: .r2, from: .r10),
            ExtendedInstruction(BPF_ALU64 | BPF_ADD | BPF_K, to: .r2, immediate: -4))
        program.append(ExtendedInstruction.wide(.r1, UInt64(map), meaning: .r1))  // BPF_PSEUDO_MAP_FD is 1
        program.append(ExtendedInstruction(BPF_JMP | BPF_CALL, immediate: Self.mapLookup))
        program.append(ExtendedInstruction(BPF_JMP | BPF_JEQ | BPF_K, to: .r0, immediate: 0), to: ignore)
        program.append(
            ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_K, to: .r1, immediate: 1),
            ExtendedInstruction(atomic, to: .r0, from: .r1, offset: 0, immediate: BPF_ADD | BPF_FETCH),
            ExtendedInstruction(BPF_ALU64 | BPF_ADD | BPF_K, to: .r1, immediate: 1))
        let ranges = nth ?? [NthRange(first: 1, last: nil)]
        for range in ranges {
            program.append(ExtendedInstruction.wide(.r2, UInt64(range.first)))
            program.append(ExtendedInstruction(BPF_JMP | BPF_JLT | BPF_X, to: .r1, from: .r2), to: ignore)
            program.append(ExtendedInstruction.wide(.r2, range.last.map { UInt64($0) } ?? .max))
            program.append(ExtendedInstruction(BPF_JMP | BPF_JLE | BPF_X, to: .r1, from: .r2), to: take)
        }
        program.label(ignore)
        program.append(answer(TrafficAction.unspecified))
        guard !ranges.isEmpty else { return }
        program.label(take)
        program.append(
            ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_K, to: .r1, immediate: 1),
            ExtendedInstruction(atomic, to: .r0, from: .r1, offset: 8, immediate: BPF_ADD))
        program.append(answer(verdict.action))
    }

    /// BPF_FUNC_map_lookup_elem, an enumerator that Swift does not see.
    private static let mapLookup: Int32 = 1

    private static func bits(_ value: UInt32) -> Int32 { Int32(bitPattern: value) }

    private static func register(_ slot: FilterStep.Slot) -> ExtendedInstruction.Register {
        switch slot {
        case .next: .r8
        case .end: .r9
        }
    }

    private static func move(
        _ destination: ExtendedInstruction.Register, from source: ExtendedInstruction.Register
    ) -> ExtendedInstruction {
        ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_X, to: destination, from: source)
    }

    private static func answer(_ action: UInt32) -> [ExtendedInstruction] {
        [
            ExtendedInstruction(BPF_ALU | BPF_MOV | BPF_K, to: .r0, immediate: bits(action)),
            ExtendedInstruction(BPF_JMP | BPF_EXIT),
        ]
    }

    /// Compares 32 bits: a comparison of 64 would take an address above 128.0.0.0 for a negative number.
    private static func test(_ condition: FilterStep.Condition) -> ExtendedInstruction {
        switch condition {
        case .equals(let value): ExtendedInstruction(BPF_JMP32 | BPF_JEQ | BPF_K, immediate: bits(value))
        case .atLeast(let value): ExtendedInstruction(BPF_JMP32 | BPF_JGE | BPF_K, immediate: bits(value))
        case .atLeastBase: ExtendedInstruction(BPF_JMP32 | BPF_JGE | BPF_X, from: .r7)
        case .aboveBase: ExtendedInstruction(BPF_JMP32 | BPF_JGT | BPF_X, from: .r7)
        }
    }

    private static func opposite(_ condition: FilterStep.Condition) -> ExtendedInstruction {
        switch condition {
        case .equals(let value): ExtendedInstruction(BPF_JMP32 | BPF_JNE | BPF_K, immediate: bits(value))
        case .atLeast(let value): ExtendedInstruction(BPF_JMP32 | BPF_JLT | BPF_K, immediate: bits(value))
        case .atLeastBase: ExtendedInstruction(BPF_JMP32 | BPF_JLT | BPF_X, from: .r7)
        case .aboveBase: ExtendedInstruction(BPF_JMP32 | BPF_JLE | BPF_X, from: .r7)
        }
    }
}
