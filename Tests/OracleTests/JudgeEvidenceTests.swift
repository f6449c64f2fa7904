import Model
import Oracle
import Testing

/// What a record can and cannot prove: its end, its gaps, and whose packets are whose.
@Suite struct JudgeEvidenceTests {
    @Test("what could still have come when nobody looked any more is inconclusive")
    func endOfRecord() {
        var bent = JudgeTests.good
        bent.ended = nil
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("a segment that the host's TCP never got, and no fault took, proves nothing")
    func strayLoss() {
        var bent = Fixture.connected(lost: 1, syns: [0, 1.012])
        #expect(bent.judgement.verdict == .pass, "\(bent.judgement.reason ?? "")")
        bent.change = { $0.counters["client"]?["Tcp.InSegs"] = 0 }
        #expect(bent.judgement.verdict == .inconclusive)
        #expect(bent.judgement.reason?.contains("no fault took") == true)
    }

    @Test("what a host's own link threw away excuses a failure, and spoils no pass")
    func linkLoss() {
        var bent = JudgeTests.good
        bent.change = { $0.taps[0].linkDropped = 3 }
        #expect(bent.judgement.verdict == .pass)
        bent.syns[3] = 2.036 + 1.5
        #expect(bent.judgement.verdict == .inconclusive)
        #expect(bent.judgement.reason?.contains("netdev_max_backlog") == true)
        bent.change = { _ in }
        #expect(bent.judgement.verdict == .fail)
    }

    @Test("frames that no selector can judge make a tap blind")
    func undecidable() {
        var bent = JudgeTests.good
        bent.change = { $0.taps[0].undecidable = 1 }
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("an RST is no SYN+ACK, and is called by its name")
    func wrongAnswer() {
        var bent = Fixture.connected(lost: 1, syns: [0, 1.012])
        bent.answer?.flags = [.rst, .ack]
        bent.errno = "ECONNREFUSED"
        #expect(bent.judgement.verdict == .fail)
        #expect(bent.judgement.findings[0].rows.contains { $0.what == "RST arrives" && $0.window == nil })
    }

    @Test("a later connection on the same two ends is another one")
    func sameEnds() {
        var fixture = JudgeTests.good
        fixture.change = { record in
            func add(_ seconds: Int64, _ what: Event.What) { record.events.append(Event(at: .seconds(seconds), what)) }
            let syn = Segment(source: Fixture.from, destination: Fixture.to, flags: .syn)
            add(
                20,
                .call(
                    CallEvent(
                        socket: "d", host: "client", call: "connect", ended: .seconds(21), local: Fixture.from,
                        remote: Fixture.to)))
            add(20, .packet(PacketEvent(host: "client", interface: "x", direction: .sent, segment: syn, frame: 99)))
        }
        #expect(fixture.judgement.verdict == .pass, "\(fixture.judgement.reason ?? "")")
    }

    @Test("a SYN+ACK that answers the last SYN that can be lost comes at once")
    func promptAnswer() {
        var bent = Fixture.connected(lost: 1, syns: [0, 1.012])
        bent.answer?.at = 1.3
        bent.ended = 1.3001
        #expect(bent.judgement.verdict == .fail)
    }

    @Test("timers that were served late when another was armed may have moved it a level up")
    func level() {
        // 2 s are 500 jiffies, and from 504 on the granule is 256 ms.
        var bent = JudgeTests.good
        bent.ended = 5.108 + 2.2
        #expect(bent.judgement.verdict == .fail)
        bent.moments = [
            LatenessReport.Moment(due: .milliseconds(5100), woke: .milliseconds(5118), tickLag: .zero)
        ]
        #expect(bent.judgement.verdict == .pass, "\(bent.judgement.reason ?? "")")
    }

    @Test("an end that was noticed late may have come earlier, by what was measured and no more")
    func noticedLate() {
        var bent = Fixture.connected(lost: 1, syns: [0, 1.012])
        bent.ended = 1.012 + 0.02
        #expect(bent.judgement.verdict == .fail)
        bent.noticedLate = .milliseconds(18)
        #expect(bent.judgement.verdict == .pass, "\(bent.judgement.reason ?? "")")
        bent.noticedLate = .milliseconds(10)
        #expect(bent.judgement.verdict == .fail)
        bent.ended = 1.012 + 0.4
        bent.noticedLate = .milliseconds(400)
        #expect(bent.judgement.verdict == .inconclusive, "beyond the cap")
    }

    @Test("endings of the harness are never a failure of TCP")
    func endings() {
        var bent = JudgeTests.good
        bent.change = { $0.ending = .failed(doing: "create veth", errno: "EPERM", message: "not permitted") }
        #expect(bent.judgement.verdict == .inconclusive)
        bent.change = { $0.ending = .unsupported(feature: "cls_bpf", reason: "no such file") }
        #expect(bent.judgement.verdict == .skip)
        bent.change = { $0.ending = .deadlinePassed(step: 1) }
        #expect(bent.judgement.verdict == .inconclusive)
    }
}
