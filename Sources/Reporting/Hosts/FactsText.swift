package import Model
import Oracle

/// What `doctor` says: what works here, and the smallest step to get the rest.
package struct FactsText {
    private let facts: Facts
    private let paint: Paint

    package init(_ facts: Facts, paint: Paint = .none) {
        self.facts = facts
        self.paint = paint
    }

    package var lines: [String] {
        let hertz = 1_000_000_000 / max(1, facts.tick.value)
        var lines = [
            "kernel       \(facts.kernel) (\(facts.machine)), tick \(facts.tick) (HZ \(hertz))",
            "privileges   \(facts.privilege.words)",
            "descriptors  at most \(facts.descriptors) a process",
            "sysctls      \(facts.sysctls.count) below net. in a fresh network namespace",
        ]
        if let memory = facts.memory { lines.append("memory       \(Count.text(memory >> 20)) MiB") }
        if let sizes = facts.objectSizes, !sizes.isEmpty {
            let words = sizes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            lines += paint.lines("\(words) bytes", first: "objects      ")
        }
        lines.append("")
        var table = TextTable(["feature", "here", ""])
        for feature in Feature.allCases {
            switch facts.availability(feature) {
            case .present: table.rows.append([feature.rawValue, "yes", feature.use])
            case .missing(let reason): table.rows.append([feature.rawValue, "no", "\(feature.use): \(reason)"])
            }
        }
        lines += table.lines(width: paint.width) { row, column, text in
            if row < 0 { return paint.dim(text) }
            return column == 1 ? paint.verdict(text == "yes" ? .pass : .fail, text) : text
        }
        let advice = Feature.allCases.compactMap { feature -> String? in
            if facts.availability(feature).isPresent { return nil }
            return "\(feature.rawValue): \(feature.remedy(facts.privilege))"
        }
        if advice.isEmpty { return lines + ["", "Everything that scenarios need is here."] }
        return lines + ["", "To get the rest:"] + advice.flatMap { paint.lines($0, first: "  ") }
    }
}

extension Privilege {
    var words: String {
        switch self {
        case .root: "root over this machine's own user namespace"
        case .userNamespace: "an ordinary user, inside a user namespace of their own"
        }
    }
}

extension Feature {
    /// What it is for.
    var use: String {
        switch self {
        case .networkNamespaces: "hosts"
        case .veth: "the links between hosts"
        case .clsact: "the place where faults sit"
        case .classicFilter: "the faults"
        case .extendedFilter: "the nth packet within a burst"
        case .socketOperations: "another initial RTO"
        case .socketDiagnostics: "states, queues and timers of sockets"
        case .packetSockets: "the capture"
        case .ethtoolNetlink: "offloads switched off"
        }
    }

    /// The smallest step that provides it.
    func remedy(_ privilege: Privilege) -> String {
        switch self {
        case .networkNamespaces:
            privilege == .root
                ? "run outside of a container, or with CAP_SYS_ADMIN (docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN)"
                : "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0, "
                    + "AppArmor's kernel.apparmor_restrict_unprivileged_userns=0), or run as root"
        case .veth: "a kernel with CONFIG_VETH (modprobe veth)"
        case .clsact: "a kernel with CONFIG_NET_SCH_INGRESS (modprobe sch_ingress)"
        case .classicFilter: "a kernel with CONFIG_NET_CLS_BPF (modprobe cls_bpf)"
        case .extendedFilter:
            privilege == .root
                ? "a kernel with CONFIG_BPF_SYSCALL, and CAP_BPF"
                : "run as root; without it, single packets are still taken by watching the capture"
        case .socketOperations:
            privilege == .root
                ? "a kernel from 5.15 with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF, CAP_BPF and CAP_NET_ADMIN"
                : "run as root"
        case .socketDiagnostics: "a kernel with CONFIG_INET_DIAG (modprobe tcp_diag)"
        case .packetSockets: "a kernel with CONFIG_PACKET (modprobe af_packet)"
        case .ethtoolNetlink: "a kernel from 5.6 with CONFIG_ETHTOOL_NETLINK"
        }
    }
}
