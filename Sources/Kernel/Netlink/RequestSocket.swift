import CLinux
import Glibc
import Model

/// What is to be known of a request socket, without a look at anything else: there may be thousands.
struct RequestSocket {
    var localPort: UInt16
    /// Since its SYN came, as the first timer tells it (TCP_TIMEOUT_INIT, 1 s); `nil`: it is older, or its timer is
    /// another.
    var age: Nanoseconds?

    private static let firstTimeout = Nanoseconds.seconds(1)

    init(_ message: NetlinkMessage) throws(NetlinkFormatError) {
        let found = try message.socket()
        localPort = UInt16(bigEndian: found.id.idiag_sport)
        let left = Nanoseconds.milliseconds(Int64(found.idiag_expires))
        age = found.idiag_retrans == 0 && left <= Self.firstTimeout ? Self.firstTimeout - left : nil
    }

    /// Whether the message is about one whose peer's address is in the prefix.
    static func isOne(_ message: NetlinkMessage, from prefix: Prefix) throws(NetlinkFormatError) -> Bool {
        let found = try message.socket()
        return found.idiag_state == UInt8(TCP_SYN_RECV) && prefix.contains(found.destination)
    }
}
