import Glibc
package import Model
import Synchronization

/// Standard output, one whole line at a time, from any thread.
package final class RunnerOutput: MessageSink {
    private let turn = Mutex(())
    private let descriptor: Int32

    package init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// A message that cannot be written has lost its reader; the end of the input will tell.
    package func send(_ message: RunnerMessage) {
        guard let line = try? RunnerCodec.line(message) else { preconditionFailure("bug: a message without JSON") }
        turn.withLock { _ in
            var written = 0
            while written < line.count {
                let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
