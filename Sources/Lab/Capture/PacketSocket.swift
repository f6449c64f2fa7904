import CLinux
import Glibc
import Kernel
import Model

/// What one interface sends and receives, each frame stamped by the kernel (packet(7)).
///
/// A receiving interface's frames come here before clsact ingress sees them; a sending one's after clsact egress.
final class PacketSocket {
    struct CapturedFrame {
        /// CLOCK_REALTIME.
        var stamp: Nanoseconds
        var direction: PacketEvent.Direction
        /// On the wire; more than `bytes` holds where the snap length cut it.
        var length: Int
        var bytes: [UInt8]
    }

    /// The longest Ethernet, IPv6 (with 4 short extension headers) and TCP headers with options fit.
    static let snapLength = 262
    /// Whole frames: on a veth they have 1500 bytes behind the Ethernet header.
    static let wholeLength = 1_600
    /// At most so many frames come at once; fewer mean that there are no more.
    static let batch = 64
    private static let buffer: Int32 = 8 << 20

    private let socket: RawSocket
    private let snapLength: Int
    private var space: [UInt8]
    private var frames = [clinux_frame](repeating: clinux_frame(), count: batch)
    private var total = RawSocket.Statistics()

    /// Call it inside a visit of the namespace that has the interface. `filter` decides what is kept; `nil`: everything.
    init(
        interface: Int32, named name: String, filter: [ClassicInstruction]? = nil, snapLength: Int = snapLength
    ) throws(KernelError) {
        let attempt = "capture on \(name)"
        self.snapLength = snapLength
        space = [UInt8](repeating: 0, count: Self.batch * snapLength)
        socket = try RawSocket(attempt)
        let number = socket.number
        try system(attempt) { clinux_stamp_frames(number) }
        try Self.enlarge(number, attempt)
        if let filter { try SocketFilter.attach(filter, to: number, attempt) }
        try socket.bind(to: interface, listening: true, attempt)
    }

    var descriptor: Int32 { socket.number }

    /// Beyond net.core.rmem_max only root of the machine may go; others get as much as that allows.
    private static func enlarge(_ number: Int32, _ attempt: String) throws(KernelError) {
        var size = buffer
        let length = socklen_t(MemoryLayout<Int32>.size)
        if setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &size, length) == 0 { return }
        try system(attempt) { setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, length) }
    }

    /// The frames that wait already, in the order the kernel queued them; none where there are none.
    func receive() throws(KernelError) -> [CapturedFrame] {
        let count: Int32
        do {
            count = try system("receive captured frames") {
                clinux_receive_frames(
                    socket.number, &space, UInt32(snapLength), &frames, UInt32(Self.batch))
            }
        } catch  where error.errno == EAGAIN || error.errno == ENETDOWN {
            // ENETDOWN is told once when the interface goes.
            return []
        }
        return (0..<Int(count)).map { index in
            let frame = frames[index]
            let start = index * snapLength
            return CapturedFrame(
                stamp: frame.stamp == 0 ? Clock.realtime() : Nanoseconds(frame.stamp),
                direction: Self.direction(frame.kind),
                length: Int(frame.length), bytes: Array(space[start..<start + Int(frame.copied)]))
        }
    }

    private static func direction(_ kind: UInt8) -> PacketEvent.Direction {
        switch Int32(kind) {
        case PACKET_OUTGOING: .sent
        case PACKET_OTHERHOST: .overheard
        default: .received
        }
    }

    /// Since the socket was made.
    func statistics() throws(KernelError) -> RawSocket.Statistics {
        total += try socket.statisticsSinceLastTime("read the capture's statistics")
        return total
    }
}
