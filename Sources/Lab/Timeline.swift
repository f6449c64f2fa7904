import Kernel
package import Model

/// What happens in a run, as it happens. Belongs to the instance's thread.
package final class Timeline {
    private(set) var events: [Event] = []
    /// The packets' places in `events`, so that whoever counts them need not look at the rest.
    private(set) var packets: [Int] = []
    package private(set) var shortfalls: [String] = []
    package private(set) var complaints: [String] = []
    package private(set) var clock: ClockSampler
    private let live: (Event) -> Void

    /// The origin is now. `live` is told every event; a call once when it starts and once when it ends.
    package init(live: @escaping (Event) -> Void = { _ in }) {
        clock = ClockSampler(origin: Clock.monotonic())
        self.live = live
    }

    package func now() -> Nanoseconds { clock.onTimeline(monotonic: Clock.monotonic()) }

    package func sampleClocks() { clock.sample() }

    package func add(_ what: Event.What, at: Nanoseconds? = nil) {
        let event = Event(at: at ?? now(), what)
        if case .packet = what { packets.append(events.count) }
        events.append(event)
        live(event)
    }

    /// A step waited in vain: an observation, not trouble.
    package func fallShort(_ words: String) { shortfalls.append(words) }

    package func complain(_ words: String) { complaints.append(words) }

    /// A call starts; the answer names it for `end`.
    func begin(_ call: CallEvent) -> Int {
        add(.call(call))
        return events.count - 1
    }

    /// The call goes on from this address; nothing changes where it has none yet.
    func note(_ index: Int, local: SocketAddress?) {
        guard case .call(var call) = events[index].what else { preconditionFailure("bug: not a call") }
        guard let local, local.port != 0 else { return }
        call.local = local
        events[index].what = .call(call)
    }

    /// The call has ended now, unless `time` says when.
    func end(
        _ index: Int, at time: Nanoseconds? = nil, errno: String? = nil, noticedLate: Nanoseconds? = nil,
        local: SocketAddress? = nil,
        remote: SocketAddress? = nil
    ) {
        guard case .call(var call) = events[index].what else { preconditionFailure("bug: not a call") }
        call.ended = time ?? now()
        call.errno = errno
        call.noticedLate = noticedLate
        call.local = local ?? call.local
        call.remote = remote ?? call.remote
        events[index].what = .call(call)
        live(events[index])
    }

    /// In order of time; what happened at the same instant stays in the order it was written down.
    package func sorted() -> [Event] {
        events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }
}
