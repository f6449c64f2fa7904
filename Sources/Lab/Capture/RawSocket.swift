import CLinux
import Glibc
import Kernel

/// A packet socket for whole Ethernet frames (packet(7), SOCK_RAW).
final class RawSocket: Sendable {
    struct Statistics: Sendable, Equatable {
        /// Frames that came by and passed the filter, the lost ones among them.
        var seen = 0
        /// Frames the socket had no room for.
        var lost = 0

        static func += (left: inout Statistics, right: Statistics) {
            left.seen += right.seen
            left.lost += right.lost
        }
    }

    private let socket: Descriptor

    /// Call it inside a visit. Protocol 0: deaf until it is bound, so that it never hears another interface, or what its
    /// filter is to keep away.
    init(_ attempt: String) throws(KernelError) {
        socket = try Descriptor.socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0, attempt)
    }

    var number: Int32 { socket.number }

    /// What is sent leaves by that interface. Where it does not listen, nothing is queued that nobody reads.
    func bind(to interface: Int32, listening: Bool, _ attempt: String) throws(KernelError) {
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_protocol = listening ? UInt16(CLINUX_ETH_P_ALL).bigEndian : 0
        address.sll_ifindex = interface
        let number = number
        try system(attempt) {
            withUnsafeBytes(of: &address) { bytes in
                Glibc.bind(number, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
            }
        }
    }

    /// One frame, with its Ethernet header.
    func send(_ frame: [UInt8], _ attempt: String) throws(KernelError) {
        let number = number
        try system(attempt) { clinux_send_frames(number, frame, UInt32(frame.count), 1) }
    }

    /// The kernel's figures start again at each reading.
    func statisticsSinceLastTime(_ attempt: String) throws(KernelError) -> Statistics {
        var latest = tpacket_stats()
        var length = socklen_t(MemoryLayout<tpacket_stats>.size)
        let number = number
        try system(attempt) { getsockopt(number, SOL_PACKET, PACKET_STATISTICS, &latest, &length) }
        return Statistics(seen: Int(latest.tp_packets), lost: Int(latest.tp_drops))
    }
}
