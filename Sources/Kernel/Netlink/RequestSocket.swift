import CLinux
import Glibc
import Model

/// What is to be known of a request socket, without a look at anything else: there may be thousands.
struct RequestSocket {
    var localPort: UInt16
    /// Since its SYN came, as the first timer tells it; `nil`: it is older, or its timer is another.
    var age: Nanoseconds?

    /// `firstTimeout`: the host's initial RTO. One that is taken for shorter than it is makes an old request young for a
    /// moment.
    init(_ message: NetlinkMessage, firstTimeout: Nanoseconds) throws(NetlinkFormatError) {
        let found = try message.socket()
        localPort = UInt16(bigEndian: found.id.idiag_sport)
        let left = Nanoseconds.milliseconds(Int64(found.idiag_expires))
        age = found.idiag_retrans == 0 && left <= firstTimeout ? firstTimeout - left : nil
    }

    /// Whether the message is about one whose peer's address is in the prefix.
    static func isOne(_ message: NetlinkMessage, from prefix: Prefix) throws(NetlinkFormatError) -> Bool {
        let found = try message.socket()
        return found.idiag_state == UInt8(TCP_SYN_RECV) && prefix.contains(found.destination)
    }
}
