import Model
import Oracle
import Testing

/// The two queues of a listener, against what was measured on Linux 6.18 (and 5.10, where it is said).
@Suite struct ListenQueuesTests {
    private func queues(
        _ backlog: Int, cookies: Int = 0, max: Int = 2048, abort: Bool = false, beyond: Int = 1
    ) -> ListenQueues {
        ListenQueues(
            backlog: backlog, syncookies: SynCookies(sysctl: cookies), maxSynBacklog: max, abortsOnOverflow: abort,
            beyond: beyond)
    }

    struct Limit: Sendable {
        var backlog: Int
        var max: Int
        var cookies: Int
        var beyond = 1
        var want: Int
    }

    @Test(
        "how many SYNs of 2000 get a request",
        arguments: [
            Limit(backlog: 0, max: 2048, cookies: 0, want: 1), Limit(backlog: 5, max: 2048, cookies: 0, want: 6),
            Limit(backlog: 128, max: 2048, cookies: 0, want: 129),
            // As long as the test was "as many as": 5.10.
            Limit(backlog: 0, max: 2048, cookies: 0, beyond: 0, want: 0),
            Limit(backlog: 5, max: 2048, cookies: 0, beyond: 0, want: 5),
            // Three quarters of tcp_max_syn_backlog and one.
            Limit(backlog: 4000, max: 128, cookies: 0, want: 97), Limit(backlog: 4000, max: 100, cookies: 0, want: 76),
            Limit(backlog: 4000, max: 256, cookies: 0, want: 193), Limit(backlog: 64, max: 16, cookies: 0, want: 13),
            // With cookies it is not looked at.
            Limit(backlog: 10, max: 256, cookies: 1, want: 11), Limit(backlog: 300, max: 16, cookies: 1, want: 301),
            Limit(backlog: 300, max: 16, cookies: 2, want: 0),
            // Any other byte acts like 1.
            Limit(backlog: 10, max: 8, cookies: 5, want: 11), Limit(backlog: 10, max: 8, cookies: 255, want: 11),
        ])
    func limits(_ limit: Limit) {
        var queues = queues(limit.backlog, cookies: limit.cookies, max: limit.max, beyond: limit.beyond)
        #expect(queues.halfOpenLimit == limit.want)
        let answers = (0..<2000).map { _ in queues.syn() }
        #expect(queues.halfOpen == limit.want)
        #expect(answers.count { $0 == .request } == limit.want)
        let rest = 2000 - limit.want
        #expect(queues.counts["TcpExt.SyncookiesSent"] == (limit.cookies == 0 ? 0 : rest))
        #expect(queues.counts["TcpExt.TCPReqQFullDoCookies"] == (limit.cookies == 0 ? 0 : rest))
        #expect(queues.counts["TcpExt.ListenDrops"] == (limit.cookies == 0 ? rest : 0))
        let byBacklog = limit.cookies == 0 && limit.want == limit.backlog + limit.beyond
        #expect(queues.counts["TcpExt.TCPReqQFullDrop"] == (byBacklog ? rest : 0))
        #expect(queues.counts["TcpExt.ListenOverflows"] == 0)
    }

