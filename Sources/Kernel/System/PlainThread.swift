import Glibc
import Synchronization

/// A thread for straight-line code that blocks: the kernel's own, outside Swift's pool.
///
/// It is born in its maker's namespaces, so it must be made by a thread that is at home.
package final class PlainThread: Sendable {
    private let handle: Mutex<pthread_t?>

    package init(_ body: @escaping @Sendable () -> Void) throws(KernelError) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw KernelError("start a thread", errno: code)
        }
        handle = Mutex(thread)
    }

    /// Waits for its end. Only the first call does.
    package func join() {
        if let thread = taken() { pthread_join(thread, nil) }
    }

    deinit {
        if let thread = taken() { pthread_detach(thread) }
    }

    private func taken() -> pthread_t? {
        handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
    }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
}
