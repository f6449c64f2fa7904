package import Model

/// How many packets may leave now, so that they are never faster than a rate. What was missed is made up for, as far as
/// it was missed in the last 10 ms.
package struct Pace: Sendable {
    /// From one packet to the next: rounded up, since the rate is a limit.
    private let interval: Int64
    /// The earliest instant of the next packet.
    private var next: Nanoseconds

    private static let catchUp = Nanoseconds.milliseconds(10)
    /// How often somebody who keeps the pace has to look.
    private static let tick = Nanoseconds.milliseconds(1)

    /// `rate` is in packets a second, from 1 on.
    package init(rate: Int, from start: Nanoseconds) {
        let second = 1_000_000_000
        interval = Int64(max(1, (second + rate - 1) / rate))
        next = start
    }

    package mutating func room(at now: Nanoseconds) -> Int {
        next = max(next, now - Self.catchUp)
        return next > now ? 0 : Int((now - next).value / interval) + 1
    }

    package mutating func took(_ count: Int) { next = next + Nanoseconds(interval * Int64(count)) }

    /// Where there was no room: when to look again. Never far away, so that nobody has to wait for that long.
    package func pause(at now: Nanoseconds) -> Nanoseconds { min(max(next, now + Self.tick), now + Self.catchUp) }
}
