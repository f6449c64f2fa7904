import Model

/// How many connections a network namespace keeps in FIN_WAIT2 and TIME_WAIT.
///
/// `tcp_time_wait()` asks `inet_twsk_alloc()` for a minisock, which refuses when the namespace has `tcp_max_tw_buckets` of
/// them: it compares `tw_refcount - 1` of its `tcp_death_row`, on older kernels `tw_count`. FIN_WAIT2 takes one as soon as
/// the FIN of a closed socket is acknowledged, and the TIME_WAIT that follows keeps it. Without one the socket is gone at
/// once (`tcp_done()`), with no packet, and TCPTimeWaitOverflow counts it; what comes for it later is answered with RST.
///
/// An ACK that comes while close() still holds the socket is the exception: the socket stays as it is in FIN_WAIT2, with a
/// timer and no minisock (`tcp_rcv_state_process()`, `sock_owned_by_user()`), and asks for one when the peer's FIN comes. That
/// takes a close() which is interrupted for as long as the ACK takes, so it says something of the machine alone.
struct TimeWaitBuckets: Hashable {
    static let description = LawDescription(
        name: "time-wait-buckets",
        summary: "how many connections a host keeps in FIN_WAIT2 and TIME_WAIT, and what becomes of those beyond",
        subject: .ends, sysctls: [limitKey, FinWait2.timeoutKey],
        limits: [limitKey: 0...Int(Int32.max), FinWait2.timeoutKey: 0...2_147_483])

    static let limitKey = "net.ipv4.tcp_max_tw_buckets"

    /// `tcp_max_tw_buckets`.
    var limit: Int

    /// How many of so many that close while none ends are kept: the first ones.
    func kept(of closed: Int) -> Int { min(limit, closed) }
}
