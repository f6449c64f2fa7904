import Kernel
import Model

/// The `inject` steps of a run that go on, put on its timeline. Belongs to the instance's thread; each step's flooder
/// has its own.
final class Injections {
    private let plan: Plan
    private let laboratory: Laboratory
    private let reactor: Reactor
    private let timeline: Timeline
    private var going: [Int: Injection] = [:]
    private var sockets: [RawSocket] = []

    /// From one word about how far it has got to the next.
    private static let period = Nanoseconds.milliseconds(100)

    private struct Injection {
        var inject: Inject
        var flooder: Flooder
        var bell: Bell
    }

    init(_ plan: Plan, _ laboratory: Laboratory, _ reactor: Reactor, _ timeline: Timeline) {
        self.plan = plan
        self.laboratory = laboratory
        self.reactor = reactor
        self.timeline = timeline
    }

    func isOver(_ step: Int) -> Bool { going[step] == nil }

    var areOver: Bool { going.isEmpty }

    /// `isOver` tells the end. `numbers` are what all segments bear in place of their own.
    func begin(_ inject: Inject, _ step: Int, _ numbers: FrameBuilder.Numbers? = nil) throws {
        guard let interface = plan.host(inject.host)?.interfaces.first(where: { $0.name == inject.interface }),
            inject.from.family == inject.to.address.family, inject.count > 0, inject.sources > 0, inject.rate ?? 1 > 0
        else { throw LabError.inconsistentPlan("step \(step + 1) is no way to inject") }
        let frames = try FrameBuilder(inject, from: interface.mac, numbers: numbers)
        let host = try laboratory.host(inject.host)
        let index = try host.interfaceIndex(inject.interface)
        let attempt = "inject at \(inject.interface) of \(inject.host)"
        let socket = try host.visit {
            let socket = try RawSocket(attempt)
            try socket.bind(to: index, listening: false, attempt)
            return socket
        }
        keep(socket)
        let bell = try Bell()
        timeline.add(.inject(InjectEvent(step: step, sent: 0, ended: false)))
        going[step] = Injection(
            inject: inject, flooder: try Flooder(inject, frames, by: socket, bell: bell), bell: bell)
        try reactor.watch(bell.descriptor, for: .input) { [unowned self] in try end(step) }
        reactor.once(at: Clock.monotonic() + Self.period) { [unowned self] in report(step) }
    }

    /// Until the run is over: to close such a socket waits for all CPUs (`packet_release()`, synchronize_rcu()), on a busy
    /// machine for seconds, in which the run would see nothing.
    func keep(_ socket: RawSocket) { sockets.append(socket) }

    /// Ends what still goes on. Once is enough; twice does no harm.
    func cancel() {
        for (step, injection) in going.sorted(by: { $0.key < $1.key }) {
            injection.flooder.cancel()
            finish(step, injection)
        }
    }

    private func report(_ step: Int) {
        guard let flooder = going[step]?.flooder else { return }
        let (now, sent) = (timeline.now(), flooder.sent)
        // Otherwise the bell has rung, and the last word comes with it.
        guard flooder.end == nil else { return }
        timeline.add(.inject(InjectEvent(step: step, sent: sent, ended: false)), at: now)
        reactor.once(at: Clock.monotonic() + Self.period) { [unowned self] in report(step) }
    }

    private func end(_ step: Int) throws {
        guard let injection = going[step], let end = injection.flooder.end else { return }
        finish(step, injection)
        if let trouble = end.trouble { throw trouble }
        let (sent, inject) = (injection.flooder.sent, injection.inject)
        if sent < inject.count {
            timeline.fallShort("step \(step + 1): \(sent) of \(inject.count) packets were sent within \(inject.atMost)")
        }
    }

    private func finish(_ step: Int, _ injection: Injection) {
        going[step] = nil
        injection.flooder.cancel()
        // It is watched and open: forgetting it cannot be refused.
        try? reactor.forget(injection.bell.descriptor)
        let ended = injection.flooder.end.map { timeline.clock.onTimeline(monotonic: $0.at) }
        timeline.add(.inject(InjectEvent(step: step, sent: injection.flooder.sent, ended: true)), at: ended)
    }
}
