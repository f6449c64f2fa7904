import Kernel
import Model

/// Looks at the queues of the listeners that a run has. Belongs to the instance's thread.
final class QueueSampler {
    private let plan: Plan
    private let laboratory: Laboratory
    private let endpoints: Endpoints
    private let timeline: Timeline
    /// Host → counter → where it stood when the run began.
    private let before: [String: [String: Int64]]
    /// The latest sample of each listener.
    private(set) var latest: [String: QueueSample] = [:]

    /// Between two looks in a run whose plan is about queues.
    static let period = Nanoseconds.milliseconds(50)

    init(
        _ plan: Plan, _ laboratory: Laboratory, _ endpoints: Endpoints, _ timeline: Timeline,
        before: [String: [String: Int64]]
    ) {
        self.plan = plan
        self.laboratory = laboratory
        self.endpoints = endpoints
        self.timeline = timeline
        self.before = before
    }

    enum Interest {
        case everything
        /// Only queues whose length or limit is another than at the last look are written down.
        case changes
    }

    /// Every listener that is there now. The kernel is asked in the order that `QueueSample` names.
    func sample(_ interest: Interest = .everything) throws {
        let listeners = endpoints.listeners
        latest = latest.filter { name, _ in listeners.contains { $0.name == name } }
        for host in plan.hosts {
            let own = listeners.filter { $0.host == host.name }
            guard !own.isEmpty else { continue }
            let place = try laboratory.host(host.name)
            let halfOpen = try place.halfOpen(
                plan.family, initialRTO: plan.installedInitialRTO ?? .seconds(1))
            let states = try place.listening(plan.family)
            let counters = growth(of: try place.watchedCounters(), on: host.name)
            for listener in own {
                guard let local = listener.socket.local, let state = states.first(where: { $0.local == local })
                else { continue }
                let sample = QueueSample(
                    host: host.name, listener: listener.name, halfOpen: halfOpen[local.port] ?? 0,
                    accepted: state.receiveQueue, limit: state.sendQueue, counters: counters)
                let previous = latest.updateValue(sample, forKey: listener.name)
                if interest == .everything || !sample.isAsLong(as: previous) { timeline.add(.queue(sample)) }
            }
        }
    }

    private func growth(of now: [String: Int64], on host: String) -> [String: Int64] {
        let before = before[host] ?? [:]
        return QueueSample.watched.reduce(into: [:]) { growth, name in
            if let value = now[name], let start = before[name] { growth[name] = value - start }
        }
    }
}

extension QueueSample {
    fileprivate func isAsLong(as other: QueueSample?) -> Bool {
        halfOpen == other?.halfOpen && accepted == other?.accepted && limit == other?.limit
    }

    func length(_ kind: QueueKind) -> Int {
        switch kind {
        case .accept: accepted
        case .halfOpen: halfOpen
        }
    }
}
