/// Something a kernel, or a set of privileges, may lack. A missing one becomes a skip that names it.
package enum Feature: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
    case networkNamespaces = "network-namespaces"
    /// Sysctls of a namespace made here can be written: /proc/sys is not read-only, as containers have it.
    case sysctlWriting = "sysctl-writing"
    case veth
    case clsact
    case classicFilter = "cls_bpf"
    /// Loading extended BPF programs and maps: CAP_BPF over the machine's own user namespace.
    case extendedFilter = "ebpf"
    /// A BPF program that sets the initial RTO (BPF_SOCK_OPS_TIMEOUT_INIT): that, CAP_NET_ADMIN there, and
    /// CONFIG_CGROUP_BPF.
    case socketOperations = "sock_ops"
    case socketDiagnostics = "sock_diag"
    case packetSockets = "packet-sockets"
    case ethtoolNetlink = "ethtool-netlink"
}

package enum Availability: Sendable, Hashable, Codable {
    case present
    /// Why, in the kernel's words where it gave any.
    case missing(String)

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        let prefix = "missing: "
        self = text.hasPrefix(prefix) ? .missing(String(text.dropFirst(prefix.count))) : .present
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .present: try container.encode("present")
        case .missing(let reason): try container.encode("missing: \(reason)")
        }
    }

    package var isPresent: Bool { self == .present }
}
