import Model
import Testing

@testable import Oracle

/// Records of one request, with one thing bent each.
@Suite struct RequestFindingTests {
    private struct Packet {
        var at: Double
        var flags: TCPFlags
        /// Of the server's own.
        var sequence: UInt32 = 7
        var isLost = false
    }

    private static let client = SocketAddress(ListenerFixture.client, 40_000)
    private static func answer(_ at: Double, _ sequence: UInt32 = 7, isLost: Bool = true) -> Packet {
        Packet(at: at, flags: [.syn, .ack], sequence: sequence, isLost: isLost)
    }
    private static func syn(_ at: Double) -> Packet { Packet(at: at, flags: .syn) }

    private static func fault(_ flags: TCPFlags, at host: String, nth: NthRange?) -> Fault {
        Fault(
            name: "lost",
            selector: Selector(flagMask: .deciding, flagValue: flags, payload: .none, nth: nth.map { [$0] }),
            site: FaultSite(host: host, interface: "to-x"))
    }

    private static func plan(_ fault: Fault, retries: Int, limit: Int = 500) -> Plan {
        ListenerFixture.plan(
            ["syn-ack-retransmission"],
            sysctls: ["net.ipv4.tcp_synack_retries": "\(retries)", SynAckRetransmission.rateKey: "\(limit)"],
            faults: [fault], [ListenerFixture.listen(4), ListenerFixture.connect("c", 40_000)])
    }

    /// `states`: of the server's end, each seen when nobody had looked for `unseen` seconds.
    private func finding(
        _ plan: Plan, _ packets: [Packet], states: [(String, Double)], unseen: Double = 0.002
    ) throws -> LawFinding {
        var facts = ListenerFixture.facts
        facts.sysctls[SynAckRetransmission.rateKey] = "500"
        func at(_ seconds: Double) -> Nanoseconds { .milliseconds(20) + Nanoseconds(Int64((seconds * 1e9).rounded())) }
        var events: [Event] = []
        for packet in packets {
            let isClients = packet.flags == .syn || packet.flags == .ack
            let segment = Segment(
                source: isClients ? Self.client : ListenerFixture.server,
                destination: isClients ? ListenerFixture.server : Self.client, flags: packet.flags,
                sequence: isClients ? 1 : packet.sequence)
            for isSender in [true, false] {
                events.append(
                    Event(
                        at: at(packet.at),
                        .packet(
                            PacketEvent(
                                host: isClients == isSender ? "client" : "server", interface: "to-x",
                                direction: isSender ? .sent : .received, segment: segment,
                                takenBy: !isSender && packet.isLost ? "lost" : nil, frame: events.count + 1))))
            }
        }
        for (state, time) in states {
            events.append(
                Event(
                    at: at(time),
                    .state(
                        StateEvent(
                            host: "server", local: ListenerFixture.server, remote: Self.client, state: state,
                            unseenSince: at(time - unseen)))))
        }
        events.append(Event(at: at(30), .sockets(SocketSample(host: "server", sockets: []))))
        let record = RunRecord(
            plan: plan, facts: facts, ending: .completed, events: events.sorted { $0.at < $1.at },
            taps: ["client", "server"].map {
                TapReport(host: $0, interface: "to-x", file: "\($0).pcapng", frames: 1, lost: 0, undecidable: 0)
            })
        let claim = LawClaim(law: "syn-ack-retransmission", of: "l")
        return try LawBook.forecast(claim, plan: plan, facts: facts, origin: nil).finding(in: Evidence(record))
    }

