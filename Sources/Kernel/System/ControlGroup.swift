import CLinux
import Glibc

/// The cgroup (version 2) that the calling process is in.
package enum ControlGroup {
    /// Its folder, for BPF programs to be attached to.
    ///
    /// Found through a mount of its own that nobody else sees, so it does not matter whether and where the machine has
    /// mounted the hierarchy, nor that a guest has not. A hierarchy that nobody has mounted yet holds every process in its
    /// root (cgroups(7)).
    package static func own() throws(KernelError) -> Descriptor {
        let hierarchy = Descriptor(owning: try system("mount cgroup2") { clinux_mount_cgroups() })
        let path = try path()
        let root = hierarchy.number
        return Descriptor(
            owning: try system("open the cgroup \(path)") {
                openat(root, ".\(path)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            })
    }

    /// The line `0::/PATH`, relative to the root of the cgroup namespace.
    private static func path() throws(KernelError) -> String {
        let lines = try TextFile.read("/proc/thread-self/cgroup").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("0::/") }) else {
            throw KernelError("find the cgroup of this process", errno: ENOENT)
        }
        let path = line.dropFirst("0::".count)
        guard !path.hasPrefix("/..") else {
            throw KernelError("reach the cgroup \(path), which is outside of its cgroup namespace", errno: ENOENT)
        }
        return String(path)
    }
}
