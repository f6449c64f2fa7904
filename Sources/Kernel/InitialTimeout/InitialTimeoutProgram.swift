import CLinux

/// Decides the initial RTO of TCP sockets, namespace by namespace: a BPF program on this process's own cgroup.
///
/// It is asked for every TCP socket of that cgroup and of those below it, and answers only for the namespaces it was told;
/// for all others it leaves things as they are. Nothing outlives its descriptors: when the process dies, however it dies,
/// the program is detached.
///
/// Needs CAP_BPF and CAP_NET_ADMIN over the machine's own user namespace, CONFIG_CGROUP_BPF, and
/// `bpf_get_netns_cookie()` in such programs (Linux 5.15).
package final class InitialTimeoutProgram: Sendable {
    private let map: Descriptor
    private let code: Descriptor
    private let link: Descriptor

    /// Namespaces of all plans that run at once; a plan has at most 100 hosts.
    private static let mostNamespaces: UInt32 = 1 << 17

    /// The map's value.
    private struct Entry {
        var jiffies: UInt64 = 0
        var answers: UInt64 = 0
    }

    package init() throws(KernelError) {
        let map = Descriptor(
            owning: try system("create a map of initial RTOs") {
                clinux_bpf_hash(
                    "tcpfault", UInt32(MemoryLayout<UInt64>.size), UInt32(MemoryLayout<Entry>.size),
                    Self.mostNamespaces)
            })
        let code = try ExtendedLoader.load(
            InitialTimeoutEncoder.encode(map: map.number), as: BPF_PROG_TYPE_SOCK_OPS, "a sock_ops program")
        let cgroup = try ControlGroup.own()
        link = Descriptor(
            owning: try system("attach a sock_ops program to a cgroup") {
                clinux_bpf_attach(code.number, cgroup.number, BPF_CGROUP_SOCK_OPS)
            })
        self.map = map
        self.code = code
    }

    /// From now on sockets of that namespace have this initial RTO; at least one jiffy. More than 120 s are cut by the
    /// kernel.
    package func answer(jiffies: Int, inNamespace cookie: UInt64) throws(KernelError) {
        var (key, entry) = (cookie, Entry(jiffies: UInt64(jiffies)))
        let number = map.number
        try system("set the initial RTO of a namespace") { clinux_bpf_hash_write(number, &key, &entry) }
    }

    /// How often the kernel was told so.
    package func answers(inNamespace cookie: UInt64) throws(KernelError) -> Int {
        var (key, entry) = (cookie, Entry())
        let number = map.number
        try system("read how often the initial RTO was asked for") { clinux_bpf_hash_read(number, &key, &entry) }
        return Int(entry.answers)
    }

    /// The namespace goes back to the kernel's own initial RTO.
    package func forget(namespace cookie: UInt64) {
        var key = cookie
        // It was never there, or it is gone now: both are right.
        _ = clinux_bpf_hash_delete(map.number, &key)
    }
}
