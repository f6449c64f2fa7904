import Model
import Testing

@testable import Oracle

/// Records of a connection's later life, made by hand, each with one thing bent: the judge has to see it.
@Suite struct StreamJudgeTests {
    typealias Packet = StreamFixture.Packet

    /// `tcp_orphan_retries` 1, as measured on 6.18 at HZ 250.
    static let orphanRecord: StreamFixture = {
        let times = [0, 0.2065, 0.4145, 0.8355]
        return StreamFixture(
            plan: StreamFixture.plan(
                "retransmission", [StreamFixture.close], faults: [StreamFixture.losesFin],
                client: [Retransmission.orphanKey: 1]),
            packets: times.map { Packet(at: $0, flags: [.fin, .ack], isLost: true) },
            states: [
                .init(state: "ESTABLISHED", at: -0.005), .init(state: "FIN_WAIT1", at: 0.002),
                .init(state: "gone", at: 1.68, unseenSince: 1.655),
            ], end: 1.75)
    }()

    @Test("an orphan that ends as tcp_orphan_retries says passes")
    func orphanPasses() {
        let judgement = Self.orphanRecord.judgement
        #expect(judgement.verdict == .pass, "\(judgement.reason ?? "")")
        let finding = judgement.findings[0]
        #expect(finding.expected == "FIN is sent 4 times, then c is gone, 1.632–1.704 s after the first")
        #expect(finding.seen == "FIN was sent 4 times, then c was gone 1.680 s after the first")
        #expect(finding.rows.map(\.what) == ["FIN 1", "FIN 2", "FIN 3", "FIN 4", "c is gone"])
    }

    @Test(
        "what is not as the law says fails",
        arguments: [
            "early", "late", "missing", "one too many", "gone early", "gone late", "stays", "another length",
        ])
    func orphanFails(_ kind: String) {
        var bent = Self.orphanRecord
        switch kind {
        case "early": bent.packets[3].at = 0.8205
        case "late": bent.packets[2].at = 0.4225
        case "missing":
            bent.packets.remove(at: 3)
            bent.states[2] = .init(state: "gone", at: 1.26, unseenSince: 1.25)
            bent.end = 1.3
        case "one too many":
            bent.packets.append(Packet(at: 1.675, flags: [.fin, .ack], isLost: true))
            bent.states[2] = .init(state: "gone", at: 3.4)
            bent.end = 3.5
        case "gone early":
            bent.states[2] = .init(state: "gone", at: 1.4, unseenSince: 1.38)
            bent.end = 1.45
        case "gone late":
            bent.states[2] = .init(state: "gone", at: 1.74, unseenSince: 1.72)
            bent.end = 1.8
        case "stays":
            bent.states.removeLast()
            bent.end = 4
        default: bent.plan.hosts[0].sysctls[0].value = "2"
        }
        #expect(bent.judgement.verdict == .fail, "\(bent.judgement.findings[0].rows)")
    }

    @Test("an end that nobody watched, or could still come, is inconclusive")
    func unwatched() {
        var bent = Self.orphanRecord
        bent.states = []
        #expect(bent.judgement.verdict == .inconclusive)
        #expect(bent.judgement.findings[0].seen == "nobody looked at the states of c")
        bent = Self.orphanRecord
        bent.states.removeLast()
        bent.end = 1.66
        #expect(bent.judgement.verdict == .inconclusive)
        bent = Self.orphanRecord
        bent.change = { $0.taps[0].lost = 3 }
        #expect(bent.judgement.verdict == .inconclusive)
    }

    @Test("a look that came a little late says nothing against the kernel, and one that came very late nothing for it")
    func blurred() {
        var bent = Self.orphanRecord
        bent.states[2] = .init(state: "gone", at: 1.85, unseenSince: 1.65)
        bent.end = 2
        #expect(bent.judgement.verdict == .pass)
        bent.states[2] = .init(state: "gone", at: 1.95, unseenSince: 1.65)
        #expect(bent.judgement.verdict == .inconclusive)
        bent.states[2] = .init(state: "gone", at: 2.1, unseenSince: 1.8)
        bent.end = 2.2
        #expect(bent.judgement.verdict == .fail, "however blurred, it was too late")
    }

    @Test("the round trip that the tap saw makes the RTO longer")
    func roundTrip() {
        var slow = Self.orphanRecord
        slow.packets = [0, 0.3005, 0.6015, 1.2045].map {
            Packet(at: $0, flags: [.fin, .ack], sequence: 1001, isLost: true)
        }
        slow.states[2] = .init(state: "gone", at: 2.41)
        slow.end = 2.5
        #expect(slow.judgement.verdict == .fail)
        slow.packets += [
            Packet(at: -0.009, flags: [.ack, .psh], payload: 1),
            Packet(at: 0.051, isClients: false, sequence: 8, acknowledgment: 1001),
        ]
        slow.change = { $0.events.sort { $0.at < $1.at } }
        #expect(slow.judgement.verdict == .inconclusive, "two packets in flight have other timers than one")
        slow.packets[4].at = -0.07
        slow.packets[5].at = -0.01
        #expect(slow.judgement.verdict == .pass, "\(slow.judgement.reason ?? "")")
    }

