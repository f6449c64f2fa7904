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
        // It is asked at every turn of a reactor, hence without a text.
        return withUnsafeTemporaryAllocation(byteCount: 96, alignment: 1) { text in
            let count = pread(number, text.baseAddress, text.count, 0)
            let fields = text.prefix(max(0, count)).split(separator: UInt8(ascii: " "), maxSplits: 2)
            guard fields.count > 1, !fields[1].isEmpty else { return nil }
            var delay: Int64 = 0
            for digit in fields[1] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                delay = delay * 10 + Int64(digit - UInt8(ascii: "0"))
            }
            return Nanoseconds(delay)
        }
    }

    private var number: Int32? {
        switch file {
        case .some(let file): file.number
        case .none: nil
        }
    }
}
