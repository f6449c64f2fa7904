package import Model

/// What a flood did to a listener, and to the clients that meant well: for readers, not for verdicts.
package struct FloodDigest: Sendable, Hashable, Codable {
    package struct Point: Sendable, Hashable, Codable {
        /// From the run's origin.
        package var at: Nanoseconds
        package var value: Int

        package init(at: Nanoseconds, value: Int) {
            self.at = at
            self.value = value
        }
    }

    /// One connect() of a client.
    package struct Call: Sendable, Hashable, Codable {
        package var began: Nanoseconds
        /// How long it lasted; `nil`: it had not ended when the record was closed.
        package var lasted: Nanoseconds?
        package var connected: Bool

        package init(began: Nanoseconds, lasted: Nanoseconds?, connected: Bool) {
            self.began = began
            self.lasted = lasted
            self.connected = connected
        }

        /// Connected without having to send its SYN again: within the initial RTO of a second.
        package var isPrompt: Bool { connected && (lasted ?? .zero) < .seconds(1) }
    }

    /// The calls that began in one part of the run.
    package struct Phase: Sendable, Hashable, Codable {
        package enum Name: String, Sendable, Hashable, Codable, CaseIterable {
            case before
            case during
            case after
        }

        package var name: Name
        package var calls: Int
        /// Connected with their first SYN.
        package var prompt: Int
        /// Connected, prompt or not.
        package var connected: Int
        /// Of those that connected; `nil` where none did.
        package var median: Nanoseconds?
        package var longest: Nanoseconds?

        package init(
            name: Name, calls: Int, prompt: Int, connected: Int, median: Nanoseconds?, longest: Nanoseconds?
        ) {
            self.name = name
            self.calls = calls
            self.prompt = prompt
            self.connected = connected
            self.median = median
            self.longest = longest
        }
    }

    package var listener: String
    /// From the first to the last made-up SYN, from the run's origin.
    package var flooded: Interval
    /// Packets that were sent, and that the kernel's TCP got.
    package var offered: Int
    package var arrived: Int
    /// Offered packets a second, over the whole flood.
    package var rate: Int { Int(Double(offered) / max(1e-9, (flooded.to - flooded.from).inSeconds)) }
    /// The greatest number of half-open connections that was seen.
    package var peak: Int
    package var cookiesSent: Int
    package var cookiesReceived: Int
    /// SYNs that were dropped (ListenDrops).
    package var dropped: Int
    /// Half-open connections over time.
    package var halfOpen: [Point]
    /// Clients' calls in the order they began.
    package var calls: [Call]
    /// Before, during and after the flood.
    package var phases: [Phase]

    package init(
        listener: String, flooded: Interval, offered: Int, arrived: Int, peak: Int, cookiesSent: Int,
        cookiesReceived: Int, dropped: Int, halfOpen: [Point], calls: [Call], phases: [Phase]
    ) {
        self.listener = listener
        self.flooded = flooded
        self.offered = offered
        self.arrived = arrived
        self.peak = peak
        self.cookiesSent = cookiesSent
        self.cookiesReceived = cookiesReceived
        self.dropped = dropped
        self.halfOpen = halfOpen
        self.calls = calls
        self.phases = phases
    }
}