    @Test("a final ACK that is lost twice: two repeats, and then the handshake is complete at once")
    func completes() throws {
        let plan = Self.plan(Self.fault(.ack, at: "server", nth: NthRange(first: 1, last: 2)), retries: 5)
        let packets = [Self.syn(0), Self.answer(0.001), Self.answer(1.01), Self.answer(3.03)]
        func verdict(_ packets: [Packet], _ over: Double, _ state: String = "ESTABLISHED") throws -> Verdict {
            try finding(plan, packets, states: [("SYN_RECV", 0.002), (state, over)]).verdict
        }
        #expect(try verdict(packets, 3.032) == .pass)
        #expect(try verdict(packets, 3.9) == .fail, "nothing keeps it from that")
        #expect(try verdict(packets, 3.032, StateEvent.gone) == .fail, "it is not forgotten")
        #expect(try verdict(packets + [Self.answer(7.1)], 7.102) == .fail, "an ACK that got through was not heard")
        #expect(try verdict(packets.dropLast(), 1.012) == .fail, "who completed it?")
        #expect(try verdict([packets[0], packets[1], Self.answer(0.9), Self.answer(2.95)], 2.951) == .fail, "early")
    }

    @Test("a timer that runs already when a SYN comes again is not started anew")
    func running() throws {
        let plan = Self.plan(Self.fault([.syn, .ack], at: "client", nth: nil), retries: 1)
        let opening = [Self.syn(0), Self.answer(0.001), Self.syn(1.0195), Self.answer(1.02)]
        func verdict(_ packets: [Packet], _ over: Double) throws -> Verdict {
            try finding(plan, opening + packets, states: [("SYN_RECV", 0.002), (StateEvent.gone, over)]).verdict
        }
        #expect(try verdict([Self.answer(1.0201)], 3.04) == .pass, "both at once, then 2 s")
        #expect(try verdict([Self.answer(2.04)], 4.06) == .pass, "the SYN started it anew")
        #expect(try verdict([Self.answer(1.03)], 3.05) == .fail, "too late for the one and too early for the other")
        #expect(try verdict([Self.answer(1.0201)], 2.04) == .fail, "2 s come after the one that fired")
    }

    @Test("where nobody looked for long nobody knows when the request was forgotten")
    func blurred() throws {
        let plan = Self.plan(Self.fault([.syn, .ack], at: "client", nth: nil), retries: 0)
        func verdict(unseen: Double) throws -> Verdict {
            let states = [("SYN_RECV", 0.002), (StateEvent.gone, 1.02)]
            return try finding(plan, [Self.syn(0), Self.answer(0.001)], states: states, unseen: unseen).verdict
        }
        #expect(try verdict(unseen: 0.002) == .pass)
        #expect(try verdict(unseen: 0.9) == .inconclusive)
        let again = [Self.syn(0), Self.answer(0.001), Self.syn(2), Self.answer(2.001, 8)]
        let unseen = [("SYN_RECV", 0.002), (StateEvent.gone, 1.02)]
        #expect(try finding(plan, again, states: unseen).verdict == .inconclusive, "nobody saw the second")
        #expect(try finding(plan, again, states: []).verdict == .inconclusive, "nobody saw either")
        let stays = unseen + [("SYN_RECV", 2.002)]
        #expect(try finding(plan, again, states: stays).verdict == .fail, "it was there to the end")
    }

    @Test("a SYN that no limit holds back, since it comes to no request, makes a new one")
    func anew() throws {
        let plan = Self.plan(Self.fault([.syn, .ack], at: "client", nth: nil), retries: 0, limit: 3500)
        let opening = [Self.syn(0), Self.answer(0.001), Self.syn(0.99), Self.answer(0.991), Self.syn(1.9)]
        func verdict(_ packets: [Packet], _ over: Double) throws -> Verdict {
            try finding(plan, opening + packets, states: [("SYN_RECV", 0.002), (StateEvent.gone, over)]).verdict
        }
        #expect(try verdict([Self.syn(2.9), Self.answer(2.901, 8)], 3.92) == .pass)
        #expect(try verdict([Self.syn(2.9), Self.answer(2.901, 7)], 3.92) == .fail, "the limit was not heeded")
        #expect(try verdict([Self.syn(1.95), Self.answer(1.951, 8)], 2.97) == .fail, "the first was forgotten early")
        #expect(try verdict([Self.answer(2.901, 8)], 3.92) == .fail, "1 s after the SYN that it would answer")
    }
}
