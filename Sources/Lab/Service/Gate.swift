import Glibc

/// Keeps one thread waiting until another opens it; open for ever after.
final class Gate: @unchecked Sendable {
    // Unchecked: POSIX semaphores are made to be used from several threads; the pointer never changes.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        let code = sem_init(semaphore, 0, 0)
        precondition(code == 0, "bug: sem_init")
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func open() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0 && errno == EINTR {}
    }
}