    @Test("data whose first two copies are lost is repeated by the probe and the first timeout, and no more")
    func data() {
        var fixture = StreamFixture(
            plan: StreamFixture.plan(
                "retransmission", [StreamFixture.send],
                faults: [StreamFixture.lost(payload: .some, nth: [NthRange(first: 1, last: 2)])]),
            call: "send",
            packets: [0, 0.206, 0.414].enumerated().map {
                Packet(at: $1, flags: [.ack, .psh], payload: 5, isLost: $0 < 2)
            } + [Packet(at: 0.4142, isClients: false, sequence: 8, acknowledgment: 1005)],
            states: [.init(state: "ESTABLISHED", at: 0.002)], end: 3)
        #expect(fixture.judgement.verdict == .pass, "\(fixture.judgement.reason ?? "")")
        #expect(
            fixture.judgement.findings[0].expected
                == "data is sent 3 times, last 0.408–0.416 s after the first, and then acknowledged")
        fixture.packets.append(Packet(at: 0.83, flags: [.ack, .psh], payload: 5))
        #expect(fixture.judgement.verdict == .fail)
    }

    static let finWait2Record: StreamFixture = StreamFixture(
        plan: StreamFixture.plan("fin-wait-2", [StreamFixture.close], client: [FinWait2.timeoutKey: 2]),
        packets: [
            Packet(at: 0, flags: [.fin, .ack]), Packet(at: 0.0401, isClients: false, sequence: 8, acknowledgment: 1001),
        ],
        states: [
            .init(state: "FIN_WAIT1", at: 0.002), .init(state: "FIN_WAIT2", at: 0.042),
            .init(state: "gone", at: 2.09, unseenSince: 2.06),
        ], end: 2.2)

    @Test("FIN_WAIT_2 that ends as tcp_fin_timeout says, and not otherwise")
    func finWait2() {
        let good = Self.finWait2Record
        #expect(good.judgement.verdict == .pass, "\(good.judgement.reason ?? "")")
        #expect(good.judgement.findings[0].expected == "c is in FIN_WAIT2 for 2.000–2.032 s")
        var bent = good
        bent.states[2] = .init(state: "gone", at: 2.03, unseenSince: 2.0)
        #expect(bent.judgement.verdict == .fail, "too early: it is counted from the acknowledgement")
        bent.states[2] = .init(state: "gone", at: 2.15, unseenSince: 2.12)
        #expect(bent.judgement.verdict == .fail, "too late")
        bent = good
        bent.states.remove(at: 1)
        #expect(bent.judgement.verdict == .fail, "never there")
        bent.states = []
        #expect(bent.judgement.verdict == .inconclusive, "nobody looked")
        bent.plan = StreamFixture.plan(
            "fin-wait-2", [StreamFixture.close],
            client: [FinWait2.timeoutKey: 0, EstablishedPath.minimumKey: 5000])
        bent.states = [
            .init(state: "FIN_WAIT1", at: 0.002), .init(state: "gone", at: 0.16, unseenSince: 0.0021),
        ]
        #expect(bent.judgement.verdict == .inconclusive, "it may have been there between two looks")
        #expect(bent.judgement.findings[0].rows.map(\.verdict) == [.inconclusive, .pass])
        bent = good
        bent.packets.removeLast()
        #expect(bent.judgement.verdict == .fail, "its FIN was not acknowledged")
        bent = good
        bent.states.removeLast()
        #expect(bent.judgement.verdict == .fail, "it is over by now")
        bent.end = 2.05
        #expect(bent.judgement.verdict == .inconclusive, "it may yet end")
    }

    @Test("after shutdown nothing bounds it")
    func shut() {
        var fixture = Self.finWait2Record
        fixture.plan = StreamFixture.plan("fin-wait-2", [StreamFixture.shutdown], client: [FinWait2.timeoutKey: 2])
        fixture.call = "shutdown"
        #expect(fixture.judgement.verdict == .fail, "it is gone")
        fixture.states.removeLast()
        fixture.end = 10
        #expect(fixture.judgement.verdict == .pass, "\(fixture.judgement.reason ?? "")")
    }

    static let timeWaitRecord = StreamFixture(
        plan: StreamFixture.plan("time-wait", [StreamFixture.close, StreamFixture.closePeer]),
        packets: [
            Packet(at: 0, flags: [.fin, .ack]), Packet(at: 0.001, isClients: false, sequence: 8, acknowledgment: 1001),
            Packet(at: 0.5, isClients: false, flags: [.fin, .ack], sequence: 8, acknowledgment: 1001),
            Packet(at: 0.5001, sequence: 1001, acknowledgment: 9),
        ],
        states: [
            .init(state: "FIN_WAIT2", at: 0.002), .init(state: "TIME_WAIT", at: 0.502),
            .init(state: "gone", at: 61.4, unseenSince: 60.5),
        ], end: 63)

    @Test("TIME_WAIT lasts 60 s from the last FIN, whatever was set")
    func timeWait() {
        let good = Self.timeWaitRecord
        #expect(good.judgement.verdict == .pass, "\(good.judgement.reason ?? "")")
        var bent = good
        bent.states[2] = .init(state: "gone", at: 60.4, unseenSince: 59.5)
        #expect(bent.judgement.verdict == .fail, "60 s after the first FIN is too early")
        bent.states[2] = .init(state: "gone", at: 63.5, unseenSince: 62.6)
        bent.end = 64
        #expect(bent.judgement.verdict == .fail, "too late")
        bent = good
        bent.states.remove(at: 1)
        #expect(bent.judgement.verdict == .fail, "never there")
        bent = good
        bent.packets.append(Packet(at: 20, isClients: false, flags: [.fin, .ack], sequence: 8, acknowledgment: 1001))
        #expect(bent.judgement.verdict == .fail, "another FIN begins it anew")
        bent.states[2] = .init(state: "gone", at: 81, unseenSince: 80.2)
        bent.end = 83
        #expect(bent.judgement.verdict == .pass, "\(bent.judgement.reason ?? "")")
    }

    static let keepaliveRecord = StreamFixture(
        plan: StreamFixture.plan(
            "keepalive", [StreamFixture.silent], faults: [StreamFixture.silence],
            client: [Keepalive.timeKey: 2, Keepalive.intervalKey: 1, Keepalive.probesKey: 2],
            options: ["SO_KEEPALIVE": 1]),
        call: "none",
        packets: [2.01, 3.03, 4.054].enumerated().flatMap { index, at in
            [
                Packet(at: at, flags: index == 2 ? [.rst, .ack] : .ack, sequence: 999),
                Packet(at: at + 0.0001, isClients: false, sequence: 8, acknowledgment: 1000, isLost: true),
            ].prefix(index == 2 ? 1 : 2)
        },
        states: [.init(state: "ESTABLISHED", at: 0), .init(state: "gone", at: 4.06, unseenSince: 4.02)], end: 4.2)

    @Test("probes at their times and the end after the last of them, and not otherwise")
    func keepalive() {
        let good = Self.keepaliveRecord
        #expect(good.judgement.verdict == .pass, "\(good.judgement.reason ?? "")")
        #expect(good.judgement.findings[0].seen.hasPrefix("2 probes, gone "))
        var open = good
        open.plan.steps[1].action = .connect(
            Connect(
                host: "client", socket: "c", to: StreamFixture.server, from: StreamFixture.client,
                options: [SocketOption("SO_KEEPALIVE", 1), SocketOption("TCP_USER_TIMEOUT", 4010)]))
        #expect(
            open.judgement.findings[0].expected
                == "2–3 probes, then c is given up with ETIMEDOUT, 4.000–5.128 s after something came last")
        var bent = good
        bent.packets[2].at = 3.0
        bent.packets[3].at = 3.0001
        #expect(bent.judgement.verdict == .fail, "a probe too early")
        bent = good
        bent.packets.removeSubrange(2...3)
        #expect(bent.judgement.verdict == .fail, "one is missing")
        bent = good
        bent.packets.insert(Packet(at: 4.05, sequence: 999), at: 4)
        bent.states[1] = .init(state: "gone", at: 5.08)
        bent.end = 5.2
        #expect(bent.judgement.verdict == .fail, "one too many")
        bent = good
        bent.states = []
        #expect(bent.judgement.verdict == .inconclusive)
        bent = good
        bent.packets[1].isLost = false
        #expect(bent.judgement.verdict == .inconclusive, "the silence began too late")
        #expect(bent.judgement.findings[0].seen.contains("a probe had been answered before everything was lost"))
        bent.packets[3].isLost = false
        bent.plan.counterRun = .withoutCause
        #expect(bent.judgement.verdict == .fail, "nothing was lost at all")
    }

    @Test(
        "a law bent by a tenth is red on each of these",
        arguments: [orphanRecord, finWait2Record, timeWaitRecord, keepaliveRecord])
    func bent(_ good: StreamFixture) {
        var bent = good
        bent.plan.counterRun = .bentLaw
        #expect(bent.judgement.verdict == .fail)
    }
}
