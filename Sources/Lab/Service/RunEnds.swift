import Synchronization

/// The runs that have ended, handed from their threads to the serving one.
final class RunEnds: Sendable {
    struct End: Sendable {
        var instance: String
        var folder: String
        /// Why there is no record.
        var trouble: String?
    }

    private let ends = Mutex<[End]>([])

    func add(_ end: End) { ends.withLock { $0.append(end) } }

    func take() -> [End] {
        ends.withLock { ends in
            defer { ends = [] }
            return ends
        }
    }
}
