import Model
import Oracle
import Testing

/// Records made by hand, each with one thing bent: the judge has to see it.
@Suite struct JudgeTests {
    /// `tcp_syn_retries=2` with four linear timeouts, as measured on 6.18.
    static let good = Fixture.silence(syns: [0, 1.012, 2.036, 3.06, 4.084, 5.108], ended: 7.124)

    @Test("a timeout as the law says passes")
    func pass() {
        let judgement = Self.good.judgement
        #expect(judgement.verdict == .pass, "\(judgement.reason ?? "")")
        #expect(judgement.findings[0].seen == "6 SYNs, then connect() failed with ETIMEDOUT after 7.124 s")
        #expect(judgement.findings[0].expected == "6 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.192 s")
        #expect(judgement.proofs.map(\.verdict) == [.pass])
        #expect(judgement.proofs[0].qdisc == 6 && judgement.proofs[0].tap == 6 && judgement.proofs[0].peer == 6)
    }

    @Test("a SYN before its timer can have fired fails")
    func early() {
        var bent = Self.good
        bent.syns[2] = 2.011
        #expect(bent.judgement.verdict == .fail)
        #expect(bent.judgement.findings[0].rows[2].verdict == .fail)
    }

    @Test("less than a tick early says nothing where another CPU advances jiffies, a tick early still fails")
    func earlyOnTwoProcessors() {
        var bent = Self.good
        bent.change = { $0.facts.processors = 2 }
        bent.syns = [0, 1.012, 2.0105, 3.034, 4.058, 5.082]
        bent.ended = 7.1
        #expect(bent.judgement.verdict == .inconclusive)
        bent.syns[2] = 2.007
        #expect(bent.judgement.verdict == .fail)
    }

    @Test("a SYN later than its granule fails")
    func late() {
        var bent = Self.good
        bent.syns[3] = 2.036 + 1.032 + 0.003
        #expect(bent.judgement.verdict == .fail)
    }

