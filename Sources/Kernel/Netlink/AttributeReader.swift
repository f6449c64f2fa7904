import CLinux
import CMnl

/// The fixed header and the attributes of a message, read stickily: the first thing that does not fit is kept in
/// `trouble`, every later answer is `nil`, and `finish()` throws it. So a parser reads straight on and asks once.
///
/// Lengths are exact: a `UInt32` out of an attribute of 8 bytes is trouble. Attributes that nobody asks for are kept
/// in `attributes`; an absent one is `nil` without trouble.
package final class AttributeReader {
    package struct Attribute: Sendable, Equatable {
        /// Without NLA_F_NESTED and NLA_F_NET_BYTEORDER.
        package var type: Int
        package var payload: [UInt8]
    }

    /// In the order of the message.
    package private(set) var attributes: [Attribute] = []
    package private(set) var trouble: NetlinkFormatError?

    private let bytes: [UInt8]
    private let fixedSize: Int
    private let parent: AttributeReader?

    /// `fixed` is the size of what stands before the first attribute.
    package convenience init(_ payload: [UInt8], after fixed: Int = 0) { self.init(payload, after: fixed, in: nil) }

    private init(_ payload: [UInt8], after fixed: Int, in parent: AttributeReader?) {
        bytes = payload
        fixedSize = fixed
        self.parent = parent
        if payload.count >= fixed {
            split()
        } else {
            fail("\(payload.count) bytes where a header of \(fixed) was expected")
        }
    }

    private func split() {
        let start = Self.aligned(fixedSize)
        guard start < bytes.count else { return }
        let rest: Int32 = bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            var attribute = (base + start).assumingMemoryBound(to: nlattr.self)
            var remaining = Int32(bytes.count - start)
            while mnl_attr_ok(attribute, remaining) {
                let payload = UnsafeRawBufferPointer(
                    start: mnl_attr_get_payload(attribute), count: Int(mnl_attr_get_payload_len(attribute)))
                attributes.append(Attribute(type: Int(mnl_attr_get_type(attribute)), payload: Array(payload)))
                remaining -= Int32(Self.aligned(Int(mnl_attr_get_len(attribute))))
                guard remaining > 0, let next = mnl_attr_next(attribute) else { break }
                attribute = UnsafePointer(next)
            }
            return remaining
        }
        // The padding after the last attribute may be missing; then what remains is negative.
        if rest > 0 { fail("\(rest) bytes that are no attribute") }
    }

    /// Throws the first trouble of this reader or of any that `nested` made.
    package func finish() throws(NetlinkFormatError) {
        if let trouble { throw trouble }
    }

    /// The fixed header; asking for a larger one than was announced is trouble.
    package func fixed<Fixed: BitwiseCopyable>(as type: Fixed.Type) -> Fixed? {
        guard MemoryLayout<Fixed>.size <= fixedSize else {
            fail("a header of \(fixedSize) bytes where \(MemoryLayout<Fixed>.size) were expected")
            return nil
        }
        return trouble == nil ? bytes.withUnsafeBytes { $0.loadUnaligned(as: type) } : nil
    }

    package func contains(_ type: Int) -> Bool { payload(type) != nil }

    package func payload(_ type: Int) -> [UInt8]? {
        trouble == nil ? attributes.first { $0.type == type }?.payload : nil
    }

    package func uint8(_ type: Int) -> UInt8? { value(type) }
    package func uint16(_ type: Int) -> UInt16? { value(type) }
    package func uint32(_ type: Int) -> UInt32? { value(type) }
    package func uint64(_ type: Int) -> UInt64? { value(type) }

    /// A struct, of which newer kernels may know more than these headers do: at least as long as `Struct`.
    package func structure<Struct: BitwiseCopyable>(_ type: Int, as: Struct.Type) -> Struct? {
        guard let payload = payload(type) else { return nil }
        guard payload.count >= MemoryLayout<Struct>.size else {
            fail("attribute \(type) has \(payload.count) bytes, not \(MemoryLayout<Struct>.size) or more")
            return nil
        }
        return payload.withUnsafeBytes { $0.loadUnaligned(as: Struct.self) }
    }

    /// Up to its NUL, which must be there.
    package func string(_ type: Int) -> String? {
        guard let payload = payload(type) else { return nil }
        guard let end = payload.firstIndex(of: 0) else {
            fail("attribute \(type) is a text without end")
            return nil
        }
        return String(decoding: payload[..<end], as: UTF8.self)
    }

    /// The attributes inside an attribute. Trouble inside is trouble here.
    package func nested(_ type: Int, after fixed: Int = 0) -> AttributeReader? {
        payload(type).map { AttributeReader($0, after: fixed, in: self) }
    }

    /// The attributes inside each attribute of that type: an array, as netlink writes it.
    package func nestedArray(_ type: Int) -> [AttributeReader] {
        trouble == nil
            ? attributes.filter { $0.type == type }.map { AttributeReader($0.payload, after: 0, in: self) } : []
    }

    private func value<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Int) -> Value? {
        guard let payload = payload(type) else { return nil }
        guard payload.count == MemoryLayout<Value>.size else {
            fail("attribute \(type) has \(payload.count) bytes, not \(MemoryLayout<Value>.size)")
            return nil
        }
        return payload.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
    }

    private func fail(_ words: String) {
        if trouble == nil { trouble = NetlinkFormatError(words) }
        parent?.fail(words)
    }

    /// NLMSG_ALIGN and NLA_ALIGN.
    static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}
