import Model

/// The smallest step that closes a gap in this place. It names options as podman, docker and Kubernetes do.
struct Remedy {
    /// Why the feature is missing: it ends with the errno's symbol where a call failed.
    let reason: String
    let privilege: Privilege
    let place: Place?

    func step(for feature: Feature) -> String {
        switch feature {
        case .networkNamespaces: namespaces
        case .sysctlWriting: procSys
        case .veth: kernel("CONFIG_VETH", "veth")
        case .clsact: kernel("CONFIG_NET_SCH_INGRESS", "sch_ingress")
        case .classicFilter: kernel("CONFIG_NET_CLS_BPF", "cls_bpf")
        case .socketDiagnostics: kernel("CONFIG_INET_DIAG", "tcp_diag")
        case .packetSockets: kernel("CONFIG_PACKET", "af_packet")
        case .ethtoolNetlink: kernel("CONFIG_ETHTOOL_NETLINK, from 5.6 on", nil)
        case .extendedFilter, .socketOperations: bpf(feature)
        }
    }

    private func failed(_ symbols: String...) -> Bool { symbols.contains { reason.contains("(\($0))") } }

    private var isRefused: Bool { failed("EPERM", "EACCES", "ENOSYS") }

    private var kind: String? { place?.container?.kind }

    // MARK: Namespaces

    private var namespaces: String {
        guard let place else { return "a kernel with CONFIG_NET_NS" }
        if failed("ENOSPC", "EUSERS") { return limit(place) }
        if failed("EAGAIN") { return ulimit("nproc", "processes and threads", "LimitNPROC=") }
        if failed("EMFILE") { return ulimit("nofile", "descriptors", "LimitNOFILE=") }
        if failed("EINVAL") {
            return reason.contains("user namespace")
                ? "a kernel with CONFIG_USER_NS, or run as root" : "a kernel with CONFIG_NET_NS"
        }
        if place.integer("kernel.apparmor_restrict_unprivileged_userns") == 1 {
            return "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for tcpfault-run "
                + "with the rule 'userns,', or run as root"
        }
        if place.integer("kernel.unprivileged_userns_clone") == 0 {
            return "sysctl -w kernel.unprivileged_userns_clone=1, or run as root"
        }
        if reason.contains("seccomp") { return seccomp }
        return "\(capabilities(place)) (no seccomp filter was seen to refuse it: then lacking capabilities, a security "
            + "module or a chroot do)"
    }

    /// Whoever asks for a namespace is counted in each user namespace above, too (namespaces(7)).
    private func limit(_ place: Place) -> String {
        let key = reason.contains("user namespace") ? "user.max_user_namespaces" : "user.max_net_namespaces"
        let orRoot = key.hasPrefix("user.max_user") && place.userNamespace == .initial ? ", or run as root" : ""
        guard let value = place.integer(key), value == 0 else {
            return "raise \(key) in a user namespace around this one, where the limit is\(orRoot)"
        }
        return "sysctl -w \(key)=1000, as root of the user namespace in which it is 0\(orRoot)"
    }

    private func ulimit(_ name: String, _ what: String, _ setting: String) -> String {
        let option =
            kind == "podman" || kind == "docker"
            ? "\(kind ?? "") run --ulimit \(name)=…" : "\(setting) of a systemd unit"
        return "a higher hard limit of \(what) (\(option))"
    }

    private var seccomp: String {
        switch kind {
        case "podman", "docker":
            "\(kind ?? "") run --security-opt seccomp=unconfined, or =PROFILE.json that allows unshare and setns"
        case "kubernetes":
            "securityContext.seccompProfile: {type: Unconfined}, or a Localhost profile that allows unshare and setns"
        case "systemd-nspawn": "systemd-nspawn --system-call-filter='unshare setns'"
        default: "allow unshare(2) and setns(2) in the seccomp filter (of a systemd unit: RestrictNamespaces=no)"
        }
    }

    private func capabilities(_ place: Place) -> String {
        let lacking = place.lacking
        if lacking.isEmpty { return "allow unshare(2) and setns(2)" }
        switch kind {
        case "podman", "docker":
            return "\(kind ?? "") run \(lacking.map { "--cap-add \($0)" }.joined(separator: " ")) as root"
        case "kubernetes":
            return "securityContext: {runAsUser: 0, capabilities: {add: [\(lacking.joined(separator: ", "))]}}"
        case "systemd-nspawn":
            return "systemd-nspawn --capability=\(lacking.map { "CAP_\($0)" }.joined(separator: ","))"
        default: return "run as root with \(lacking.map { "CAP_\($0)" }.joined(separator: ", "))"
        }
    }

    // MARK: /proc/sys

    private var procSys: String {
        if place?.procSys == .absent { return "mount /proc" }
        switch kind {
        case "podman": return "podman run --security-opt unmask=/proc/sys"
        case "docker": return "docker run --security-opt systempaths=unconfined"
        case "kubernetes": return "securityContext.procMount: Unmasked (with spec.hostUsers: false)"
        case "systemd-nspawn": return "SYSTEMD_NSPAWN_API_VFS_WRITABLE=network in the environment of systemd-nspawn"
        case "bubblewrap": return "bwrap --proc /proc, behind the binds"
        default:
            if failed("EPERM", "EACCES") { return "let the security module allow writing below /proc/sys/net" }
            return "mount -o remount,bind,rw /proc/sys as root, or leave out what made it so (of a systemd unit: "
                + "ProtectKernelTunables=no; of bubblewrap: --proc /proc behind the binds)"
        }
    }

    // MARK: The kernel

    private func kernel(_ option: String, _ module: String?) -> String {
        if isRefused, let place, place.user == 0, !place.lacking.isEmpty { return capabilities(place) }
        if isRefused, place?.seccomp == .filter {
            return "let the seccomp filter allow sockets of AF_NETLINK and AF_PACKET (of a systemd unit: "
                + "RestrictAddressFamilies=)"
        }
        if failed("EPERM", "EACCES") { return "let the security module allow it" }
        guard let module else { return "a kernel with \(option)" }
        let outside = place?.container == nil ? "" : " outside of the container"
        return place == nil
            ? "a kernel with \(option)" : "modprobe \(module)\(outside), as root, or a kernel with \(option)"
    }

    private func bpf(_ feature: Feature) -> String {
        let isProgram = feature == .socketOperations
        if let place, place.user == 0, place.userNamespace == .initial, !place.lacking.isEmpty {
            return capabilities(place)
        }
        if privilege == .userNamespace || place?.userNamespace == .nested {
            return "run as root of the machine"
        }
        if failed("EPERM"), let place, !place.holds("BPF"), !place.holds("SYS_ADMIN") {
            return kind == "podman" || kind == "docker" ? "\(kind ?? "") run --cap-add BPF" : "add CAP_BPF"
        }
        if failed("EPERM"), place?.seccomp == .filter {
            return kind == "systemd-nspawn"
                ? "systemd-nspawn --system-call-filter=bpf" : "allow bpf(2) in the seccomp filter"
        }
        return isProgram
            ? "a kernel from 5.15 with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF, and a cgroup (version 2) of this process "
                + "that can be seen"
            : "a kernel with CONFIG_BPF_SYSCALL"
    }
}