    @Test("a stall that was measured widens the window, one beyond the cap proves nothing")
    func stalls() {
        var bent = Self.good
        bent.syns = [0, 1.012, 2.036, 3.138, 4.16, 5.19]
        bent.ended = 7.21
        #expect(bent.judgement.verdict == .fail)
        func moment(_ delay: Int64) -> LatenessReport.Moment {
            LatenessReport.Moment(
                due: .milliseconds(3070), woke: .milliseconds(3070 + delay), tickLag: .zero)
        }
        bent.moments = [moment(80)]
        #expect(bent.judgement.verdict == .pass)
        bent.moments = [moment(300)]
        #expect(bent.judgement.verdict == .pass, "still within what the machine was late")
        bent.syns = [0, 1.012, 2.036, 3.6, 4.62, 5.64]
        bent.ended = 7.66
        bent.moments = [moment(300)]
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("what the link took is no time of TCP's, unless it is longer than anything may last")
    func hop() {
        var bent = Fixture.connected(lost: 1, syns: [0, 1.012])
        func hopping(_ hop: Double) -> Fixture {
            var fixture = bent
            fixture.answer?.at = 1.012 + hop
            fixture.ended = 1.012 + hop + 0.0001
            fixture.change = { record in
                let last = record.events.lastIndex { event in
                    if case .packet(let packet) = event.what { packet.host == "server" } else { false }
                }
                if let last { record.events[last].at = record.events[last].at + Nanoseconds(Int64(hop * 1e9)) }
                record.events.sort { $0.at < $1.at }
            }
            return fixture
        }
        #expect(hopping(0.1).judgement.verdict == .pass, "\(hopping(0.1).judgement.reason ?? "")")
        #expect(hopping(0.4).judgement.verdict != .pass)
        bent.answer?.at = 1.112
        bent.ended = 1.1121
        #expect(bent.judgement.verdict == .fail, "the server was late, not the link")
    }

    @Test("packets at a time are excused by as much as the machine was late before, and by no more")
    func packetsWithin() {
        func fixture(_ within: Interval, stall: Int64) -> Fixture {
            var fixture = Self.good
            fixture.plan.expectations.append(
                Expectation(
                    .packets(
                        PacketsClaim(
                            selector: Selector(flagMask: .deciding, flagValue: .syn), host: "server",
                            count: .exactly(1), within: within))))
            if stall > 0 {
                fixture.moments = [
                    LatenessReport.Moment(due: .milliseconds(40), woke: .milliseconds(40 + stall), tickLag: .zero),
                    LatenessReport.Moment(due: .milliseconds(60), woke: .milliseconds(62), tickLag: .zero),
                ]
            }
            return fixture
        }
        let early = Interval(.milliseconds(500), .milliseconds(1000))
        #expect(fixture(Interval(.milliseconds(500), .milliseconds(1100)), stall: 0).judgement.verdict == .pass)
        let missed = fixture(early, stall: 0).judgement
        #expect(missed.verdict == .fail)
        #expect(missed.findings.last?.seen.hasPrefix("0, and 6 at other times, first after ") == true)
        #expect(fixture(early, stall: 8).judgement.verdict == .fail)
        #expect(fixture(early, stall: 30).judgement.verdict == .inconclusive)
    }

    @Test("jiffies that lagged when the timer was armed excuse that much earliness")
    func lag() {
        var bent = Self.good
        bent.syns = [0, 1.012, 2.006, 3.03, 4.054, 5.078]
        bent.ended = 7.1
        #expect(bent.judgement.verdict == .fail)
        bent.moments = [
            LatenessReport.Moment(
                due: .milliseconds(1010), woke: .milliseconds(1012), tickLag: .milliseconds(8))
        ]
        #expect(bent.judgement.verdict == .pass)
    }

    @Test(
        "a missing, a surplus and an unexpected end fail",
        arguments: ["missing", "surplus", "errno", "returned", "hangs"])
    func wrongCourse(_ kind: String) {
        var bent = Self.good
        switch kind {
        case "missing":
            bent.syns = [0, 1.012, 2.036, 3.06, 4.084]
            bent.taken = 5
            bent.ended = 5.1
        case "surplus":
            bent.syns.append(7.124)
            bent.taken = 7
            bent.ended = 11.2
        case "errno": bent.errno = "EHOSTUNREACH"
        case "returned": bent.errno = nil
        default:
            bent.ended = nil
            bent.change = { record in
                record.events.append(Event(at: .seconds(9), .sockets(SocketSample(host: "client", sockets: []))))
            }
        }
        #expect(bent.judgement.verdict == .fail)
        #expect(bent.judgement.reason?.isEmpty == false)
    }

    @Test("lossy or missing evidence is inconclusive, whatever was seen")
    func lossy() {
        var bent = Self.good
        bent.change = { $0.taps[0].lost = 1 }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { $0.taps[1].lost = 1 }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { $0.taps = [] }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { $0.complaints = ["something went wrong"] }
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("a step that waited in vain hides no failure, and is no pass")
    func shortfall() {
        var bent = Self.good
        bent.change = { $0.shortfalls = ["step 3: l had not accepted 1"] }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.syns[2] = 2.011
        #expect(bent.judgement.verdict == .fail)
    }

    @Test("a wall clock that moved makes timing inconclusive")
    func drift() {
        var bent = Self.good
        bent.change = { record in
            record.clock.offsets = [0, 2_000_000].map { drift in
                ClockReport.Offset(at: .zero, realtimeMinusMonotonic: Nanoseconds(drift))
            }
        }
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("sysctls that were not what the prediction was made from")
    func sysctls() {
        var bent = Self.good
        bent.change = { record in
            record.sysctls["client"]?[SynRetransmission.retriesKey]?.after = "3"
        }
        #expect(bent.judgement.verdict == .inconclusive)
        #expect(bent.judgement.reason?.contains("was 3 after the run, not 2") == true)
        bent.change = { $0.sysctls = [:] }
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("a fault is proved only when three figures agree")
    func proofs() {
        var bent = Self.good
        bent.change = { $0.faults[0].qdiscDropped = 5 }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { $0.counters["server"]?["Tcp.InSegs"] = 1 }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { $0.faults[0].taken = 5 }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { $0.faults = [] }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { _ in }
        bent.taken = 0
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("a drop that the sender's TCP heard of says so")
    func misplaced() {
        var bent = Self.good
        bent.change = { $0.counters["client"]?["TcpExt.TCPRetransFail"] = 5 }
        #expect(bent.judgement.verdict == .inconclusive)
        #expect(bent.judgement.reason?.contains("local congestion") == true)
    }

    @Test("a law bent by a tenth is red on a good record")
    func bent() {
        var bent = Self.good
        bent.plan.counterRun = .bentLaw
        #expect(bent.judgement.verdict == .fail)
    }

    @Test("without its cause the unchanged expectation fails")
    func withoutCause() {
        var bent = Self.good
        bent.plan.counterRun = .withoutCause
        bent.plan.withheld.faults = ["lost-syn"]
        bent.syns = [0]
        bent.taken = 0
        bent.answer = ([.syn, .ack], 0.0001)
        bent.errno = nil
        bent.ended = 0.0002
        #expect(bent.judgement.verdict == .fail)
        #expect(bent.judgement.findings[0].rows.last?.verdict == .fail)
    }

    @Test("lost twice, then connected")
    func connected() {
        let good = Fixture.connected(lost: 2, syns: [0, 1.012, 2.036])
        #expect(good.judgement.verdict == .pass, "\(good.judgement.reason ?? "")")
        #expect(good.judgement.findings[0].expected == "3 SYNs, then connect() returns after 2.000–2.064 s")
        var bent = good
        bent.answer?.at = 2.2
        bent.ended = 2.2001
        #expect(bent.judgement.verdict == .fail, "the answer came too late")
        bent = good
        bent.ended = 2.4
        #expect(bent.judgement.verdict == .fail, "connect() returned long after the answer")
        bent = good
        bent.answer = nil
        #expect(bent.judgement.verdict == .fail, "returned without an answer")
    }

    @Test("refused by a host without a listener")
    func refused() {
        var fixture = Fixture.connected(lost: 1, syns: [0, 1.012])
        fixture.plan.steps.removeFirst()
        fixture.answer = ([.rst, .ack], 1.0121)
        fixture.errno = "ECONNREFUSED"
        #expect(fixture.judgement.verdict == .pass, "\(fixture.judgement.reason ?? "")")
        fixture.errno = nil
        #expect(fixture.judgement.verdict == .fail)
    }

}
