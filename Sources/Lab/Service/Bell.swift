import CLinux
import Glibc
import Kernel

/// Wakes a thread that polls (eventfd(2)).
final class Bell: Sendable {
    private let event: Descriptor

    init() throws(KernelError) {
        event = Descriptor(
            owning: try system("create an eventfd") {
                eventfd(0, Int32(CLINUX_EFD_CLOEXEC) | Int32(CLINUX_EFD_NONBLOCK))
            })
    }

    var descriptor: Int32 { event.number }

    func ring() {
        var one: UInt64 = 1
        _ = write(event.number, &one, MemoryLayout<UInt64>.size)
    }

    func silence() {
        var count: UInt64 = 0
        _ = read(event.number, &count, MemoryLayout<UInt64>.size)
    }
}
