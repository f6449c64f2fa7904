import CLinux

/// CPUs by number, as far as threads may choose (sched_setaffinity(2)).
package enum Processors {
    /// Those that the calling thread may use, in order, at most so many.
    package static func usable(atMost room: Int) throws(KernelError) -> [Int32] {
        var numbers = [Int32](repeating: 0, count: room)
        let count = try system("list the usable CPUs") { clinux_usable_processors(&numbers, Int32(room)) }
        return Array(numbers.prefix(Int(count)))
    }

    /// The calling thread runs on that CPU alone from now on.
    package static func pin(to processor: Int32) throws(KernelError) {
        try system("stay on CPU \(processor)") { clinux_pin(processor) }
    }
}
