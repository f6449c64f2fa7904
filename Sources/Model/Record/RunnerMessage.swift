/// One line of the runner's standard output: JSON Lines.
package enum RunnerMessage: Sendable, Hashable, Codable {
    /// The answer to a probe.
    case facts(Facts)
    /// A run has begun: its hosts are being built.
    case began(instance: String)
    /// Something happened in a run that goes on (only when asked for).
    case event(instance: String, event: Event)
    /// The run waits before teardown; one shell line per host enters it.
    case holding(instance: String, commands: [String])
    /// A run has ended; its record and captures are in that folder.
    case finished(instance: String, folder: String)
    /// How long the hosts of a plan took to build and remove, all times together.
    case measured(nanoseconds: Nanoseconds)
    /// The runner could not do what it was asked at all; which run will not come of it, where it was about one.
    case refused(reason: String, instance: String? = nil)
}

/// One line of the runner's standard input: JSON Lines.
package enum RunnerRequest: Sendable, Hashable, Codable {
    /// Print facts.
    case probe
    /// Run this plan beside the others, or when no other runs, and write `record.json` and the captures into the folder.
    case run(plan: Plan, folder: String, live: Bool, hold: Bool, alone: Bool)
    /// Build the plan's hosts with its faults and remove them, so many times, and tell how long that took.
    case measure(plan: Plan, times: Int)
    /// A run that holds goes on to its teardown.
    case release(instance: String)
    /// No more plans will come; end when all have ended.
    case done
}
