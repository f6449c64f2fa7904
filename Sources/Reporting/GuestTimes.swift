package import Model

/// How long one boot of a guest kernel took, by its own clock and by the host's.
package struct GuestTimes: Sendable, Hashable, Codable {
    /// What the kernel is called on the host.
    package var kernel: String
    /// The guest's CLOCK_MONOTONIC at its end.
    package var guest: Nanoseconds
    /// By the host's clock: all of it, and until the first program of the guest began.
    package var wall: Nanoseconds
    package var boot: Nanoseconds

    package init(kernel: String, guest: Nanoseconds, wall: Nanoseconds, boot: Nanoseconds) {
        self.kernel = kernel
        self.guest = guest
        self.wall = wall
        self.boot = boot
    }

    /// `kernel 6.1: 262.7 s of its time in 8.4 s (boot 3.3 s), 31 times as fast`
    package var line: String {
        let factor = wall > .zero ? Double(guest.value) / Double(wall.value) : 0
        let tenths = Int((factor * 10).rounded())
        return "kernel \(kernel): \(guest.fixed(1)) s of its time in \(wall.fixed(1)) s (boot \(boot.fixed(1)) s), "
            + "\(tenths / 10).\(tenths % 10) times as fast"
    }
}
