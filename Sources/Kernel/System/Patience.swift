import Glibc
package import Model

/// For states of the kernel that nobody announces: asks again and again, with a short pause between, until a deadline.
package enum Patience {
    /// Whether `condition` held within `limit`. It is asked once at least.
    package static func wait(_ limit: Nanoseconds, until condition: () throws -> Bool) rethrows -> Bool {
        let deadline = Clock.monotonic() + limit
        while true {
            if try condition() { return true }
            guard Clock.monotonic() < deadline else { return false }
            usleep(200)
        }
    }
}
