import Glibc
package import Model

/// The kernel's clocks.
package enum Clock {
    package static func monotonic() -> Nanoseconds { read(CLOCK_MONOTONIC) }
    package static func realtime() -> Nanoseconds { read(CLOCK_REALTIME) }
    package static func monotonicCoarse() -> Nanoseconds { read(CLOCK_MONOTONIC_COARSE) }

    /// The length of a jiffy: the resolution of the coarse clock is the tick, whatever configuration files say.
    package static func tick() -> Nanoseconds {
        var resolution = timespec()
        let code = clock_getres(CLOCK_MONOTONIC_COARSE, &resolution)
        precondition(code == 0, "bug: clock_getres")
        return Nanoseconds(Int64(resolution.tv_sec) * 1_000_000_000 + Int64(resolution.tv_nsec))
    }

    /// Until CLOCK_MONOTONIC shows at least that; not at all when it does already.
    package static func rest(until deadline: Nanoseconds) {
        var time = timespec()
        time.tv_sec = Int(deadline.value / 1_000_000_000)
        time.tv_nsec = Int(deadline.value % 1_000_000_000)
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    private static func read(_ clock: clockid_t) -> Nanoseconds {
        var now = timespec()
        let code = clock_gettime(clock, &now)
        precondition(code == 0, "bug: clock_gettime")
        return Nanoseconds(Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }
}
