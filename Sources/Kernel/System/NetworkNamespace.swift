import CLinux
import Glibc

/// An anonymous network namespace, held by a descriptor and by nothing else: no name, no mount.
///
/// When the last descriptor closes (at the latest when the process dies, however it dies) the kernel removes the
/// namespace with its interfaces, qdiscs and filters.
package struct NetworkNamespace: ~Copyable, Sendable {
    package let descriptor: Descriptor

    /// `unshare(CLONE_NEWNET)` on a fresh thread.
    package init() throws {
        let number = try FreshThread.run {
            try system("create a network namespace") { clinux_unshare(CLINUX_CLONE_NEWNET) }
            // /proc/self would be the main thread's namespace.
            return try Descriptor.open("/proc/thread-self/ns/net", O_RDONLY).take()
        }
        descriptor = Descriptor(owning: number)
    }

    /// A factory of descriptors: a fresh thread enters, `body` opens what it needs, the thread ends.
    ///
    /// Sockets and files of /proc/sys/net keep the namespace they were opened in, so nobody has to go back.
    package borrowing func visit<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        let number = descriptor.number
        return try FreshThread.run {
            try system("enter a network namespace") { clinux_setns(number, CLINUX_CLONE_NEWNET) }
            return try body()
        }
    }

    /// The number by which BPF programs know it, never used again until the next boot (SO_NETNS_COOKIE, Linux 5.14).
    package borrowing func cookie() throws -> UInt64 {
        try visit {
            let attempt = "read the cookie of a network namespace"
            let socket = try Descriptor.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0, attempt)
            let number = socket.number
            var cookie: UInt64 = 0
            try system(attempt) { clinux_namespace_cookie(number, &cookie) }
            return cookie
        }
    }
}
