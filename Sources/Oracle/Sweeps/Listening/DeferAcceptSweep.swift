package import Model

/// The combinations that `defer-accept` is tried with: a client that says nothing, and a listener that is told to wait for
/// that long and to repeat its SYN+ACK that often.
package struct DeferAcceptSweep: KnobSweep, Sendable, Hashable {
    package static let laws = [DeferAcceptForecast.description.name]
    package static let scenario = "defer-accept"
    package static let label = "defer-accept"

    private static let seconds = SweepKnob.option("TCP_DEFER_ACCEPT", Array(1...60), of: .listening, oneIn: 1)
    private static let retries = SweepKnob.sysctl(PlannedListener.synackRetries, Array(0...7), of: .listening)
    private static let initial = SweepKnob.initialRTO([100, 250, 3000])
    package static let knobs = [
        seconds, retries, RequestKnobs.synCount, RequestKnobs.maximum, RequestKnobs.ownMaximum, RequestKnobs.minimum,
        initial,
    ]

    package static var grid: [[SweepKnob: Int]] {
        [1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 60].map { [seconds: $0] }
            + [1, 3, 7].flatMap { time in [0, 1, 2, 7].map { [seconds: time, retries: $0] } }
            + [[seconds: 20, retries: 0], [seconds: 5, RequestKnobs.synCount: 1]]
            + [1, 3, 8].flatMap { time in [100, 3000].map { [seconds: time, initial: $0] } }
            + [1000, 2500].map { [seconds: 7, RequestKnobs.maximum: $0] }
            + [[seconds: 15, RequestKnobs.ownMaximum: 1000], [seconds: 3, RequestKnobs.minimum: 2_000_000]]
    }

    /// The first listener and its connection are enough.
    package static func prepare(_ plan: inout Plan) {
        let listens = plan.steps.compactMap { step in
            if case .listen(let listen) = step.action { listen } else { nil }
        }
        guard let first = listens.first else { return }
        var accepted: Set<String> = []
        plan.steps.removeAll { step in
            switch step.action {
            case .listen(let listen): return listen.socket != first.socket
            case .connect(let connect): return connect.to.port != first.address.port
            case .accept(let accept):
                if accept.listener == first.socket { accepted.insert(accept.socket) }
                return accept.listener != first.socket
            default: return false
            }
        }
        plan.expectations.removeAll { expectation in
            if case .law(let claim) = expectation.claim { !accepted.contains(claim.of) } else { false }
        }
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }
}
