/// Where a program runs, as far as that decides what it may do: who it is, what confines it, and what container it is in.
///
/// Only `doctor` asks for it, to find the smallest step that closes a gap. No prediction is made from it, and no record
/// holds it.
package struct Place: Sendable, Hashable, Codable {
    /// The effective user id, as the user namespace at hand numbers it.
    package var user: Int
    package var userNamespace: Kind
    /// Effective ones, without `CAP_`, as podman, docker and Kubernetes write them: `NET_ADMIN`. In the kernel's order.
    package var capabilities: [String]
    package var seccomp: Seccomp
    /// no_new_privs: setuid programs such as newuidmap have no effect.
    package var hasNoNewPrivileges: Bool
    /// What the security module says of this process: `docker-default (enforce)`, `unconfined`, an SELinux context.
    package var confinement: String?
    package var container: Container?
    package var procSys: ProcSys
    /// Those that decide who may make namespaces and load BPF, as far as they exist here: `user.max_user_namespaces`.
    package var sysctls: [String: String]
    package var limits: Limits

    package init(
        user: Int, userNamespace: Kind = .initial, capabilities: [String] = [], seccomp: Seccomp = .off,
        hasNoNewPrivileges: Bool = false, confinement: String? = nil, container: Container? = nil,
        procSys: ProcSys = .writable, sysctls: [String: String] = [:], limits: Limits = Limits()
    ) {
        self.user = user
        self.userNamespace = userNamespace
        self.capabilities = capabilities
        self.seccomp = seccomp
        self.hasNoNewPrivileges = hasNoNewPrivileges
        self.confinement = confinement
        self.container = container
        self.procSys = procSys
        self.sysctls = sysctls
        self.limits = limits
    }

    package enum Kind: String, Sendable, Hashable, Codable {
        /// The machine's own.
        case initial
        /// One inside of it, such as that of a rootless container.
        case nested
    }

    package enum Seccomp: String, Sendable, Hashable, Codable {
        case off
        case strict
        case filter
    }

    /// How /proc/sys is mounted. Whoever is not root of the network namespace cannot write it in any case.
    package enum ProcSys: String, Sendable, Hashable, Codable {
        case writable
        /// Read-only, but for /proc/sys/net, which is all that is needed.
        case netWritable = "net-writable"
        case readOnly = "read-only"
        /// There is none.
        case absent

        package var isNetWritable: Bool { self == .writable || self == .netWritable }
    }

    package struct Container: Sendable, Hashable, Codable {
        /// `podman`, `docker`, `kubernetes`, `systemd-nspawn`, `lxc`, `bubblewrap`, or what the container calls itself.
        package var kind: String
        /// By what it was known: `/run/.containerenv`.
        package var sign: String

        package init(kind: String, sign: String) {
            self.kind = kind
            self.sign = sign
        }
    }

    /// Hard limits; absent: none.
    package struct Limits: Sendable, Hashable, Codable {
        /// Descriptors of a process.
        package var nofile: Int?
        /// Processes and threads of a user.
        package var nproc: Int?

        package init(nofile: Int? = nil, nproc: Int? = nil) {
            self.nofile = nofile
            self.nproc = nproc
        }
    }

    /// The sysctls that are looked at.
    package static let keys = [
        "user.max_user_namespaces", "user.max_net_namespaces", "kernel.unprivileged_userns_clone",
        "kernel.apparmor_restrict_unprivileged_userns", "kernel.unprivileged_bpf_disabled",
    ]

    package func integer(_ key: String) -> Int? { sysctls[key].flatMap { Int($0) } }

    package func holds(_ capability: String) -> Bool { capabilities.contains(capability) }

    /// What the runner needs to work without a user namespace of its own.
    package static let rootCapabilities = ["NET_ADMIN", "NET_RAW", "SYS_ADMIN"]

    package var lacking: [String] { Self.rootCapabilities.filter { !holds($0) } }
}
