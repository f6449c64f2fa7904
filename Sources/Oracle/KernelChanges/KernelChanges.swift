/// What Linux changed, where no kernel can be asked. The entries are in `KernelChanges+Book.swift`.
package enum KernelChanges {
    package struct Entry: Sendable, Hashable {
        package var change: KernelChange
        package var effects: [KernelChange.Effect]

        /// `sysctls` and `counters`: those that appeared with it.
        init(
            _ id: String, _ what: String, since: KernelRelease, commit: String, subject: String,
            isInStables: Bool = false, scenario: String? = nil, sysctls: [String] = [], counters: [String] = [],
            others: [KernelChange.Effect] = []
        ) {
            change = KernelChange(
                id, what, since: since, commit: commit, subject: subject, isInStables: isInStables, scenario: scenario)
            effects = sysctls.map { .sysctlAppeared($0) } + counters.map { .counterAppeared($0) } + others
        }
    }

    /// The entry that explains what was seen when going from one kernel to another; `nil` where nothing is known.
    package static func entry(
        for effect: KernelChange.Effect, from before: String, to after: String
    ) -> KernelChange? {
        guard let old = KernelRelease(before), let new = KernelRelease(after) else { return nil }
        // Within one release either kernel may be the one that took a change.
        let seen = (old <= new ? [effect] : []) + (old >= new ? [effect.reversed].compactMap(\.self) : [])
        return book.first { entry in
            entry.change.lies(between: before, and: after) && entry.effects.contains { seen.contains($0) }
        }?.change
    }

    /// A sysctl of network namespaces that older kernels lack.
    package struct NewSysctl: Sendable, Hashable {
        package var key: String
        /// The first release that has it, in words.
        package var since: String
    }

    /// Of those that every kernel shows to everybody: elsewhere one may be missing for other reasons than age.
    package static let sysctls: [NewSysctl] = book.flatMap { entry in
        entry.effects.compactMap { effect in
            if case .sysctlAppeared(let key) = effect, key.hasPrefix("net.ipv4.") {
                NewSysctl(key: key, since: "\(entry.change.since)")
            } else {
                nil
            }
        }
    }

    package static func sysctl(_ key: String) -> NewSysctl? { sysctls.first { $0.key == key } }

    /// Whether `uname -r` names a release before that one; false for what cannot be read.
    package static func isOlder(_ kernel: String, than release: (major: Int, minor: Int)) -> Bool {
        KernelRelease(kernel).map { $0 < KernelRelease(release.major, release.minor) } ?? false
    }

    /// Sysctls that stand for the whole machine, so that a network namespace of one's own does not show them.
    package static let machineWide: Set<String> = [
        "net.ipv4.tcp_mem", "net.ipv4.tcp_max_orphans", "net.ipv4.tcp_low_latency",
        "net.ipv4.tcp_available_ulp", "net.core.netdev_max_backlog", "net.core.netdev_budget",
        "net.core.netdev_budget_usecs", "net.core.bpf_jit_enable",
    ]
}