    @Test("one more than the backlog waits for accept(); then SYNs are dropped, whatever tcp_abort_on_overflow says")
    func acceptQueue() {
        for abort in [false, true] {
            var queues = queues(2, abort: abort)
            for _ in 0..<3 { #expect(queues.syn() == .request && queues.acknowledge(.request) == .queued) }
            #expect(queues.accepted == 3 && queues.halfOpen == 0 && queues.acceptsNoMore)
            #expect(queues.syn() == .dropped)
            #expect(queues.counts["TcpExt.ListenOverflows"] == 1 && queues.counts["TcpExt.ListenDrops"] == 1)
            #expect(queues.counts["TcpExt.EmbryonicRsts"] == 0)
            queues.accept()
            #expect(queues.syn() == .request)
        }
    }

    @Test("a final ACK that finds no room is dropped, or reset, and for a cookie always dropped")
    func overflow() {
        func held(_ abort: Bool, cookies: Int = 0) -> ListenQueues {
            var queues = queues(1, cookies: cookies, abort: abort)
            _ = queues.syn()
            _ = queues.syn()
            for _ in 0..<1 { _ = queues.acknowledge(.request) }
            return queues
        }
        var patient = held(false)
        _ = patient.syn()
        #expect(patient.acknowledge(.request) == .queued)
        #expect(patient.acknowledge(.request) == .ignored && patient.halfOpen == 1)
        var strict = held(true)
        _ = strict.syn()
        #expect(strict.acknowledge(.request) == .queued)
        #expect(strict.acknowledge(.request) == .reset && strict.halfOpen == 0)
        #expect(strict.counts["TcpExt.EmbryonicRsts"] == 1 && strict.counts["TcpExt.ListenOverflows"] == 1)
        var cookie = queues(0, cookies: 2, abort: true)
        #expect(cookie.syn() == .cookie && cookie.syn() == .cookie)
        #expect(cookie.acknowledge(.cookie) == .queued)
        #expect(cookie.acknowledge(.cookie) == .ignored)
        #expect(cookie.counts["TcpExt.SyncookiesRecv"] == 2 && cookie.counts["TcpExt.EmbryonicRsts"] == 0)
        #expect(cookie.syn() == .dropped, "a full accept queue drops a SYN that would get a cookie")
        #expect(cookie.counts["TcpExt.TCPReqQFullDoCookies"] == 3 && cookie.counts["TcpExt.SyncookiesSent"] == 2)
    }

    @Test("a cookie that comes back when cookies are off is answered with RST, and not counted")
    func forgottenCookie() {
        var queues = queues(4, cookies: 2)
        #expect(queues.syn() == .cookie)
        queues.syncookies = .never
        #expect(queues.acknowledge(.cookie) == .reset)
        #expect(queues.counts["TcpExt.SyncookiesRecv"] == 0 && queues.accepted == 0)
    }

    @Test(
        "old requests beyond half of the queue are given up at the third timeout",
        arguments: [(8, 9, 4), (8, 5, 4), (8, 4, 4), (20, 11, 10), (20, 10, 10), (128, 129, 64), (0, 1, 1)])
    func pruning(backlog: Int, requests: Int, left: Int) {
        var queues = queues(backlog)
        for _ in 0..<requests { _ = queues.syn() }
        #expect(!queues.givesUp(after: 1, retries: 5, young: 0))
        for _ in 0..<requests where queues.givesUp(after: 2, retries: 5, young: 0) { queues.forget() }
        #expect(queues.halfOpen == left)
        #expect(queues.sparedHalf(of: requests) == left)
        #expect(queues.givesUp(after: 5, retries: 5, young: 0))
    }

    @Test("young requests keep old ones alive, and few retries are never made fewer")
    func young() {
        var queues = queues(8)
        for _ in 0..<9 { _ = queues.syn() }
        #expect(!queues.givesUp(after: 2, retries: 5, young: 8), "9 < 2 × 8: the loop ends at once")
        #expect(!queues.givesUp(after: 3, retries: 5, young: 4) && queues.givesUp(after: 4, retries: 5, young: 4))
        #expect(queues.givesUp(after: 1, retries: 1, young: 0) && !queues.givesUp(after: 0, retries: 1, young: 0))
    }

    @Test("a request's timers: 1, 2, 4 … s, each a granule late at the most")
    func timers() {
        let timer = RequestTimer(wheel: TimerWheel(tick: .milliseconds(4), processors: 1))
        let third = timer.firing(born: .init(.zero, .zero), times: 3)
        #expect(third.from == .seconds(7))
        #expect(third.to == .milliseconds(7000 + 32 + 32 + 256))
        #expect(timer.timeout(after: 6) == .seconds(64) && timer.timeout(after: 7) == .seconds(120))
    }

    @Test("another initial RTO rules the SYN+ACKs that are repeated, since Linux 5.18")
    func synAcks() throws {
        var facts = ListenerFixture.facts
        facts.sysctls["net.ipv4.tcp_invalid_ratelimit"] = "500"
        let lost = Fault(
            name: "lost", selector: Selector(flagMask: .deciding, flagValue: [.syn, .ack]),
            site: FaultSite(host: "client", interface: "to-x"))
        var plan = ListenerFixture.plan(
            ["syn-ack-retransmission"], sysctls: ["net.ipv4.tcp_synack_retries": "2"], faults: [lost],
            [ListenerFixture.listen(4), ListenerFixture.flood(1)])
        let usual = try ListenerFixture.prediction(plan, facts: facts)
        #expect(usual.expected.hasPrefix("3 SYN+ACKs, then the request is forgotten, 7.000–"))
        #expect(usual.rule.contains("the first time after 1 s and then"))
        plan.initialRTO = .milliseconds(100)
        let quick = try ListenerFixture.prediction(plan, facts: facts)
        #expect(quick.expected.hasPrefix("3 SYN+ACKs, then the request is forgotten, 0.700–"))
        #expect(quick.rule.contains("the first time after 100 ms and then"))
        facts.kernel = "5.15.0"
        let error = #expect(throws: OracleError.self) { try ListenerFixture.prediction(plan, facts: facts) }
        #expect(error?.isLack == true)
    }

    @Test("with another initial RTO: that, twice as much …")
    func initialRTO() {
        let wheel = TimerWheel(tick: .milliseconds(4), processors: 1)
        let timer = RequestTimer(initialRTO: .milliseconds(100), wheel: wheel)
        #expect((0..<4).map { timer.timeout(after: $0).milliseconds } == [100, 200, 400, 800])
        #expect(timer.timeout(after: 10) == .milliseconds(102_400) && timer.timeout(after: 11) == .seconds(120))
        #expect(RequestTimer(initialRTO: .milliseconds(5), wheel: wheel).timeout(after: 1) == .milliseconds(16))
        #expect(RequestTimer(initialRTO: .seconds(150), wheel: wheel).timeout(after: 0) == .seconds(120))
        let cut = RequestTimer(initialRTO: .seconds(3), maximumRTO: .seconds(1), wheel: wheel)
        #expect(cut.timeout(after: 0) == .seconds(3) && cut.timeout(after: 1) == .seconds(1))
        #expect(cut.timeout(after: 0, isAnew: true) == .seconds(1), "a SYN that came again")
    }
}
