import Glibc

/// Owns a file descriptor and closes it at the end of its life.
///
/// Noncopyable: it does not go into tuples, arrays, tasks or continuations. Hold it as an optional in its owner.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes ownership of an open descriptor.
    package init(owning number: Int32) {
        precondition(number >= 0, "bug: no descriptor")
        self.number = number
    }

    deinit { close(number) }

    /// Gives the number away; the receiver closes it.
    package consuming func take() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// `open(2)`, always with O_CLOEXEC.
    package static func open(_ path: String, _ flags: Int32, _ attempt: String? = nil) throws(KernelError) -> Descriptor
    {
        Descriptor(owning: try system(attempt ?? "open \(path)") { Glibc.open(path, flags | O_CLOEXEC) })
    }

    /// `socket(2)`, always with SOCK_CLOEXEC. It belongs to the network namespace of the calling thread for good.
    package static func socket(
        _ family: Int32, _ type: Int32, _ number: Int32, _ attempt: String
    ) throws(KernelError) -> Descriptor {
        Descriptor(
            owning: try system(attempt) {
                Glibc.socket(family, type | Int32(bitPattern: SOCK_CLOEXEC.rawValue), number)
            })
    }
}
