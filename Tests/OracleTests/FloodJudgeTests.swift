import Model
import Oracle
import Testing

/// Records of floods made by hand, each with one thing bent: the judge has to see it, and nothing else.
@Suite struct FloodJudgeTests {
    @Test("floods as the laws say pass, with and without cookies")
    func pass() {
        for fixture in [FloodFixture.dropped, .cookies, .always] {
            let judgement = fixture.judgement
            #expect(judgement.verdict == .pass, "\(fixture.syncookies): \(judgement.reason ?? "") \(fixture.wrong)")
        }
        let findings = FloodFixture.dropped.judgement.findings
        #expect(findings[0].expected == "21 half-open of 500 made-up SYNs and those of clients")
        #expect(findings[0].rule.contains("so 7.000–7.320 s after its SYN each is given up but for 10"))
        #expect(findings[0].seen == "21 half-open of 500 made-up SYNs and 2 others")
        #expect(FloodFixture.always.judgement.findings[0].expected.hasPrefix("0 half-open of 500 made-up SYNs"))
    }

    @Test("a queue of another length, or one that lives shorter or longer")
    func lengths() {
        var bent = FloodFixture.dropped
        bent.samples[2].1 = 22
        #expect(bent.verdicts[0] == .fail)
        bent = .dropped
        bent.samples = bent.samples.map { ($0.0, min($0.1, 20)) }
        #expect(bent.wrong.contains("half-open, at the most"))
        bent = .dropped
        bent.samples[3].1 = 12
        #expect(bent.wrong == ["until the first is given up"], "pruned too early")
        bent = .dropped
        bent.samples[5].1 = 21
        #expect(bent.wrong == ["half of the queue is spared"], "never pruned")
        bent = .dropped
        bent.samples[5].1 = 0
        #expect(bent.wrong == ["half of the queue is spared"], "pruned to nothing")
        bent = .dropped
        bent.samples = [(0.5, 0), (1.05, 21), (9.5, 10)]
        #expect(bent.verdicts[0] == .inconclusive, "nobody looked while it was full")
    }

    @Test("SYNs that wait in the kernel's backlog long after they were sent are no fault of the queue's")
    func backlog() {
        var late = FloodFixture.dropped
        late.samples = [(0.5, 0), (1.05, 0), (1.4, 3), (1.8, 21), (7.9, 21), (9.5, 10), (9.8, 10)]
        #expect(late.judgement.verdict == .pass, "\(late.wrong)")
        late.samples[4].1 = 20
        #expect(late.wrong == ["until the first is given up"])
    }

    @Test("a client's own request may cost an old one its place, and nothing more")
    func clientsInTheQueue() {
        var bent = FloodFixture.dropped
        bent.samples[4].1 = 9
        bent.samples[5].1 = 9
        #expect(bent.wrong == ["half of the queue is spared"])
        // Its call went on when the others were given up.
        bent.clients[1].0 = 5
        #expect(bent.judgement.verdict == .pass, "\(bent.wrong)")
        bent.samples[5].1 = 8
        #expect(bent.wrong == ["half of the queue is spared"])
    }

    @Test("SYNs that were dropped and counted otherwise")
    func drops() {
        var bent = FloodFixture.dropped
        bent.counters["TcpExt.ListenDrops"] = 481
        #expect(bent.wrong == ["SYNs dropped (TcpExt.ListenDrops)"])
        bent = .dropped
        bent.counters["TcpExt.TCPReqQFullDrop"] = 0
        #expect(bent.wrong == ["for a full queue (TcpExt.TCPReqQFullDrop)"])
        bent = .dropped
        bent.counters["TcpExt.ListenOverflows"] = 1
        #expect(bent.wrong == ["accept queue full (TcpExt.ListenOverflows)"])
        bent = .dropped
        bent.counters["TcpExt.SyncookiesSent"] = 3
        #expect(bent.verdicts[1] == .fail, "a cookie where none may be")
    }

    @Test("cookies that are missing, wrong, or one too many")
    func cookieCounts() {
        var bent = FloodFixture.cookies
        bent.counters["TcpExt.SyncookiesSent"] = 479
        #expect(bent.verdicts == [.fail, .fail])
        bent = .cookies
        bent.counters["TcpExt.SyncookiesFailed"] = 1
        #expect(bent.wrong == ["cookies that were wrong (TcpExt.SyncookiesFailed)"])
        bent = .always
        bent.counters["TcpExt.SyncookiesRecv"] = 1
        #expect(bent.verdicts[1] == .fail)
        bent = .always
        bent.samples[2].1 = 1
        #expect(bent.verdicts == [.fail, .fail], "a request where only cookies may be")
    }

