package import Model

/// How long the boots of a guest kernel took, by its own clock and by the host's.
package struct GuestTimes: Sendable, Hashable, Codable {
    /// What the kernel is called on the host.
    package var kernel: String
    /// How many guests ran it side by side, each in one boot.
    package var guests: Int
    /// The guests' CLOCK_MONOTONIC at their ends, added up.
    package var guest: Nanoseconds
    /// By the host's clock: all of it, and until the first program of the last guest to boot began.
    package var wall: Nanoseconds
    package var boot: Nanoseconds

    package init(kernel: String, guests: Int = 1, guest: Nanoseconds, wall: Nanoseconds, boot: Nanoseconds) {
        self.kernel = kernel
        self.guests = guests
        self.guest = guest
        self.wall = wall
        self.boot = boot
    }

    /// Of guests that were started together, at least one.
    package init(sideBySide times: [GuestTimes]) {
        self.init(
            kernel: times[0].kernel, guests: times.map(\.guests).reduce(0, +),
            guest: times.map(\.guest).reduce(.zero, +), wall: times.map(\.wall).max() ?? .zero,
            boot: times.map(\.boot).max() ?? .zero)
    }

    /// `kernel 6.1: 262.7 s of its time in 8.4 s (2 guests, boot 3.3 s), 31.3 times as fast`
    package var line: String {
        let factor = wall > .zero ? Double(guest.value) / Double(wall.value) : 0
        let tenths = Int((factor * 10).rounded())
        let many = guests == 1 ? "" : "\(guests) guests, "
        return
            "kernel \(kernel): \(guest.fixed(1)) s of its time in \(wall.fixed(1)) s (\(many)boot \(boot.fixed(1)) s), "
            + "\(tenths / 10).\(tenths % 10) times as fast"
    }
}
