/// From where on a figure is rated so, and why from there.
package struct AuditThreshold: Sendable, Hashable {
    package enum Test: Sendable, Hashable {
        case above(Double)
        case below(Double)
        case exactly(Double)
    }

    package var rating: AuditRating
    package var test: Test
    package var reason: String

    init(_ rating: AuditRating, _ test: Test, _ reason: String) {
        (self.rating, self.test, self.reason) = (rating, test, reason)
    }

    package func holds(for figure: Double) -> Bool {
        switch test {
        case .above(let limit): figure > limit
        case .below(let limit): figure < limit
        case .exactly(let value): figure == value
        }
    }

    /// The first that holds decides; where none does, it is fine. Times in seconds.
    package static let table: [AuditQuestion: [AuditThreshold]] = [
        // How long connect() blocks, at the most.
        .deadServer: [
            AuditThreshold(
                .critical, .above(300), "longer than five minutes: one dead server holds every worker that asks it"),
            AuditThreshold(
                .warning, .above(60),
                "longer than 60 s: whoever waits for the answer has given up (proxies wait 30 to 60 s, people less), and "
                    + "the thread is still held"),
            AuditThreshold(.note, .above(20), "longer than 20 s: more than most people wait"),
        ],
        // SYNs before connect() gives up, at the least.
        .lostSyns: [
            AuditThreshold(
                .warning, .below(3), "fewer than 3 SYNs: two lost packets make a living server look dead"),
            AuditThreshold(.note, .below(4), "fewer than 4 SYNs: a short loss makes a living server look dead"),
        ],
        // SYN+ACKs for one request.
        .lostSynAcks: [
            AuditThreshold(
                .warning, .below(2), "a lost SYN+ACK is never repeated: the client has to ask again, and waits longer"),
            AuditThreshold(
                .note, .above(7), "more than 7 SYN+ACKs: clients that are gone keep their places for over two minutes"),
        ],
        // tcp_syncookies.
        .synFlood: [
            AuditThreshold(
                .critical, .exactly(0),
                "anybody can shut the service with a few SYNs a second, from addresses that nobody owns")
        ],
        .cookiesForAll: [
            AuditThreshold(
                .warning, .exactly(2),
                "that is for tests: a lost SYN+ACK is not repeated, and where a client has no timestamps SACK and window "
                    + "scaling are lost")
        ],
        // By how much tcp_max_syn_backlog exceeds somaxconn, with cookies on.
        .synBacklog: [
            AuditThreshold(
                .note, .above(0), "whoever raised it wanted a longer queue, and has none")
        ],
        // Connections that wait for accept().
        .acceptQueue: [
            AuditThreshold(
                .critical, .below(17), "at most 16: a burst of connections that any browser makes fills it"),
            AuditThreshold(
                .warning, .below(257),
                "at most 256: programs ask for 511 (nginx, Redis) or 4096, get this without a word, and drop SYNs in a "
                    + "burst (it was 128 before Linux 5.4)"),
            AuditThreshold(
                .note, .above(65_537), "more than 65,536: clients have given up before such a queue is worked off"),
        ],
        // tcp_abort_on_overflow.
        .overflow: [
            AuditThreshold(
                .warning, .above(0),
                "a burst that would cost a second's delay becomes errors of clients that were told they are connected")
        ],
        // tcp_timestamps.
        .timestamps: [
            AuditThreshold(
                .warning, .exactly(0),
                "SYN cookies then lose SACK and window scaling, tcp_tw_reuse does nothing, and old segments of a fast "
                    + "connection are taken for new ones when sequence numbers wrap (PAWS)")
        ],
        // tcp_retries2, as a time, at the most.
        .deadPeer: [
            AuditThreshold(
                .warning, .above(300),
                "longer than five minutes: a failover is over, and requests still hang on the machine that is gone"),
            AuditThreshold(.note, .above(120), "longer than two minutes"),
            AuditThreshold(.note, .below(100), "RFC 1122 (4.2.3.5) wants at least 100 s"),
        ],
        // Until a dead peer of an idle connection is noticed.
        .idlePeer: [
            AuditThreshold(
                .note, .above(900),
                "longer than 15 minutes: load balancers and NAT forget an idle connection after 4 to 60 minutes, and then "
                    + "the first probe comes too late"),
            AuditThreshold(
                .warning, .below(30), "shorter than 30 s: a hiccup of the network ends connections that nobody used"),
        ],
        // tcp_orphan_retries, as a time, at the least.
        .orphans: [
            AuditThreshold(
                .warning, .below(7),
                "shorter than 7 s: what a program sent before close() is lost in a short outage, and nobody is told"),
            AuditThreshold(.note, .above(120), "longer than two minutes, each with its buffers"),
        ],
        // FIN_WAIT_2.
        .finTimeout: [
            AuditThreshold(
                .note, .below(5), "shorter than 5 s: a peer that takes longer to close is answered with RST")
        ],
        // How much shorter than the sysctl says; below 0 longer.
        .finTimeoutBeyond: [
            AuditThreshold(
                .warning, .above(0),
                "beyond 60 the kernel waits twice what is above 60, so that 61 is 2 s (tcp_rcv_state_process): it is "
                    + "shorter than whoever raised it wanted"),
            AuditThreshold(
                .warning, .below(0),
                "beyond 60 the kernel waits twice what is above 60 (tcp_rcv_state_process): it is longer than asked for, "
                    + "and for its first half each is a whole socket, an orphan of which there are tcp_max_orphans"),
        ],
        // Closed connections a second.
        .timeWaitBuckets: [
            AuditThreshold(
                .critical, .below(1), "hardly any connection has a TIME_WAIT: late segments meet the next one's port"),
            AuditThreshold(.warning, .below(50), "fewer than 50 a second: a small service closes more"),
            AuditThreshold(.note, .below(250), "fewer than 250 a second: a busy service closes more"),
        ],
        // Connections a second to one address and port.
        .ports: [
            AuditThreshold(.critical, .below(20), "fewer than 20 a second: hardly a proxy makes fewer"),
            AuditThreshold(.warning, .below(200), "fewer than 200 a second: a proxy makes as many"),
            AuditThreshold(.note, .below(500), "fewer than 500 a second: a busy proxy makes as many to one server"),
        ],
        // tcp_tw_reuse; 3: on, without timestamps.
        .timeWaitReuse: [
            AuditThreshold(.warning, .exactly(3), "it needs tcp_timestamps, which are off: it does nothing"),
            AuditThreshold(
                .note, .exactly(1),
                "it helps who connects, not who accepts; the kernel's ip-sysctl says to ask an expert first"),
        ],
        // tcp_tw_recycle; 2: on a kernel that has it.
        .timeWaitRecycle: [
            AuditThreshold(
                .critical, .exactly(2), "clients behind one NAT are refused at random: their timestamps differ"),
            AuditThreshold(
                .note, .above(-1), "no kernel since Linux 4.12 has it: the line does nothing, and sysctl -p fails on it"
            ),
        ],
    ]
}
