import Model

/// Where a fresh namespace's value of a sysctl comes from, when it is not the kernel alone that decides.
enum SysctlOrigin {
    /// Why two machines' values differ; `nil` where a kernel's default is the same everywhere.
    static func explanation(
        of key: String, _ old: String, _ new: String, _ before: Facts, _ after: Facts
    ) -> String? {
        if scaled.contains(key), follows(old, new, before.memory, after.memory) {
            return "scaled by the machine's memory"
        }
        // What a guest's namespace copies is what the kernel itself came up with.
        let areGuests = before.isGuest == true && after.isGuest == true
        if !areGuests, copied.contains(key) || copiedBelow.contains(where: key.hasPrefix) {
            return "a new namespace copies it from the machine's own"
        }
        if listing.contains(key) || key.hasPrefix("net.netfilter.nf_log.") {
            return "it lists what is built in or loaded"
        }
        return nil
    }

    /// Why a sysctl is missing, when it is not alone in that.
    static func absence(of key: String, in facts: Facts) -> String? {
        var parts = key.split(separator: ".")
        parts.removeLast()
        while parts.count > 1 {
            let branch = parts.joined(separator: ".") + "."
            if !facts.sysctls.keys.contains(where: { $0.hasPrefix(branch) }) {
                return "\(facts.kernel) has nothing below \(branch.dropLast()): built without it, or not loaded"
            }
            parts.removeLast()
        }
        if facts.privilege == .userNamespace, key.hasPrefix("net.core.") {
            return "a user namespace of one's own does not see net.core"
        }
        if modular.contains(where: key.hasPrefix) { return "it belongs to a module that is not loaded on one side" }
        return nil
    }

    /// `tcp_sk_init()` and `tcp_init()`, by the size of the table of established connections, which follows the memory;
    /// `udp_table_init()`; `nf_conntrack_init_start()`. The largest of tcp_rmem and tcp_wmem follow it up to a limit.
    private static let scaled: Set<String> = [
        "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_max_tw_buckets", "net.ipv4.tcp_ehash_entries",
        "net.ipv4.udp_hash_entries", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_mem", "net.ipv4.udp_mem",
        "net.ipv4.tcp_max_orphans", "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_buckets",
    ]

    /// `tcp_sk_init()`, `tcp_set_congestion_control` at a namespace's birth; net/core sysctls of the whole machine that
    /// every namespace shows.
    private static let copied: Set<String> = [
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_congestion_control",
        "net.ipv4.tcp_allowed_congestion_control", "net.core.rmem_max", "net.core.wmem_max", "net.core.rmem_default",
        "net.core.wmem_default", "net.core.rps_default_mask",
    ]

    /// `devinet_init_net()`, unless net.core.devconf_inherit_init_net says otherwise.
    private static let copiedBelow = ["net.ipv4.conf.all.", "net.ipv4.conf.default."]

    private static let listing: Set<String> = [
        "net.ipv4.tcp_available_congestion_control", "net.mptcp.available_schedulers",
        "net.mptcp.available_path_managers", "net.ipv4.tcp_available_ulp",
    ]

    /// Sysctls that appear when a module is loaded, in a folder that is there without it.
    private static let modular = ["net.netfilter.nf_conntrack_", "net.netfilter.nf_flowtable_"]

    /// Kernels of one machine keep a little more or less for themselves.
    private static let alike = 16

    /// Whether each number went the way that the memory went, or stayed.
    private static func follows(_ old: String, _ new: String, _ before: Int?, _ after: Int?) -> Bool {
        guard let before, let after, abs(before - after) > max(before, after) / alike else { return false }
        // A table that is shared with the machine's own namespace is told with a minus sign.
        let (olds, news) = (numbers(old), numbers(new))
        guard olds.count == news.count, !olds.isEmpty else { return false }
        return zip(olds, news).allSatisfy { after > before ? $1 >= $0 : $1 <= $0 }
    }

    /// Those of a sysctl of several, without their signs.
    static func numbers(_ text: String) -> [Int] {
        text.split(separator: " ").compactMap { Int($0).map { abs($0) } }
    }
}
