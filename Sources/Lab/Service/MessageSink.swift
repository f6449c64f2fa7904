package import Model

/// Where a service's messages go, from any thread.
package protocol MessageSink: Sendable {
    func send(_ message: RunnerMessage)
}
