package import Model
import Oracle

/// Whether a sysctl can be written in a network namespace of a kernel, with the privileges at hand.
package enum SysctlPresence: Sendable, Hashable {
    case present
    /// This kernel lacks it: in words.
    case absent(String)
    /// It is there, but not for these privileges: in words.
    case hidden(String)
    /// No network namespace of any kernel has it.
    case unknown(message: String, advice: String)

    package init(of key: String, in facts: Facts) {
        if facts.sysctls[Self.generic(key)] != nil {
            self = .present
        } else if let change = KernelChanges.sysctl(key) {
            self = .absent("\(key) is not in this kernel (\(facts.kernel)): it came with Linux \(change.since)")
        } else if KernelChanges.machineWide.contains(key) {
            self = .unknown(
                message: "\(key) is one for the whole machine",
                advice: "tcpfault changes nothing outside its own network namespaces")
        } else if facts.privilege == .userNamespace, key.hasPrefix("net.core.") {
            self = .hidden("\(key): this kernel (\(facts.kernel)) hides net.core from user namespaces; root sees it")
        } else if key.hasPrefix("net.ipv6."), !facts.sysctls.keys.contains(where: { $0.hasPrefix("net.ipv6.") }) {
            self = .absent("\(key): this kernel has no IPv6")
        } else {
            let known = Array(facts.sysctls.keys) + KernelChanges.sysctls.map(\.key)
            let nearest = Suggestion.nearest(to: key, among: known)
            self = .unknown(
                message: "there is no sysctl \(quoted(key)) in a network namespace of this kernel (\(facts.kernel))",
                advice: nearest.map { "did you mean '\($0)'?" } ?? "sysctl -a lists them")
        }
    }

    /// Why it cannot be written; `nil` where it can, or where nobody could ever.
    package var lack: String? {
        switch self {
        case .absent(let words), .hidden(let words): words
        case .present, .unknown: nil
        }
    }

    /// An interface's sysctl stands for the one that new interfaces are born with.
    private static func generic(_ key: String) -> String {
        var parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 4, ["conf", "neigh"].contains(parts[2]), parts[3].hasPrefix("to-") else { return key }
        parts[3] = "default"
        return parts.joined(separator: ".")
    }
}
