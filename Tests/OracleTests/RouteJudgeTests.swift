import Model
import Oracle
import Testing

/// What a router's ICMP does to a connect(), judged from records made by hand.
@Suite struct RouteJudgeTests {
    /// A caller that sleeps: two SYNs reach the router, and with the second the call ends.
    private func fixture(blocking: Bool = true) -> Fixture {
        var fixture = Fixture.silence(retries: 6, syns: blocking ? [0, 1.012] : [0], ended: blocking ? 1.0122 : 0.0002)
        fixture.errno = "EHOSTUNREACH"
        fixture.taken = 0
        fixture.plan.faults = []
        fixture.plan.steps[1] = Step(
            .connect(
                Connect(
                    host: "client", socket: "c", to: Fixture.to, from: Fixture.from, blocking: blocking ? true : nil)))
        let gateway = IPAddress("198.18.0.3")!
        let end = Interface(
            name: "to-client", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 3]), addresses: [Prefix(gateway, 24)])
        fixture.plan.hosts[0].routes = [
            Route(destination: Prefix(Fixture.server, 32), target: .gateway(gateway, interface: "to-server"))
        ]
        fixture.plan.hosts.append(
            Host(
                name: "router", interfaces: [end],
                routes: [Route(destination: Prefix(Fixture.server, 32), target: .unreachable, fault: "unreachable")]))
        fixture.change = Self.pass(_:)
        return fixture
    }

    /// What reached the server reaches the router, and no further.
    private static func pass(_ record: inout RunRecord) {
        var count: Int64 = 0
        for index in record.events.indices {
            guard case .packet(var packet) = record.events[index].what, packet.host == "server" else { continue }
            packet.host = "router"
            record.events[index].what = .packet(packet)
            count += 1
        }
        record.faults = []
        record.taps.append(
            TapReport(host: "router", interface: "to-x", file: "r.pcapng", frames: 1, lost: 0, undecidable: 0))
        record.counters["server"]?["Tcp.InSegs"] = 0
        record.counters["router"] = ["Tcp.InSegs": 0, "Icmp.OutDestUnreachs": count]
        record.counters["client"]?["Icmp.InDestUnreachs"] = count
        record.counters["client"]?["TcpExt.LockDroppedIcmps"] = 1
    }

    @Test("a sleeping caller is told with the second SYN, a polling one with the first")
    func told() {
        for blocking in [true, false] {
            let judgement = fixture(blocking: blocking).judgement
            #expect(judgement.verdict == .pass, "\(judgement.reason ?? "")")
            #expect(
                judgement.proofs.first?.explanation.hasPrefix("\(blocking ? 2 : 1) segments reached router") == true)
        }
    }

    @Test("another errno, another time or another SYN fails")
    func bent() {
        var bent = fixture()
        bent.errno = "ETIMEDOUT"
        #expect(bent.judgement.verdict == .fail)
        bent = fixture()
        bent.ended = 1.4
        #expect(bent.judgement.verdict == .fail, "long after the ICMP")
        bent = fixture()
        bent.syns = [0, 1.012, 2.03]
        bent.ended = 2.0302
        #expect(bent.judgement.verdict == .fail, "the second did not end it")
        bent = fixture()
        bent.syns = [0]
        bent.ended = 0.0002
        #expect(bent.judgement.verdict == .fail, "the first ended it, although connect() held the socket")
    }

    @Test("a socket that stays open after the caller was told goes on")
    func goesOn() {
        var open = fixture(blocking: false)
        open.syns = [0, 1.012]
        #expect(open.judgement.verdict == .pass, "\(open.judgement.reason ?? "")")
    }

    @Test("ICMP that came when the socket was free proves nothing")
    func late() {
        var late = fixture()
        late.syns = [0]
        late.ended = 0.0002
        late.change = { record in
            Self.pass(&record)
            record.counters["client"]?["TcpExt.LockDroppedIcmps"] = 0
        }
        #expect(late.judgement.verdict == .inconclusive)
        #expect(late.judgement.reason?.contains("the machine was too late") == true)
    }

    @Test("the route is proved by what came, what was sent, and what was heard")
    func proof() {
        for (host, key) in [("router", "Icmp.OutDestUnreachs"), ("client", "Icmp.InDestUnreachs")] {
            var bent = fixture()
            bent.change = { record in
                Self.pass(&record)
                record.counters[host]?[key]? -= 1
            }
            #expect(bent.judgement.verdict == .inconclusive, "\(key)")
            #expect(bent.judgement.reason?.hasPrefix("fault 'unreachable' is not proved") == true)
        }
    }

    @Test("on a ladder the router answers")
    func ladder() {
        let rungs = Ladder.predicted(for: fixture().plan, facts: Fixture.facts).rungs.filter(\.isPacket)
        #expect(
            rungs.map { "\($0.host ?? "")>\($0.to ?? "") \($0.what)" } == [
                "client>router SYN", "router>client ICMP unreachable", "client>router SYN 2",
                "router>client ICMP unreachable",
            ])
        #expect(rungs[1].remark == "noted" && rungs[3].remark == nil)
    }

    @Test("an older kernel is not judged")
    func older() {
        var facts = Fixture.facts
        facts.kernel = "5.4.0"
        #expect(throws: OracleError.self) { try Oracle.forecast(fixture().plan, facts: facts) }
    }
}
