import Glibc
import Kernel

/// Cuts what a descriptor delivers into lines.
struct LineReader {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private(set) var ended = false

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// One read(2); the lines that are now complete. What stands unfinished at the end of the input is a line too.
    mutating func read() throws(KernelError) -> [[UInt8]] {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = try system("read requests") { Glibc.read(descriptor, &chunk, chunk.count) }
        ended = count == 0
        // Only what is new can hold a line's end: long lines must not be searched again and again.
        var lines: [[UInt8]] = []
        for byte in chunk[..<count] {
            if byte == UInt8(ascii: "\n") {
                lines.append(pending)
                pending = []
            } else {
                pending.append(byte)
            }
        }
        if ended {
            lines.append(pending)
            pending = []
        }
        return lines.filter { !$0.isEmpty }
    }
}
