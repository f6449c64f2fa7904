import Glibc
package import Model

/// How long one thread has waited for a CPU although it could have run (`/proc/PID/task/TID/schedstat`, second field;
/// Documentation/scheduler/sched-stats.rst). Kernels without CONFIG_SCHED_INFO do not tell.
package struct RunQueueDelay: ~Copyable, Sendable {
    private let file: Descriptor?

    /// Of the calling thread, wherever it is read later.
    package init() {
        // Where there is no such file, nothing is known of the delay, and that is no trouble.
        let number = try? Descriptor.open("/proc/thread-self/schedstat", O_RDONLY).take()
        file = number.map { Descriptor(owning: $0) }
    }

    /// Since the thread's start; `nil` where the kernel does not tell.
    package borrowing func total() -> Nanoseconds? {
        guard let number = number else { return nil }
        var text = [UInt8](repeating: 0, count: 96)
        let count = pread(number, &text, text.count, 0)
        let fields = text.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
        guard fields.count > 1 else { return nil }
        return Int64(String(decoding: fields[1], as: UTF8.self)).map { Nanoseconds($0) }
    }

    private var number: Int32? {
        switch file {
        case .some(let file): file.number
        case .none: nil
        }
    }
}
