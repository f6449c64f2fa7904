import Glibc

/// How many descriptors this process may hold (RLIMIT_NOFILE).
package enum DescriptorLimit {
    /// Lifts the soft limit to the hard one, as far as the kernel lets it, and answers what then holds.
    package static func raise() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        let wanted = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
        if withUnsafePointer(to: wanted, { setrlimit(resource, $0) }) == 0 { limit = wanted }
        return Int(clamping: limit.rlim_cur)
    }

    /// Sets both limits, as root may; they stay as they are where the kernel does not let it.
    package static func lift(to count: Int) {
        let wanted = rlimit(rlim_cur: rlim_t(count), rlim_max: rlim_t(count))
        _ = withUnsafePointer(to: wanted) { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), $0) }
    }

    /// The hard limit.
    package static var hard: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_max)
    }
}
