import Glibc

/// Lets so many threads through at a time; the others wait (sem_overview(7)).
///
/// Unchecked, since a pointer is not Sendable; but this one never changes, and what it points to is touched by sem_wait(3)
/// and sem_post(3) alone, which any thread may call at any time.
package final class Turnstile: @unchecked Sendable {
    // The kernel knows a semaphore by its address.
    private let semaphore: UnsafeMutablePointer<sem_t>

    /// - Parameter places: one a processor, unless it says otherwise.
    package init(places: Int = sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, UInt32(max(1, places)))
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Runs `body` when there is a place.
    func pass<Value>(_ body: () throws -> Value) rethrows -> Value {
        while sem_wait(semaphore) != 0 {}  // a signal came
        defer { sem_post(semaphore) }
        return try body()
    }
}
