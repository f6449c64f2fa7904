import CLinux
import Glibc

/// The end of an exchange: NLMSG_ERROR (0 means success) or the NLMSG_DONE of a dump, with the kernel's own words.
package struct Acknowledgement: Sendable, Equatable {
    /// 0 or a positive errno.
    package var errno: Int32
    /// The extended acknowledgement in one line: the message, and which attribute of the request it is about.
    package var words: String?

    package init(_ message: NetlinkMessage, of request: NetlinkRequest) {
        let code = message.payload.withUnsafeBytes {
            $0.count >= 4 ? $0.loadUnaligned(as: Int32.self) : 0
        }
        errno = -code
        words = nil
        guard message.flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return }
        // NLMSG_DONE: the code alone. NLMSG_ERROR: struct nlmsgerr, then the request's payload unless capped.
        var fixed = 4
        if Int32(message.type) == NLMSG_ERROR {
            fixed = MemoryLayout<nlmsgerr>.size
            if message.flags & UInt16(NLM_F_CAPPED) == 0 {
                let quoted = message.payload.withUnsafeBytes { bytes in
                    bytes.count >= fixed ? Int(bytes.loadUnaligned(as: nlmsgerr.self).msg.nlmsg_len) : 0
                }
                fixed += max(0, quoted - MemoryLayout<nlmsghdr>.size)
            }
        }
        let reader = AttributeReader(message.payload, after: fixed)
        var parts: [String] = []
        if let text = reader.string(Int(NLMSGERR_ATTR_MSG.rawValue)) { parts.append(text) }
        if let offset = reader.uint32(Int(NLMSGERR_ATTR_OFFS.rawValue)) {
            parts.append("attribute \(Self.attribute(at: Int(offset), in: request)) at byte \(offset) of the request")
        }
        if let missing = reader.uint32(Int(NLMSGERR_ATTR_MISS_TYPE.rawValue)) {
            parts.append("attribute \(missing) is missing")
        }
        words = parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private static func attribute(at offset: Int, in request: NetlinkRequest) -> Int {
        request.bytes.withUnsafeBytes { bytes in
            offset + 4 <= bytes.count
                ? Int(bytes.loadUnaligned(fromByteOffset: offset, as: nlattr.self).nla_type) & typeMask : 0
        }
    }

    /// Without NLA_F_NESTED and NLA_F_NET_BYTEORDER.
    private static let typeMask = 0x3FFF
}
