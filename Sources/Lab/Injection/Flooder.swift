import CLinux
import Glibc
import Kernel
import Model
import Synchronization

/// Sends the frames of one `inject` from a thread of its own, which does nothing else: neither a flood nor its pace
/// holds up the instance, and the instance does not hold up the flood.
///
/// It ends by itself at the plan's count or its time limit, whichever comes first, and at any time when it is cancelled.
final class Flooder: Sendable {
    struct End: Sendable {
        /// CLOCK_MONOTONIC.
        var at: Nanoseconds
        /// A refusal that a pause does not mend.
        var trouble: KernelError?
    }

    private let progress: Progress
    private let thread: PlainThread

    private final class Progress: Sendable {
        let sent = Atomic(0)
        let isCancelled = Atomic(false)
        let end = Mutex<End?>(nil)
    }

    /// Frames of one system call.
    private static let batch = 64
    /// When the kernel has no room.
    private static let breather = Nanoseconds.microseconds(200)

    /// Begins at once; the bell rings at the end. The socket is bound to the interface that the frames leave by.
    init(_ inject: Inject, _ frames: FrameBuilder, by socket: RawSocket, bell: Bell) throws(KernelError) {
        let progress = Progress()
        self.progress = progress
        thread = try PlainThread {
            let trouble = Self.flood(inject, frames, socket, progress)
            // Inside the lock, so that whoever finds no end there looked before it.
            progress.end.withLock { $0 = End(at: Clock.monotonic(), trouble: trouble) }
            bell.ring()
        }
    }

    /// Frames that the kernel has taken so far.
    var sent: Int { progress.sent.load(ordering: .relaxed) }

    /// `nil`: it goes on.
    var end: End? { progress.end.withLock { $0 } }

    /// Returns when the thread has ended: after a batch, or a pause of 10 ms, at the latest.
    func cancel() {
        progress.isCancelled.store(true, ordering: .relaxed)
        thread.join()
    }

    private static func flood(
        _ inject: Inject, _ frames: FrameBuilder, _ socket: RawSocket, _ progress: Progress
    ) -> KernelError? {
        let length = frames.length
        let space = UnsafeMutableRawPointer.allocate(byteCount: batch * length, alignment: 64)
        defer { space.deallocate() }
        frames.fill(space, count: batch)
        let begin = Clock.monotonic()
        let limit = begin + inject.atMost
        var pace = inject.rate.map { Pace(rate: $0, from: begin) }
        var sent = 0
        while sent < inject.count, !progress.isCancelled.load(ordering: .relaxed) {
            let now = Clock.monotonic()
            guard now < limit else { break }
            let wanted = min(batch, inject.count - sent, pace?.room(at: now) ?? batch)
            guard wanted > 0 else {
                Clock.rest(until: min(pace?.pause(at: now) ?? limit, limit))
                continue
            }
            for slot in 0..<wanted { frames.patch(sent + slot, space + slot * length) }
            do {
                let taken = try system("send frames") {
                    clinux_send_frames(socket.number, space, UInt32(length), UInt32(wanted))
                }
                sent += Int(taken)
                pace?.took(Int(taken))
                progress.sent.store(sent, ordering: .relaxed)
            } catch  where [ENOBUFS, EAGAIN].contains(error.errno) {
                Clock.rest(until: min(now + breather, limit))
            } catch {
                return error
            }
        }
        return nil
    }
}
