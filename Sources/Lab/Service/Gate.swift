import Glibc
import Kernel

/// Keeps threads waiting until another opens it; open for ever after, since nobody silences its bell.
final class Gate: Sendable {
    private let bell: Bell

    init() throws(KernelError) { bell = try Bell() }

    func open() { bell.ring() }

    func wait() {
        var watched = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&watched, 1, -1) < 0 && errno == EINTR {}
    }
}
