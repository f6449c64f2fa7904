import Model

/// Connections still to be taken off a listener's queue.
final class Acceptance {
    let step: Accept
    let listener: Endpoint
    /// The place on the timeline of the accept() that is going on. Where everything is taken that comes, a call is
    /// written down when there is something for it.
    var pending: Int?
    var taken = 0
    /// Gave up, or was closed.
    var isOver = false

    init(_ step: Accept, _ listener: Endpoint) {
        self.step = step
        self.listener = listener
    }

    var isDone: Bool { isOver || taken == step.count }

    /// Whether a socket of that name, or the last of several, is still to come.
    func owes(_ name: String) -> Bool {
        !isDone && (name == step.socket || name.hasPrefix("\(step.socket)#"))
    }

    /// What the connection that comes next will be called.
    var nextName: String { step.count == 1 ? step.socket : "\(step.socket)#\(taken + 1)" }
}
