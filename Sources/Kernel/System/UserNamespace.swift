import CLinux
import Glibc

/// The way an ordinary user gets to own network namespaces.
package enum UserNamespace {
    /// Whether the caller may do what root does in the machine's own user namespace: effective CAP_SYS_ADMIN,
    /// CAP_NET_ADMIN and CAP_NET_RAW.
    package static func holdsCapabilities() -> Bool {
        guard let status = try? TextFile.read("/proc/thread-self/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
            let mask = UInt64(line.dropFirst(7).filter { !$0.isWhitespace }, radix: 16)
        else { return false }
        let needed: UInt64 = 1 << 12 | 1 << 13 | 1 << 21
        return mask & needed == needed
    }

    /// Enters a new user namespace and maps the caller to root in it.
    ///
    /// Must be the program's first act: a process with more than one thread is refused (EINVAL, user_namespaces(7)).
    package static func enter() throws(KernelError) {
        let user = getuid()
        let group = getgid()
        try system("create a user namespace") { clinux_unshare(CLINUX_CLONE_NEWUSER) }
        // A kernel from before 3.19 has no setgroups file and needs no denial.
        if access("/proc/self/setgroups", F_OK) == 0 { try TextFile.write("/proc/self/setgroups", "deny") }
        try TextFile.write("/proc/self/uid_map", "0 \(user) 1")
        try TextFile.write("/proc/self/gid_map", "0 \(group) 1")
    }
}
