import CLinux
import Glibc

/// Whether a seccomp filter denies the calls that namespaces take: asked in a way in which the kernel itself would not.
enum SystemCallProbe {
    /// In words; `nil` where none is, as far as can be told: a filter may look at the flags.
    static func denied() -> String? {
        var names: [String] = []
        // Nothing to unshare is always granted (unshare(2)).
        if clinux_unshare(0) != 0 { names.append("unshare(2)") }
        // There is no such descriptor, and the kernel looks at it first of all.
        if clinux_setns(-1, CLINUX_CLONE_NEWNET) != 0, errno != EBADF { names.append("setns(2)") }
        if names.isEmpty { return nil }
        return "a seccomp filter denies \(names.joined(separator: " and "))"
    }
}
