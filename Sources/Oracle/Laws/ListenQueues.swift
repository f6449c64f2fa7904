/// The two queues of a listener: what becomes of a SYN, of a final ACK, and of requests that nobody completes.
///
/// A SYN (`tcp_conn_request()`, net/ipv4/tcp_input.c), in this order:
/// 1. `tcp_syncookies` is 2, or the half-open queue is full (`inet_csk_reqsk_queue_is_full()`: as many requests as the
///    backlog, or one more; which of the two is told by no version number, since stable kernels took the change too):
///    a cookie, or with `tcp_syncookies` 0 the SYN is dropped. `tcp_syn_flood_action()` counts either.
/// 2. The accept queue is full (`sk_acceptq_is_full()`: more than the backlog): dropped, cookie or not.
/// 3. `tcp_syncookies` is 0 and less than a quarter of `tcp_max_syn_backlog` is left: dropped, and counted as nothing
///    but a drop. Peers whose round-trip time is remembered are exempt (`tcp_peer_is_proven()`). This is all that
///    `tcp_max_syn_backlog` does; with cookies it does nothing.
/// 4. A request socket, or for a cookie no trace at all.
///
/// A SYN that meets a TIME_WAIT socket of the same four numbers skips 1 and 3; the laws refuse such plans.
///
/// The backlog is the argument of listen(), cut to `net.core.somaxconn` as that is when listen() is called
/// (`__sys_listen()`); a later change of the sysctl changes nothing until listen() is called again.
///
/// A final ACK (`tcp_check_req()`, net/ipv4/tcp_minisocks.c; for a cookie `cookie_v4_check()`) that finds the accept
/// queue full is dropped (`tcp_v4_syn_recv_sock()`); a request then waits for the next one, unless
/// `tcp_abort_on_overflow` sends an RST. That sysctl is not looked at for cookies, nor for SYNs.
///
/// A request's timer (`reqsk_timer_handler()`, net/ipv4/inet_connection_sock.c) sends the SYN+ACK again
/// `tcp_synack_retries` times. While more than half of the queue is in use (and more than four), retries beyond two are
/// taken away from old requests, one for each doubling of the young ones that still fits.
package struct ListenQueues: Sendable, Hashable {
    /// `sk_max_ack_backlog`.
    package var backlog: Int
    package var syncookies: SynCookies
    package var maxSynBacklog: Int
    package var abortsOnOverflow: Bool
    /// `Facts.halfOpenBeyondBacklog`.
    package var beyond: Int

    package private(set) var halfOpen = 0
    /// Connections that wait for accept().
    package private(set) var accepted = 0
    package private(set) var mostHalfOpen = 0
    package private(set) var mostAccepted = 0
    /// What the kernel has counted so far, by its names.
    package private(set) var counts: [String: Int] = Dictionary(uniqueKeysWithValues: Self.counters.map { ($0, 0) })

    package static let counters = [
        "TcpExt.EmbryonicRsts", "TcpExt.ListenDrops", "TcpExt.ListenOverflows", "TcpExt.SyncookiesRecv",
        "TcpExt.SyncookiesSent", "TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop", "Tcp.PassiveOpens",
    ]

    package init(backlog: Int, syncookies: SynCookies, maxSynBacklog: Int, abortsOnOverflow: Bool = false, beyond: Int)
    {
        self.backlog = backlog
        self.syncookies = syncookies
        self.maxSynBacklog = maxSynBacklog
        self.abortsOnOverflow = abortsOnOverflow
        self.beyond = beyond
    }

    /// What a SYN gets.
    package enum Answer: Sendable, Hashable {
        case request
        case cookie
        case dropped
    }

    /// What a final ACK leads to.
    package enum Completion: Sendable, Hashable {
        case queued
        /// Dropped: a request waits on, a cookie is forgotten.
        case ignored
        case reset
    }

    /// Requests that fit by the backlog, and by what `tcp_max_syn_backlog` leaves without cookies.
    package var fitting: (byBacklog: Int, bySynBacklog: Int?) {
        (backlog + beyond, syncookies == .never ? max(0, maxSynBacklog - (maxSynBacklog >> 2) + 1) : nil)
    }

    /// How many half-open connections there can be.
    package var halfOpenLimit: Int {
        syncookies == .always ? 0 : min(fitting.byBacklog, fitting.bySynBacklog ?? fitting.byBacklog)
    }

    /// How many connections can wait for accept(): `sk_acceptq_is_full()` asks for more than the backlog.
    package var acceptLimit: Int { backlog + 1 }

    package var acceptsNoMore: Bool { accepted >= acceptLimit }

    package mutating func syn() -> Answer {
        let isFull = halfOpen >= fitting.byBacklog
        var answer = Answer.request
        if syncookies == .always || isFull {
            count(syncookies == .never ? "TcpExt.TCPReqQFullDrop" : "TcpExt.TCPReqQFullDoCookies")
            guard syncookies != .never else { return drop() }
            answer = .cookie
        }
        if acceptsNoMore {
            count("TcpExt.ListenOverflows")
            return drop()
        }
        if answer == .cookie {
            count("TcpExt.SyncookiesSent")
            return .cookie
        }
        if let room = fitting.bySynBacklog, halfOpen >= room { return drop() }
        halfOpen += 1
        mostHalfOpen = max(mostHalfOpen, halfOpen)
        return .request
    }

    private mutating func drop() -> Answer {
        count("TcpExt.ListenDrops")
        return .dropped
    }

    /// The final ACK of a SYN that got this answer.
    package mutating func acknowledge(_ answer: Answer) -> Completion {
        if answer == .cookie {
            // With cookies switched off meanwhile nobody looks at it, and the listener knows no such connection.
            if syncookies == .never { return .reset }
            count("TcpExt.SyncookiesRecv")
        }
        if acceptsNoMore {
            count("TcpExt.ListenOverflows")
            count("TcpExt.ListenDrops")
            guard answer == .request, abortsOnOverflow else { return .ignored }
            count("TcpExt.EmbryonicRsts")
            halfOpen -= 1
            return .reset
        }
        count("Tcp.PassiveOpens")
        if answer == .request { halfOpen -= 1 }
        accepted += 1
        mostAccepted = max(mostAccepted, accepted)
        return .queued
    }

    package mutating func accept() { accepted -= 1 }

    /// A request has been sent its SYN+ACK so many times in vain, `young` others not once yet: whether its timer gives
    /// it up now.
    package func givesUp(after timeouts: Int, retries: Int, young: Int) -> Bool {
        var most = retries
        if 2 * halfOpen > max(8, backlog) {
            var young = 2 * young
            while most > 2, halfOpen >= young {
                most -= 1
                young *= 2
            }
        }
        return timeouts >= most
    }

    package mutating func forget() { halfOpen -= 1 }

    private mutating func count(_ name: String) { counts[name, default: 0] += 1 }

    /// How many of `requests` old ones their third timer leaves: the half of the queue that is theirs.
    package func sparedHalf(of requests: Int) -> Int { min(requests, max(8, backlog) / 2) }
}

/// What `tcp_syncookies` makes of a listener. Any value of a byte is taken (net/ipv4/sysctl_net_ipv4.c), and whatever is
/// neither 0 nor 2 acts like 1 (`tcp_conn_request()`, `tcp_syn_flood_action()`).
package enum SynCookies: Int, Sendable, Hashable {
    case never = 0
    case whenFull = 1
    case always = 2

    package init(sysctl value: Int) { self = Self(rawValue: value) ?? .whenFull }
}
