import Glibc

/// A call that the kernel refused: what was attempted, on what, the errno, and the kernel's own words where it gave any.
package struct KernelError: Error, Sendable, Equatable {
    /// The attempt in words a user knows: `create veth to-server`, `write net.ipv4.tcp_syn_retries=0`.
    package var attempt: String
    package var errno: Int32
    /// The extended acknowledgement of netlink, or the verifier's log.
    package var kernelSays: String?

    package init(_ attempt: String, errno: Int32, kernelSays: String? = nil) {
        self.attempt = attempt
        self.errno = errno
        self.kernelSays = kernelSays
    }

    /// `ETIMEDOUT`; the number where it has no well-known name.
    package var symbol: String { Errno.symbol(errno) }
}

extension KernelError: CustomStringConvertible {
    package var description: String {
        let words = kernelSays.map { "; the kernel says: \($0)" } ?? ""
        return "cannot \(attempt): \(String(cString: strerror(errno))) (\(symbol))\(words)"
    }
}

/// The names of errnos, as scenarios and records write them.
package enum Errno {
    private static let names: [(Int32, String)] = [
        (EPERM, "EPERM"), (ENOENT, "ENOENT"), (EINTR, "EINTR"), (EIO, "EIO"), (EBADF, "EBADF"), (EAGAIN, "EAGAIN"),
        (ENOMEM, "ENOMEM"), (EACCES, "EACCES"), (EBUSY, "EBUSY"), (EEXIST, "EEXIST"), (ENODEV, "ENODEV"),
        (EINVAL, "EINVAL"), (ENFILE, "ENFILE"), (EMFILE, "EMFILE"), (ENOSPC, "ENOSPC"), (EROFS, "EROFS"),
        (EPIPE, "EPIPE"), (ERANGE, "ERANGE"), (ENOSYS, "ENOSYS"), (ENODATA, "ENODATA"), (EPROTO, "EPROTO"),
        (EOVERFLOW, "EOVERFLOW"), (EMSGSIZE, "EMSGSIZE"), (ENOPROTOOPT, "ENOPROTOOPT"),
        (EPROTONOSUPPORT, "EPROTONOSUPPORT"), (EOPNOTSUPP, "EOPNOTSUPP"), (EAFNOSUPPORT, "EAFNOSUPPORT"),
        (EADDRINUSE, "EADDRINUSE"), (EADDRNOTAVAIL, "EADDRNOTAVAIL"), (ENETDOWN, "ENETDOWN"),
        (ENETUNREACH, "ENETUNREACH"), (ECONNABORTED, "ECONNABORTED"), (ECONNRESET, "ECONNRESET"),
        (ENOBUFS, "ENOBUFS"), (EISCONN, "EISCONN"), (ENOTCONN, "ENOTCONN"), (ETIMEDOUT, "ETIMEDOUT"),
        (ECONNREFUSED, "ECONNREFUSED"), (EHOSTDOWN, "EHOSTDOWN"), (EHOSTUNREACH, "EHOSTUNREACH"),
        (EALREADY, "EALREADY"), (EINPROGRESS, "EINPROGRESS"), (ECANCELED, "ECANCELED"), (EDOM, "EDOM"),
        (E2BIG, "E2BIG"), (ELOOP, "ELOOP"), (EUSERS, "EUSERS"), (ENXIO, "ENXIO"), (ESRCH, "ESRCH"),
    ]

    package static func symbol(_ code: Int32) -> String {
        names.first { $0.0 == code }?.1 ?? "errno \(code)"
    }
}

/// Runs a call that answers −1 on failure; repeats it on EINTR. Nothing runs between the call and reading `errno`.
///
/// EBADF and EFAULT mean that the harness itself is wrong: they trap.
@discardableResult
package func system<Result: FixedWidthInteger>(
    _ attempt: @autoclosure () -> String, _ call: () -> Result
) throws(KernelError) -> Result {
    while true {
        let result = call()
        guard result == -1 else { return result }
        let code = errno
        if code == EINTR { continue }
        precondition(code != EBADF && code != EFAULT, "bug: \(attempt()): \(Errno.symbol(code))")
        throw KernelError(attempt(), errno: code)
    }
}
