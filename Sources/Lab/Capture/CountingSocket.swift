import CLinux
import Glibc
import Kernel

/// Counts what an interface receives and its filter lets through, by the kernel's own statistics. Nobody reads it: when
/// its buffer is full the kernel still counts, and does nothing more.
final class CountingSocket {
    private let socket: RawSocket

    /// Call it inside a visit of the namespace that has the interface.
    init(interface: Int32, named name: String, filter: [ClassicInstruction]) throws(KernelError) {
        let attempt = "count on \(name)"
        socket = try RawSocket(attempt)
        let number = socket.number
        let length = socklen_t(MemoryLayout<Int32>.size)
        // Raised to the least that the kernel allows, which is room for a few frames.
        var size: Int32 = 1
        try system(attempt) { setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, length) }
        // Spares the kernel the filter's run for what is sent. Linux 4.20; without it the filter says no.
        var on: Int32 = 1
        _ = setsockopt(number, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, length)
        try SocketFilter.attach(filter, to: number, attempt)
        try socket.bind(to: interface, listening: true, attempt)
    }

    /// Since the last time; below 2^32 in between.
    func count() throws(KernelError) -> Int {
        try socket.statisticsSinceLastTime("read the statistics of what was not kept").seen
    }
}
