import CLinux
package import Kernel
package import Model

/// Waits for descriptors and instants, and calls who is interested (epoll(7)).
///
/// Threading model: one reactor an instance, used by the instance's thread alone. What that thread does reads as
/// straight-line code: it runs the reactor until a condition holds, and meanwhile every socket and capture goes on.
package final class Reactor {
    package struct Readiness: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let input = Readiness(rawValue: UInt32(CLINUX_EPOLLIN))
        package static let output = Readiness(rawValue: UInt32(CLINUX_EPOLLOUT))
    }

    private struct Timer {
        var due: Nanoseconds
        /// `nil`: it fires once.
        var period: Nanoseconds?
        var fire: () throws -> Void
    }

    private let epoll: Descriptor
    private var handlers: [Int32: () throws -> Void] = [:]
    private var timers: [Timer] = []
    private let runQueueDelay = RunQueueDelay()
    private var lastLooked = Clock.monotonic()
    /// `noticedLate` when the latest look ended.
    private var lateness: Nanoseconds?
    /// How late at most what is being served is noticed: since the look before, the thread had work of its own, once
    /// woken it may have waited for a CPU, and what was ready beside it has been served first. `nil` where the kernel
    /// does not tell of such waits.
    var noticedLate: Nanoseconds? { lateness.map { $0 + Clock.monotonic() - lastLooked } }
    private var ready = [epoll_event](repeating: epoll_event(), count: 256)

    package init() throws(KernelError) {
        epoll = Descriptor(
            owning: try system("create an epoll") { epoll_create1(Int32(CLINUX_EPOLL_CLOEXEC)) })
    }

    /// Calls `handler` whenever the descriptor is ready, or in error, until `forget`. Level-triggered.
    package func watch(
        _ descriptor: Int32, for interest: Readiness, _ handler: @escaping () throws -> Void
    ) throws(KernelError) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(fd: descriptor))
        try system("watch a descriptor") { epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) }
        handlers[descriptor] = handler
    }

    /// Must come before the descriptor is closed. Does nothing for one that is not watched.
    package func forget(_ descriptor: Int32) throws(KernelError) {
        guard handlers.removeValue(forKey: descriptor) != nil else { return }
        var event = epoll_event()
        try system("forget a descriptor") { epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, &event) }
    }

    /// Calls `fire` every `period` while the reactor runs; a period that was missed is not made up for.
    package func every(_ period: Nanoseconds, _ fire: @escaping () throws -> Void) {
        timers.append(Timer(due: Clock.monotonic() + period, period: period, fire: fire))
    }

    /// Calls `fire` once, when CLOCK_MONOTONIC has reached `due` and the reactor runs.
    package func once(at due: Nanoseconds, _ fire: @escaping () throws -> Void) {
        timers.append(Timer(due: due, period: nil, fire: fire))
    }

    /// Serves whatever comes until the condition holds or CLOCK_MONOTONIC reaches the deadline, at most 1 ms later.
    /// Answers whether the condition holds; what is ready at the start is served in any case. The condition is asked
    /// after everything that was served, and where `polling` is set at least that often.
    @discardableResult
    package func run(
        until condition: () throws -> Bool, deadline: Nanoseconds, polling: Nanoseconds? = nil
    ) throws -> Bool {
        try turn(waiting: .zero)
        while true {
            if try condition() { return true }
            let now = Clock.monotonic()
            guard now < deadline else { return false }
            let next = min(timers.map(\.due).min() ?? deadline, deadline)
            try turn(waiting: polling.map { min($0, next - now) } ?? (next - now))
        }
    }

    private func turn(waiting time: Nanoseconds) throws {
        // In whole milliseconds, rounded up, so that nobody wakes before the time.
        let timeout = Int32(clamping: max(0, (time.value + 999_999) / 1_000_000))
        // Who does not sleep is not woken late: the clock alone tells then, and the kernel's account is not read.
        let delay = timeout == 0 ? nil : runQueueDelay.total()
        let began = Clock.monotonic()
        let count = try system("wait for descriptors") {
            epoll_wait(epoll.number, &ready, Int32(ready.count), timeout)
        }
        let looked = Clock.monotonic()
        if timeout == 0 {
            lateness = looked - lastLooked
        } else {
            lateness = runQueueDelay.total().flatMap { total in delay.map { began - lastLooked + total - $0 } }
        }
        lastLooked = looked
        for index in 0..<Int(count) {
            // A handler may have forgotten a descriptor that comes later in the same batch.
            try handlers[ready[index].data.fd]?()
        }
        let now = Clock.monotonic()
        guard timers.contains(where: { $0.due <= now }) else { return }
        let due = timers.filter { $0.due <= now }
        timers = timers.compactMap { timer in
            guard timer.due <= now else { return timer }
            guard let period = timer.period else { return nil }
            return Timer(due: now + period, period: period, fire: timer.fire)
        }
        for timer in due { try timer.fire() }
    }
}
