import CLinux
import CMnl

/// A message from the kernel, cut out of a datagram.
package struct NetlinkMessage: Sendable, Equatable {
    package var type: UInt16
    package var flags: UInt16
    package var sequence: UInt32
    package var port: UInt32
    /// What follows `struct nlmsghdr`, without padding.
    package var payload: [UInt8]

    /// The dump was disturbed by a change: some objects may be missing or appear twice.
    var isInterrupted: Bool { flags & UInt16(NLM_F_DUMP_INTR) != 0 }

    /// All the messages of a datagram. Throws where a length does not fit: nothing of such a datagram can be trusted.
    package static func messages(in datagram: [UInt8]) throws(NetlinkFormatError) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        let rest: Int32 = datagram.withUnsafeBytes { bytes in
            var remaining = Int32(bytes.count)
            guard var header = bytes.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return 0 }
            while mnl_nlmsg_ok(header, remaining) {
                messages.append(NetlinkMessage(header))
                // The padding after the last message may be missing; then what remains is negative.
                guard let next = mnl_nlmsg_next(header, &remaining) else { break }
                header = UnsafePointer(next)
            }
            return remaining
        }
        guard rest <= 0 else { throw NetlinkFormatError("\(rest) bytes after the last whole message of a datagram") }
        return messages
    }

}

extension NetlinkMessage {
    /// Only after mnl_nlmsg_ok.
    fileprivate init(_ header: UnsafePointer<nlmsghdr>) {
        self.init(
            type: header.pointee.nlmsg_type, flags: header.pointee.nlmsg_flags, sequence: header.pointee.nlmsg_seq,
            port: header.pointee.nlmsg_pid,
            payload: Array(
                UnsafeRawBufferPointer(
                    start: mnl_nlmsg_get_payload(header), count: mnl_nlmsg_get_payload_len(header))))
    }
}

/// What the kernel sent is not what its headers promise.
package struct NetlinkFormatError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
