import Kernel
import Model
import Synchronization

/// One connect() on a thread of its own, as a program calls it that waits for each of its connections.
///
/// Threading model: the thread makes the call and notes how it ended; all else belongs to the instance's thread, which the
/// bell wakes.
final class BlockingConnect {
    struct Outcome {
        /// 0: it succeeded.
        var errno: Int32
        /// CLOCK_MONOTONIC.
        var ended: Nanoseconds
        /// How long the thread waited for a CPU meanwhile; `nil` where the kernel does not tell.
        var noticedLate: Nanoseconds?
    }

    let bell: Bell
    private let slot: Slot
    private let thread: PlainThread

    private final class Slot: Sendable {
        let outcome = Mutex<Outcome?>(nil)
    }

    /// The socket must stay open until the call has ended, or `abandon` has ended it.
    init(_ socket: StreamSocket, to address: SocketAddress) throws(KernelError) {
        try socket.setBlocking(true)
        let (bell, slot, number) = (try Bell(), Slot(), socket.descriptor)
        (self.bell, self.slot) = (bell, slot)
        thread = try PlainThread {
            let delay = RunQueueDelay()
            let before = delay.total()
            let code = StreamSocket.connect(number, address)
            let ended = Clock.monotonic()
            let waited = delay.total().flatMap { total in before.map { total - $0 } }
            slot.outcome.withLock { $0 = Outcome(errno: code, ended: ended, noticedLate: waited) }
            bell.ring()
        }
    }

    /// What became of it; `nil` while it goes on.
    var outcome: Outcome? { slot.outcome.withLock { $0 } }

    /// Ends the call, however far it is. shutdown(2) wakes whoever sleeps in connect(), which close(2) does not
    /// (`inet_shutdown()`); again and again, since a thread that has not come to its call yet is not kept from it.
    func abandon(_ socket: StreamSocket) {
        while outcome == nil {
            try? socket.shutdown(.both)
            Clock.rest(until: Clock.monotonic() + .milliseconds(1))
        }
        thread.join()
    }
}
