import CLinux
import CMnl
import Glibc

/// A netlink request, finished but for its sequence number, which the session gives it.
package struct NetlinkRequest: Sendable, Equatable {
    /// The whole message from its `struct nlmsghdr` on, in the machine's byte order.
    package let bytes: [UInt8]

    /// Every length in the message is written by libmnl while `body` puts headers and attributes in.
    ///
    /// NLM_F_REQUEST is always set; so is NLM_F_ACK, except in dumps, which end with NLMSG_DONE. The port id is 0.
    package init(_ type: Int, flags: Int32 = 0, _ body: (borrowing MessageBuilder) -> Void) {
        let builder = MessageBuilder(type, flags: flags)
        body(builder)
        bytes = builder.finished()
    }

    var type: UInt16 { header.nlmsg_type }

    var isDump: Bool { header.nlmsg_flags & UInt16(NLM_F_DUMP) == UInt16(NLM_F_DUMP) }

    private var header: nlmsghdr { bytes.withUnsafeBytes { $0.loadUnaligned(as: nlmsghdr.self) } }
}

/// Puts a message together in a buffer of its own. Nobody counts bytes: libmnl patches the lengths.
package struct MessageBuilder: ~Copyable {
    /// The largest attribute is a classic program of 4,096 instructions of 8 bytes.
    private static let capacity = 65_536

    private let header: UnsafeMutablePointer<nlmsghdr>

    fileprivate init(_ type: Int, flags: Int32) {
        // Zeroed, since libmnl leaves the padding between attributes as it finds it.
        guard let memory = calloc(1, Self.capacity), let header = mnl_nlmsg_put_header(memory) else {
            preconditionFailure("out of memory")
        }
        let dump = flags & NLM_F_DUMP == NLM_F_DUMP
        header.pointee.nlmsg_type = UInt16(type)
        header.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST | flags | (dump ? 0 : NLM_F_ACK))
        self.header = header
    }

    deinit { free(header) }

    fileprivate borrowing func finished() -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: header, count: Int(header.pointee.nlmsg_len)))
    }

    /// A fixed header: after the message's own, or at the start of a nested attribute that has one.
    package borrowing func put<Fixed: BitwiseCopyable>(_ fixed: Fixed) {
        let size = MemoryLayout<Fixed>.size
        precondition(Int(header.pointee.nlmsg_len) + size + 3 <= Self.capacity, "bug: netlink message too long")
        guard let place = mnl_nlmsg_put_extra_header(header, size) else { return }
        withUnsafeBytes(of: fixed) { place.copyMemory(from: $0.baseAddress!, byteCount: size) }
    }

    package borrowing func put(_ type: Int, _ value: UInt8) {
        check(mnl_attr_put_u8_check(header, Self.capacity, UInt16(type), value))
    }

    package borrowing func put(_ type: Int, _ value: UInt16) {
        check(mnl_attr_put_u16_check(header, Self.capacity, UInt16(type), value))
    }

    package borrowing func put(_ type: Int, _ value: UInt32) {
        check(mnl_attr_put_u32_check(header, Self.capacity, UInt16(type), value))
    }

    /// With the NUL at its end that the kernel's NLA_NUL_STRING wants.
    package borrowing func put(_ type: Int, _ text: String) {
        check(mnl_attr_put_strz_check(header, Self.capacity, UInt16(type), text))
    }

    package borrowing func put(_ type: Int, _ bytes: [UInt8]) {
        check(mnl_attr_put_check(header, Self.capacity, UInt16(type), bytes.count, bytes))
    }

    /// An attribute whose presence is its value (NLA_FLAG).
    package borrowing func putFlag(_ type: Int) { put(type, [UInt8]()) }

    /// An attribute that holds attributes; marked NLA_F_NESTED.
    package borrowing func nest(_ type: Int, _ body: (borrowing MessageBuilder) -> Void) {
        guard let start = mnl_attr_nest_start_check(header, Self.capacity, UInt16(type)) else { return check(false) }
        body(self)
        mnl_attr_nest_end(header, start)
    }

    private borrowing func check(_ fits: Bool) { precondition(fits, "bug: netlink message too long") }
}
