import Model

/// How long the queues of listeners got, where a run is about that: elsewhere nobody looks often enough to know.
struct QueueComparison {
    private(set) var changes: [Change] = []

    init(_ before: ComparedPair.One, _ after: ComparedPair.One, _ laws: LawChanges) {
        guard before.record.plan.isAboutQueues else { return }
        let listeners = before.record.plan.steps.compactMap { step -> String? in
            if case .listen(let listen) = step.action { listen.socket } else { nil }
        }
        for listener in listeners {
            for kind in QueueKind.allCases {
                let (old, new) = (Self.peak(kind, listener, before), Self.peak(kind, listener, after))
                guard let old, let new, old != new else { continue }
                let law = laws.pairs.lazy.filter { $0.claim.of == listener }.compactMap(\.explanation).first
                changes.append(
                    Change(
                        .queue, "longest \(kind.rawValue) queue of \(listener)", before: "\(old)", after: "\(new)",
                        law ?? .unexplained))
            }
        }
    }

    /// The greatest length that two looks in a row found: what is shorter than the pause between looks is seen by chance.
    private static func peak(_ kind: QueueKind, _ listener: String, _ one: ComparedPair.One) -> Int? {
        let lengths = one.evidence.queueSamples(of: listener).map { sample in
            kind == .accept ? sample.queue.accepted : sample.queue.halfOpen
        }
        return zip(lengths, lengths.dropFirst()).map { min($0, $1) }.max()
    }
}
