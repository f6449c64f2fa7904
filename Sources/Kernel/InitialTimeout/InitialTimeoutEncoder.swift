import CLinux

/// The program that says what the initial RTO is: BPF_PROG_TYPE_SOCK_OPS, for `tcp_timeout_init()`.
package enum InitialTimeoutEncoder {
    /// `map`: a hash map from a namespace's cookie to two numbers of 64 bits, the jiffies to answer and how often that was
    /// done.
    ///
    /// ```
    /// if (ctx->op != BPF_SOCK_OPS_TIMEOUT_INIT) goto leave;
    /// u64 cookie = get_netns_cookie(ctx);
    /// struct { u64 jiffies, answers; } *entry = map_lookup(map, &cookie);
    /// if (!entry) goto leave;
    /// ctx->reply = entry->jiffies;
    /// atomic_add(&entry->answers, 1);
    /// leave:
    ///     return 1;    // of a cgroup's program: let it be
    /// ```
    /// Whatever it is not asked about keeps the reply that it came with, which may be another program's.
    package static func encode(map: Int32) -> [ExtendedInstruction] {
        var program = ExtendedAssembly()
        program.append(
            ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_X, to: .r6, from: .r1),
            ExtendedInstruction(BPF_LDX | BPF_MEM | BPF_W, to: .r0, from: .r6, offset: operation))
        program.append(ExtendedInstruction(BPF_JMP | BPF_JNE | BPF_K, to: .r0, immediate: timeoutInit), to: leave)
        program.append(
            ExtendedInstruction(BPF_JMP | BPF_CALL, immediate: getNamespaceCookie),
            ExtendedInstruction(BPF_STX | BPF_MEM | BPF_DW, to: .r10, from: .r0, offset: -8),
            ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_X, to: .r2, from: .r10),
            ExtendedInstruction(BPF_ALU64 | BPF_ADD | BPF_K, to: .r2, immediate: -8))
        program.append(ExtendedInstruction.wide(.r1, UInt64(map), meaning: .r1))  // BPF_PSEUDO_MAP_FD is 1
        program.append(ExtendedInstruction(BPF_JMP | BPF_CALL, immediate: mapLookup))
        program.append(ExtendedInstruction(BPF_JMP | BPF_JEQ | BPF_K, to: .r0, immediate: 0), to: leave)
        program.append(
            ExtendedInstruction(BPF_LDX | BPF_MEM | BPF_DW, to: .r1, from: .r0),
            ExtendedInstruction(BPF_STX | BPF_MEM | BPF_W, to: .r6, from: .r1, offset: reply),
            ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_K, to: .r1, immediate: 1),
            ExtendedInstruction(BPF_STX | BPF_ATOMIC | BPF_DW, to: .r0, from: .r1, offset: 8, immediate: BPF_ADD))
        program.label(leave)
        program.append(
            ExtendedInstruction(BPF_ALU64 | BPF_MOV | BPF_K, to: .r0, immediate: 1),
            ExtendedInstruction(BPF_JMP | BPF_EXIT))
        return program.resolved()
    }

    private static let leave: FilterStep.Label = "leave"
    /// Enumerators that Swift does not see: BPF_SOCK_OPS_TIMEOUT_INIT, BPF_FUNC_map_lookup_elem,
    /// BPF_FUNC_get_netns_cookie.
    private static let timeoutInit: Int32 = 1
    private static let mapLookup: Int32 = 1
    private static let getNamespaceCookie: Int32 = 122
    /// The first fields of `struct bpf_sock_ops`.
    private static let operation: Int16 = 0
    private static let reply: Int16 = 4
}
