import Glibc
package import Kernel
package import Model

/// Finds out what this kernel, with the privileges at hand, is and can do: by asking it and by trying, never by its
/// version.
package enum FactsProbe {
    /// Leaves nothing behind. A feature that is missing is a fact; nothing is thrown for it.
    ///
    /// - Parameter trouble: why no user namespace could be entered, where that was tried: then it is the reason for
    ///   everything that is missing because of it.
    package static func facts(userNamespaceTrouble trouble: KernelError? = nil) -> Facts {
        var name = utsname()
        uname(&name)
        do {
            let namespace = try NetworkNamespace()
            let (sysctls, counters) = try namespace.visit { (SysctlTree.read(), try CounterFiles().read()) }
            var facts = facts(
                name, sysctls: sysctls, counters: counters.keys.sorted(),
                features: try FeatureProbe.features(in: namespace))
            // Where it cannot be tried, nothing is known of it, and that is no trouble.
            facts.halfOpenBeyondBacklog = try? BacklogProbe.halfOpenBeyondBacklog()
            return facts
        } catch {
            return facts(name, sysctls: [:], counters: [], features: everythingMissing(because: trouble ?? error))
        }
    }

    private static func facts(
        _ name: utsname, sysctls: [String: String], counters: [String], features: [Feature: Availability]
    ) -> Facts {
        Facts(
            kernel: text(name.release), machine: text(name.machine), tick: Clock.tick(),
            processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), sysctls: sysctls,
            counters: counters, features: features, privilege: privilege(), descriptors: DescriptorLimit.hard,
            memory: MemoryProbe.total(), objectSizes: MemoryProbe.objectSizes())
    }

    private static func everythingMissing(because error: any Error) -> [Feature: Availability] {
        let reason = (["\(error)"] + [SystemCallProbe.denied()].compactMap(\.self)).joined(separator: "; ")
        return Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, .missing(reason)) })
    }

    private static func text<Characters>(_ field: Characters) -> String {
        withUnsafeBytes(of: field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The machine's own user namespace maps every id to itself (user_namespaces(7)).
    private static func privilege() -> Privilege {
        guard let map = try? TextFile.read("/proc/thread-self/uid_map") else { return .root }
        let words = map.split(whereSeparator: \.isWhitespace)
        return words == ["0", "0", "4294967295"] ? .root : .userNamespace
    }
}
