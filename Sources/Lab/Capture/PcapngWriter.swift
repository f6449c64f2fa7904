import Glibc
package import Kernel
package import Model

/// Writes one interface's frames as pcapng (draft-ietf-opsawg-pcapng), which Wireshark and tshark read.
///
/// One section with one interface: linktype Ethernet, nanoseconds. Blocks are in the machine's byte order, as the
/// format allows. Buffered; what was not flushed when the process dies is lost.
package final class PcapngWriter {
    /// What the section and interface blocks say about the place.
    package struct Origin: Sendable {
        package var hardware: String
        package var system: String
        package var application: String
        package var interface: String
        package var snapLength: Int

        package init(hardware: String, system: String, application: String, interface: String, snapLength: Int) {
            self.hardware = hardware
            self.system = system
            self.application = application
            self.interface = interface
            self.snapLength = snapLength
        }
    }

    private let file: Descriptor
    private let path: String
    private var pending: [UInt8] = []
    private static let flushSize = 64 << 10

    package init(_ path: String, _ origin: Origin) throws(KernelError) {
        self.path = path
        let attempt = "write \(path)"
        file = Descriptor(
            owning: try system(attempt) { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) })
        var section = Block(0x0A0D_0D0A)
        section.append(UInt32(0x1A2B_3C4D))
        section.append(UInt16(1))
        section.append(UInt16(0))
        section.append(UInt64.max)  // the section's length is not told
        section.option(2, text: origin.hardware)
        section.option(3, text: origin.system)
        section.option(4, text: origin.application)
        section.endOptions()
        pending += section.closed()
        var interface = Block(1)
        interface.append(UInt16(1))  // LINKTYPE_ETHERNET
        interface.append(UInt16(0))
        interface.append(UInt32(origin.snapLength))
        interface.option(2, text: origin.interface)
        interface.option(9, [9])  // if_tsresol: 10^-9 s
        interface.endOptions()
        pending += interface.closed()
    }

    /// `stamp` is CLOCK_REALTIME; `length` the frame's size on the wire.
    package func packet(
        _ bytes: [UInt8], stamp: Nanoseconds, length: Int, comment: String? = nil
    ) throws(KernelError) {
        var block = Block(6)
        block.append(UInt32(0))
        block.append(stamp: stamp)
        block.append(UInt32(bytes.count))
        block.append(UInt32(length))
        block.append(bytes)
        if let comment {
            block.option(1, text: comment)
            block.endOptions()
        }
        pending += block.closed()
        if pending.count >= Self.flushSize { try flush() }
    }

    /// The interface's statistics, and the end of the file.
    package func finish(
        from start: Nanoseconds, to end: Nanoseconds, seen: Int, lost: Int
    ) throws(KernelError) {
        var block = Block(5)
        block.append(UInt32(0))
        block.append(stamp: end)
        block.option(2, Block.bytes(stamp: start))
        block.option(3, Block.bytes(stamp: end))
        block.option(4, Block.bytes(UInt64(seen)))
        block.option(5, Block.bytes(UInt64(lost)))
        block.endOptions()
        pending += block.closed()
        try flush()
    }

    private func flush() throws(KernelError) {
        var written = 0
        while written < pending.count {
            written += try system("write \(path)") {
                pending.withUnsafeBytes { write(file.number, $0.baseAddress! + written, $0.count - written) }
            }
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// A block of the format: type, total length, body, total length again; all parts padded to 32 bits.
    private struct Block {
        private var body: [UInt8] = []
        private let kind: UInt32

        init(_ kind: UInt32) { self.kind = kind }

        mutating func append(_ value: some FixedWidthInteger) { body += Self.bytes(value) }

        mutating func append(_ bytes: [UInt8]) {
            body += bytes
            while !body.count.isMultiple(of: 4) { body.append(0) }
        }

        mutating func append(stamp: Nanoseconds) { body += Self.bytes(stamp: stamp) }

        mutating func option(_ code: UInt16, _ value: [UInt8]) {
            append(code)
            append(UInt16(value.count))
            append(value)
        }

        /// An option's length has 16 bits.
        mutating func option(_ code: UInt16, text: String) { option(code, Array(text.utf8.prefix(0xFFFF))) }

        mutating func endOptions() { append(UInt32(0)) }

        func closed() -> [UInt8] {
            let length = Self.bytes(UInt32(body.count + 12))
            return Self.bytes(kind) + length + body + length
        }

        static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

        /// Upper half first.
        static func bytes(stamp: Nanoseconds) -> [UInt8] {
            let value = UInt64(bitPattern: stamp.value)
            return bytes(UInt32(truncatingIfNeeded: value >> 32)) + bytes(UInt32(truncatingIfNeeded: value))
        }
    }
}
