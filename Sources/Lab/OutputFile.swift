import FoundationEssentials
import Glibc
import Kernel

/// A new file that is written from front to back, in pieces of a fixed size.
final class OutputFile {
    private static let capacity = 1 << 16

    private let attempt: String
    private let file: Descriptor
    private var pending: [UInt8] = []

    /// Empties the file where there is one.
    init(_ path: String) throws(KernelError) {
        let attempt = "write \(path)"
        self.attempt = attempt
        file = Descriptor(
            owning: try system(attempt) { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) })
    }

    func write(_ bytes: [UInt8]) throws(KernelError) { try append(bytes) }

    func write(_ data: Data) throws(KernelError) { try append(data) }

    func write(_ text: String) throws(KernelError) { try append(text.utf8) }

    /// To be called at the end: what is pending then is lost otherwise.
    func flush() throws(KernelError) {
        var written = 0
        while written < pending.count {
            written += try system(attempt) {
                pending.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress! + written, $0.count - written) }
            }
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func append(_ bytes: some Sequence<UInt8>) throws(KernelError) {
        pending += bytes
        if pending.count >= Self.capacity { try flush() }
    }
}
