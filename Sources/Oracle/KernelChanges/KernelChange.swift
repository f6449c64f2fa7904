package import Model

/// Something that Linux changed, by release and commit: why a newer kernel differs where no law says so.
package struct KernelChange: Sendable, Hashable, Codable {
    /// Never changes; reports and JSON hang on it.
    package var id: String
    /// One sentence.
    package var what: String
    /// The first release that has it.
    package var since: KernelRelease
    /// The commit's first twelve digits.
    package var commit: String
    /// The commit's subject line.
    package var subject: String
    /// Stable kernels of older releases took it too, so no version number tells whether one has it.
    package var isInStables: Bool
    /// The scenario that shows it.
    package var scenario: String?

    package init(
        _ id: String, _ what: String, since: KernelRelease, commit: String, subject: String, isInStables: Bool = false,
        scenario: String? = nil
    ) {
        self.id = id
        self.what = what
        self.since = since
        self.commit = commit
        self.subject = subject
        self.isInStables = isInStables
        self.scenario = scenario
    }

    /// Whether it can have come between these two, whichever is the older. Twice the same release: only by a stable
    /// kernel's own change.
    package func lies(between one: String, and other: String) -> Bool {
        guard let one = KernelRelease(one), let other = KernelRelease(other) else { return false }
        // What stable kernels took too can be in any of an older release, but no newer one may have lost it.
        return min(one, other) < since && (isInStables || max(one, other) >= since)
    }

    /// What a comparison can see of it. Read the other way round where the kernel before is the newer one.
    package enum Effect: Sendable, Hashable {
        case sysctlAppeared(String)
        /// A fresh namespace's value.
        case sysctlDefault(String, from: String, to: String)
        /// Each of its numbers stayed or rose, to what depends on the memory.
        case sysctlRaised(String)
        case sysctlLowered(String)
        case counterAppeared(String)
        case counterVanished(String)
        /// It counts in cases in which it did not.
        case counterCounts(String)
        case feature(Feature)
        /// `Facts.halfOpenBeyondBacklog`.
        case halfOpenBeyondBacklog(from: Int, to: Int)
        /// Bytes of one object of a slab cache, as two kernels built alike have it.
        case objectSize(String, from: Int, to: Int)
        /// What is decided as that law says, and was not before.
        case law(String)

        /// The same, seen from the newer kernel; `nil` where that is something else.
        var reversed: Effect? {
            switch self {
            case .sysctlDefault(let key, let from, let to): .sysctlDefault(key, from: to, to: from)
            case .halfOpenBeyondBacklog(let from, let to): .halfOpenBeyondBacklog(from: to, to: from)
            case .objectSize(let cache, let from, let to): .objectSize(cache, from: to, to: from)
            case .sysctlRaised(let key): .sysctlLowered(key)
            case .sysctlLowered(let key): .sysctlRaised(key)
            case .counterAppeared(let name): .counterVanished(name)
            case .counterVanished(let name): .counterAppeared(name)
            case .sysctlAppeared, .counterCounts, .feature, .law: self
            }
        }
    }
}
