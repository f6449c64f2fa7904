import Glibc

/// Whole small files, such as those below /proc. What a path below /proc/sys/net means depends on the calling thread.
package enum TextFile {
    package static func read(_ path: String) throws(KernelError) -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    package static func bytes(_ path: String) throws(KernelError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY, "read \(path)")
        return try bytes(file, "read \(path)")
    }

    /// From the start, whatever the file's position; so one descriptor can be read again and again.
    package static func read(_ file: borrowing Descriptor, _ attempt: String) throws(KernelError) -> String {
        String(decoding: try bytes(file, attempt), as: UTF8.self)
    }

    /// The same, without a look at what they mean.
    package static func bytes(_ file: borrowing Descriptor, _ attempt: String) throws(KernelError) -> [UInt8] {
        let number = file.number
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = try system(attempt) { pread(number, &chunk, chunk.count, off_t(text.count)) }
            if count == 0 { return text }
            text += chunk[..<count]
        }
    }

    /// In one write(2), as the kernel wants it: an errno is its judgement of the value.
    package static func write(_ path: String, _ text: String) throws(KernelError) {
        let file = try Descriptor.open(path, O_WRONLY, "write \(path)")
        let number = file.number
        let bytes = Array(text.utf8)
        let count = try system("write '\(text)' to \(path)") { Glibc.write(number, bytes, bytes.count) }
        precondition(count == bytes.count, "bug: short write to \(path)")
    }
}
