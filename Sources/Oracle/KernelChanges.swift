/// What Linux changed, where no kernel can be asked: the one data file of it.
package enum KernelChanges {
    /// A sysctl of network namespaces that older kernels lack.
    package struct NewSysctl: Sendable, Hashable {
        package var key: String
        /// The first release that has it.
        package var since: String
    }

    /// Found by the commits that added them to net/ipv4/sysctl_net_ipv4.c (net/core/sysctl_net_core.c).
    package static let sysctls: [NewSysctl] = [
        NewSysctl(key: "net.ipv4.tcp_migrate_req", since: "5.14"),
        NewSysctl(key: "net.ipv4.tcp_child_ehash_entries", since: "6.1"),
        NewSysctl(key: "net.ipv4.tcp_ehash_entries", since: "6.1"),
        NewSysctl(key: "net.ipv4.tcp_syn_linear_timeouts", since: "6.5"),
        NewSysctl(key: "net.ipv4.tcp_rto_min_us", since: "6.11"),
        NewSysctl(key: "net.ipv4.tcp_tw_reuse_delay", since: "6.14"),
        NewSysctl(key: "net.ipv4.tcp_rto_max_ms", since: "6.15"),
        NewSysctl(key: "net.ipv4.tcp_ecn_option", since: "6.18"),
        NewSysctl(key: "net.ipv4.tcp_ecn_option_beacon", since: "6.18"),
    ]

    package static func sysctl(_ key: String) -> NewSysctl? { sysctls.first { $0.key == key } }

    /// Whether `uname -r` names a release before that one; false for what cannot be read.
    package static func isOlder(_ kernel: String, than release: (major: Int, minor: Int)) -> Bool {
        let numbers = kernel.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) < (release.major, release.minor)
    }

    /// Sysctls that stand for the whole machine, so that a network namespace of one's own does not show them.
    package static let machineWide: Set<String> = [
        "net.ipv4.tcp_mem", "net.ipv4.tcp_max_orphans", "net.ipv4.tcp_low_latency",
        "net.ipv4.tcp_available_ulp", "net.core.netdev_max_backlog", "net.core.netdev_budget",
        "net.core.netdev_budget_usecs", "net.core.bpf_jit_enable",
    ]
}
