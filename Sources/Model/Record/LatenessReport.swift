/// When the machine itself was late, as a watcher thread saw it.
///
/// Only remarkable moments are kept, so an absent one means "on time".
package struct LatenessReport: Sendable, Hashable, Codable {
    package var moments: [Moment]

    /// A wake-up later than this is kept; so is every tick that lags at all.
    package static let threshold = Nanoseconds.milliseconds(2)

    package init(moments: [Moment] = []) { self.moments = moments }

    package struct Moment: Sendable, Hashable, Codable {
        /// When the watcher should have woken, and when it did.
        package var due: Nanoseconds
        package var woke: Nanoseconds
        /// How far jiffies were behind for certain at waking: CLOCK_MONOTONIC − CLOCK_MONOTONIC_COARSE − two ticks, when
        /// positive.
        package var tickLag: Nanoseconds

        package init(due: Nanoseconds, woke: Nanoseconds, tickLag: Nanoseconds) {
            self.due = due
            self.woke = woke
            self.tickLag = tickLag
        }

        package var wakeDelay: Nanoseconds { woke - due }
    }
}
