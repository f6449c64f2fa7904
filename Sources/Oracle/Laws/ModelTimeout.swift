import Model

extension TimerWheel {
    /// What so many retries come to when the first waits for `rto` and each next one twice as long, `maximum` at most:
    /// `tcp_model_timeout()` (net/ipv4/tcp_timer.c), which divides in whole jiffies.
    ///
    /// Where `rto` exceeds `maximum` the kernel takes ilog2(0) for a large number, so that there is no maximum.
    func modelTimeout(_ retries: Int, rto: Nanoseconds, maximum: Nanoseconds) -> Nanoseconds {
        let (first, last) = (jiffies(rto), jiffies(maximum))
        let doublings = first <= last ? Int64.bitWidth - 1 - (last / first).leadingZeroBitCount : Self.mostDoublings
        let doubled = ((2 << Int64(min(retries, doublings))) - 1) * first
        guard first <= last else { return tick * doubled }
        return tick * (doubled + Int64(max(0, retries - doublings)) * last)
    }

    /// So many make a second longer than a jiffies counter lasts.
    private static let mostDoublings = 24
}
