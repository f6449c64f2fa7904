import Kernel
import Model

/// Follows the states of a run's connections, at both ends, and writes down each change. Belongs to the instance's thread.
///
/// Nobody announces a state, so the kernel is asked: whenever something has happened, and in silence the less often the
/// longer it lasts. What ends a silence is a timer as long as the silence, and the granule of such a timer is an eighth
/// to a sixty-fourth of its length (`TimerWheel`): a look after each sixty-fourth never blurs more than the timer does.
final class StateWatcher {
    private struct End: Hashable {
        var host: String
        var local: SocketAddress
        var remote: SocketAddress
    }

    private struct Sight {
        var state: String
        /// Before the kernel was asked: it answers at some time after that.
        var asked: Nanoseconds
    }

    private let plan: Plan
    private let laboratory: Laboratory
    private let endpoints: Endpoints
    private let reactor: Reactor
    private let timeline: Timeline
    private var sights: [End: Sight] = [:]
    private var lastLook = Nanoseconds.zero
    /// When something last happened: a packet, the end of a call, a change of state.
    private var stirred = Nanoseconds.zero
    private var happenings = 0
    /// When the reactor has been asked to wake.
    private var due: Nanoseconds?

    /// A plan with more connections is about numbers, not about the life of one.
    private static let most = 32
    /// Between two looks.
    private static let shortest = Nanoseconds.milliseconds(2)
    private static let longest = Nanoseconds.seconds(1)
    private static let share: Int64 = 64

    init(
        _ plan: Plan, _ laboratory: Laboratory, _ endpoints: Endpoints, _ reactor: Reactor, _ timeline: Timeline
    ) {
        self.plan = plan
        self.laboratory = laboratory
        self.endpoints = endpoints
        self.reactor = reactor
        self.timeline = timeline
    }

    /// Call it whenever something may have happened; it asks the kernel only when that is due.
    func attend() throws {
        let now = Clock.monotonic()
        if timeline.packets.count + endpoints.callsEnded != happenings {
            guard now - lastLook >= Self.shortest else { return wake(at: lastLook + Self.shortest) }
            stirred = now
        } else if let due, now < due {
            return
        }
        try look()
        let pause = max(Self.shortest, min(Self.longest, Nanoseconds((lastLook - stirred).value / Self.share)))
        wake(at: lastLook + pause)
    }

    /// Asks the kernel now.
    func look() throws {
        lastLook = Clock.monotonic()
        for end in ends {
            let before = sights[end]
            let asked = timeline.now()
            let found = try laboratory.host(end.host).socket(end.local, end.remote)?.state
            // Nothing is gone that never was there.
            guard let state = found ?? (before == nil ? nil : StateEvent.gone) else { continue }
            if state != before?.state {
                stirred = lastLook
                timeline.add(
                    .state(
                        StateEvent(
                            host: end.host, local: end.local, remote: end.remote, state: state,
                            unseenSince: before?.asked)))
            }
            sights[end] = Sight(state: state, asked: asked)
        }
        happenings = timeline.packets.count + endpoints.callsEnded
    }

    private func wake(at time: Nanoseconds) {
        if let due, due <= time, due > Clock.monotonic() { return }
        due = time
        reactor.once(at: time) {}
    }

    /// Both ends of every connection that a name stands for, and the server's end of one that is made up.
    private var ends: [End] {
        if endpoints.ends.count > Self.most { return [] }
        var ends: [End] = []
        for own in endpoints.ends.values {
            guard let remote = own.remote, own.local.port != 0 else { continue }
            ends.append(End(host: own.host, local: own.local, remote: remote))
            if let peer = plan.owner(of: remote.address) {
                ends.append(End(host: peer, local: remote, remote: own.local))
            }
        }
        for step in plan.steps {
            guard case .inject(let inject) = step.action, inject.count == 1, inject.sources == 1,
                let peer = plan.owner(of: inject.to.address)
            else { continue }
            ends.append(End(host: peer, local: inject.to, remote: inject.source(0)))
        }
        let distinct = Set(ends)
        return distinct.count > Self.most
            ? [] : distinct.sorted { ($0.host, $0.remote.port) < ($1.host, $1.remote.port) }
    }
}
