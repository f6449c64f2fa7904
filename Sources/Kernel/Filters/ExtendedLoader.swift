import CLinux

/// Hands extended BPF to the kernel.
enum ExtendedLoader {
    /// `what`: "a filter". Where the verifier refuses it, `KernelError.kernelSays` is the end of its log.
    ///
    /// The verifier is asked for its log only after it said no: a log that is too small is an error of its own.
    static func load(
        _ instructions: [ExtendedInstruction], as kind: bpf_prog_type, _ what: String
    ) throws(KernelError) -> Descriptor {
        let attempt = "load \(what) of \(instructions.count) instructions"
        let count = UInt32(instructions.count)
        do {
            return Descriptor(
                owning: try system(attempt) { clinux_bpf_load(kind, "tcpfault", instructions, count, nil, 0) })
        } catch {
            var log = [CChar](repeating: 0, count: 65_536)
            let size = UInt32(log.count)
            let second = clinux_bpf_load(kind, "tcpfault", instructions, count, &log, size)
            if second >= 0 { return Descriptor(owning: second) }
            let text = String(decoding: log.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let lines = text.split(separator: "\n").suffix(4).joined(separator: " / ")
            throw KernelError(attempt, errno: error.errno, kernelSays: lines.isEmpty ? nil : lines)
        }
    }
}