    @Test("a SYN that got another fate than its mode allows, though the sum is right")
    func otherFates() {
        var bent = FloodFixture.dropped
        bent.counters["TcpExt.ListenDrops"] = 471
        bent.counters["TcpExt.TCPReqQFullDrop"] = 471
        bent.counters["TcpExt.SyncookiesSent"] = 9
        bent.counters["TcpExt.TCPReqQFullDoCookies"] = 9
        #expect(bent.verdicts == [.fail, .fail])
        bent = .cookies
        bent.counters["TcpExt.SyncookiesSent"] = 0
        bent.counters["TcpExt.TCPReqQFullDoCookies"] = 0
        bent.counters["TcpExt.ListenDrops"] = 480
        #expect(bent.verdicts == [.fail, .fail])
    }

    @Test("a cookie that is sent twice, and a part of the curve at which nobody looked")
    func sentAgain() {
        var bent = FloodFixture.always
        bent.answers = 2
        #expect(bent.wrong == ["SYN+ACKs, for each captured SYN one"])
        bent = .dropped
        bent.samples.removeLast()
        #expect(bent.verdicts[0] == .pass, "the record ends before")
        bent.samples[4] = (8.1, 15)
        bent.clients.append((9.9, true))
        bent.counters["Tcp.InSegs"] = 503
        bent.counters["Tcp.PassiveOpens"] = 2
        #expect(bent.verdicts[0] == .inconclusive, "\(bent.wrong)")
    }

    @Test("clients that are answered when they must not be, or not when they must")
    func clients() {
        var bent = FloodFixture.dropped
        bent.clients[1].1 = true
        #expect(bent.wrong == ["SYNs of clients while the queue was full"])
        bent = .dropped
        bent.clients[0].1 = false
        #expect(bent.wrong == ["SYNs of clients before the flood"])
        bent = .cookies
        bent.clients[1].1 = false
        #expect(bent.wrong == ["SYNs of clients while the queue was full"])
        bent = .dropped
        bent.clients.append((9.6, false))
        bent.counters["Tcp.InSegs"] = 503
        bent.counters["TcpExt.ListenDrops"] = 481
        bent.counters["TcpExt.TCPReqQFullDrop"] = 481
        #expect(bent.wrong == ["SYNs of clients when there was room again"])
    }

    @Test("a cookie's SYN+ACK keeps its options in a timestamp, or loses them")
    func options() {
        var bent = FloodFixture.always
        bent.answerOptions = SynOptions(mss: 1460)
        #expect(bent.wrong == ["options of a cookie's SYN+ACK"])
        bent.options = SynOptions(mss: 1460, windowScale: 7, sackPermitted: true)
        #expect(bent.judgement.verdict == .pass, "\(bent.wrong)")
        bent = .dropped
        bent.options = SynOptions(mss: 1460, windowScale: 7, sackPermitted: true)
        bent.answerOptions = SynOptions(mss: 1460)
        #expect(bent.wrong == ["options of a SYN+ACK that is no cookie"])
    }

    @Test("a flood that did not come proves nothing good, and one that came in part is enough if it filled the queue")
    func arrival() {
        for fixture in [FloodFixture.dropped, .cookies, .always] {
            var bent = fixture
            bent.isFlooded = false
            bent.samples = bent.samples.map { ($0.0, 0) }
            bent.counters = ["Tcp.InSegs": 2, "Tcp.PassiveOpens": 2]
            bent.clients = [(0.6, true), (2, true)]
            bent.counterRun = .withoutCause
            #expect(bent.verdicts == [.fail, .fail], "\(fixture.syncookies)")
        }
        var bent = FloodFixture.dropped
        bent.arrived = 499
        bent.counters["Tcp.InSegs"] = 501
        bent.counters["TcpExt.ListenDrops"] = 479
        bent.counters["TcpExt.TCPReqQFullDrop"] = 479
        #expect(bent.judgement.verdict == .pass, "\(bent.wrong)")
        bent.arrived = 20
        #expect(bent.verdicts[0] >= .inconclusive)
    }

    @Test("laws bent by a tenth are red on good records")
    func bent() {
        for fixture in [FloodFixture.dropped, .cookies, .always] {
            var bent = fixture
            bent.counterRun = .bentLaw
            #expect(bent.judgement.verdict == .fail, "\(fixture.syncookies)")
            #expect(bent.verdicts == [.fail, .fail], "\(fixture.syncookies)")
        }
    }

    @Test("the digest tells what a reader asks: rate, peak, cookies, and clients before, during and after")
    func digest() throws {
        var fixture = FloodFixture.dropped
        fixture.sent = 500
        let digest = try #require(fixture.judgement.flood)
        #expect(digest.listener == "l" && digest.offered == 500 && digest.arrived == 500 && digest.rate == 5000)
        #expect(digest.peak == 21 && digest.dropped == 480 && digest.halfOpen.count == 6)
        #expect(digest.flooded == Interval(.seconds(1), .milliseconds(1100)))
        #expect(digest.phases.map(\.calls) == [1, 0, 1] && digest.phases.map(\.connected) == [1, 0, 0])
        #expect(digest.phases[0].median == .microseconds(300) && digest.phases[2].median == nil)
        fixture.isFlooded = false
        #expect(fixture.judgement.flood == nil)
    }
}
