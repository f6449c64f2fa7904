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

    private let file: OutputFile

    package init(_ path: String, _ origin: Origin) throws(KernelError) {
        file = try OutputFile(path)
        var section = Block(0x0A0D_0D0A)
        section.append(UInt32(0x1A2B_3C4D))
        section.append(UInt16(1))
        section.append(UInt16(0))
        section.append(UInt64.max)  // the section's length is not told
        section.option(2, text: origin.hardware)
        section.option(3, text: origin.system)
        section.option(4, text: origin.application)
        section.endOptions()
        try file.write(section.closed())
        var interface = Block(1)
        interface.append(UInt16(1))  // LINKTYPE_ETHERNET
        interface.append(UInt16(0))
        interface.append(UInt32(origin.snapLength))
        interface.option(2, text: origin.interface)
        interface.option(9, [9])  // if_tsresol: 10^-9 s
        interface.endOptions()
        try file.write(interface.closed())
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
        try file.write(block.closed())
    }

    /// The interface's statistics, and the end of the file.
    package func finish(
        from start: Nanoseconds, to end: Nanoseconds, seen: Int, lost: Int
    ) throws(KernelError) {
        var block = Block(5)
        block.append(UInt32(0))
        block.append(stamp: end)
        block.option(2, stamp: start)
        block.option(3, stamp: end)
        block.option(4, number: UInt64(seen))
        block.option(5, number: UInt64(lost))
        block.endOptions()
        try file.write(block.closed())
        try file.flush()
    }

    /// A block of the format: type, total length, body, total length again; all parts padded to 32 bits.
    private struct Block {
        private var bytes: [UInt8] = []
        private static let lengthPlace = 4..<8

        init(_ kind: UInt32) {
            bytes.reserveCapacity(512)
            append(kind)
            append(UInt32(0))  // the length, which `closed` knows
        }

        mutating func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        }

        mutating func append(_ other: [UInt8]) {
            bytes += other
            while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
        }

        /// Upper half first.
        mutating func append(stamp: Nanoseconds) {
            let value = UInt64(bitPattern: stamp.value)
            append(UInt32(truncatingIfNeeded: value >> 32))
            append(UInt32(truncatingIfNeeded: value))
        }

        mutating func option(_ code: UInt16, _ value: [UInt8]) {
            append(code)
            append(UInt16(value.count))
            append(value)
        }

        /// An option's length has 16 bits.
        mutating func option(_ code: UInt16, text: String) { option(code, Array(text.utf8.prefix(0xFFFF))) }

        mutating func option(_ code: UInt16, number: UInt64) {
            append(code)
            append(UInt16(8))
            append(number)
        }

        mutating func option(_ code: UInt16, stamp: Nanoseconds) {
            append(code)
            append(UInt16(8))
            append(stamp: stamp)
        }

        mutating func endOptions() { append(UInt32(0)) }

        consuming func closed() -> [UInt8] {
            var closed = self
            let length = UInt32(closed.bytes.count + 4)
            closed.append(length)
            withUnsafeBytes(of: length) { closed.bytes.replaceSubrange(Self.lengthPlace, with: $0) }
            return closed.bytes
        }
    }
}
