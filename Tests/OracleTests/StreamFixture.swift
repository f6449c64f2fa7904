import Model

@testable import Oracle

/// A connection `c` to `s` on the pair, and what one end's life looks like in a record. Time 0 is the step that matters.
struct StreamFixture: Sendable {
    struct Packet: Sendable {
        var at: Double
        var isClients = true
        var flags: TCPFlags = .ack
        var payload = 0
        var sequence: UInt32 = 1000
        var acknowledgment: UInt32 = 0
        var isLost = false
    }

    struct State: Sendable {
        var state: String
        var at: Double
        /// The look before; `nil`: 2 ms before.
        var unseenSince: Double?
    }

    static let client = SocketAddress(Fixture.client, 40_000)
    static let server = SocketAddress(Fixture.server, 5000)

    static func facts(hertz: Int64 = 250, without: [String] = []) -> Facts {
        var facts = Fixture.facts
        facts.tick = Nanoseconds(1_000_000_000 / hertz)
        facts.sysctls = [
            SynRetransmission.retriesKey: "6", SynRetransmission.linearKey: "4",
            Retransmission.retriesKey: "15", Retransmission.orphanKey: "0", Retransmission.probeKey: "3",
            Retransmission.sackKey: "1", Retransmission.thinKey: "0", EstablishedPath.minimumKey: "200000",
            EstablishedPath.maximumKey: "120000", FinWait2.timeoutKey: "60", Keepalive.timeKey: "7200",
            Keepalive.intervalKey: "75", Keepalive.probesKey: "9", TimeWaitBuckets.limitKey: "8192",
        ]
        for key in without { facts.sysctls[key] = nil }
        return facts
    }

    static let losesFin = lost(flags: .fin, value: .fin)
    static let losesData = lost(payload: .some)
    /// Whatever comes from the server, once it is switched on.
    static let silence = Fault(
        name: "lost", selector: Selector(source: Fixture.server),
        site: FaultSite(host: "client", interface: "to-server"), startsOn: false)

    static func lost(
        flags: TCPFlags = [], value: TCPFlags = [], payload: PayloadRule = .any, nth: [NthRange]? = nil
    ) -> Fault {
        Fault(
            name: "lost",
            selector: Selector(
                source: Fixture.client, flagMask: flags, flagValue: value, payload: payload, nth: nth),
            site: FaultSite(host: "server", interface: "to-client"))
    }

    static let close = Action.close(Close(socket: "c"))
    static let closePeer = Action.close(Close(socket: "s"))
    static let shutdown = Action.shutdown(Shutdown(socket: "c"))
    static let send = Action.send(Send(socket: "c", bytes: 5))
    static let silent = Action.fault(FaultSwitch(fault: "lost", on: true))

    /// The law of `c`, with what happens once it is connected and accepted.
    static func plan(
        _ law: String, _ actions: [Action], faults: [Fault] = [], client: [String: Int] = [:],
        server: [String: Int] = [:], options: [String: Int] = [:], of subject: String = "c"
    ) -> Plan {
        var plan = Fixture.plan(retries: 6, nth: nil)
        plan.faults = faults
        for (index, settings) in [client, server].enumerated() {
            plan.hosts[index].sysctls = settings.sorted { $0.key < $1.key }
                .map { SysctlSetting(key: $0.key, value: "\($0.value)") }
        }
        let connect = Connect(
            host: "client", socket: "c", to: Self.server, from: Self.client,
            options: options.sorted { $0.key < $1.key }.map { SocketOption($0.key, $0.value) })
        plan.steps = [
            Step(.listen(Listen(host: "server", socket: "l", address: Self.server, backlog: 16))),
            Step(.connect(connect)), Step(.accept(Accept(listener: "l", socket: "s", atMost: .seconds(2)))),
        ]
        plan.steps += actions.map { Step($0) }
        plan.expectations = [Expectation(.law(LawClaim(law: law, of: subject)))]
        return plan
    }

    var plan: Plan
    var facts = StreamFixture.facts()
    /// Made for the client's own end of it.
    var call = "close"
    var packets: [Packet]
    /// Of the client's end.
    var states: [State]
    /// When the record was closed.
    var end: Double
    var change: @Sendable (inout RunRecord) -> Void = { _ in }

    private static let handshake: [Packet] = [
        Packet(at: -0.01, flags: .syn, sequence: 999),
        Packet(at: -0.0099, isClients: false, flags: [.syn, .ack], sequence: 7, acknowledgment: 1000),
        Packet(at: -0.0098, sequence: 1000, acknowledgment: 8),
    ]

    var record: RunRecord {
        func at(_ seconds: Double) -> Nanoseconds { .milliseconds(20) + Nanoseconds(Int64((seconds * 1e9).rounded())) }
        var events: [Event] = []
        let all = Self.handshake + packets
        for packet in all {
            let segment = Segment(
                source: packet.isClients ? Self.client : Self.server,
                destination: packet.isClients ? Self.server : Self.client, flags: packet.flags,
                sequence: packet.sequence, acknowledgment: packet.acknowledgment, payload: packet.payload)
            for isSender in [true, false] {
                let host = packet.isClients == isSender ? "client" : "server"
                let event = PacketEvent(
                    host: host, interface: host == "client" ? "to-server" : "to-client",
                    direction: isSender ? .sent : .received, segment: segment,
                    takenBy: !isSender && packet.isLost ? "lost" : nil, frame: events.count + 1)
                events.append(Event(at: at(packet.at), .packet(event)))
            }
        }
        for (call, began) in [("connect", -0.0101), (call, -0.0001)] where call != "none" {
            let event = CallEvent(
                socket: "c", host: "client", call: call, ended: at(began + 0.0003), local: Self.client,
                remote: Self.server)
            events.append(Event(at: at(began), .call(event)))
        }
        for state in states {
            let event = StateEvent(
                host: "client", local: Self.client, remote: Self.server, state: state.state,
                unseenSince: at(state.unseenSince ?? state.at - 0.002))
            events.append(Event(at: at(state.at), .state(event)))
        }
        events.append(Event(at: at(end), .sockets(SocketSample(host: "client", sockets: []))))
        let lost = all.count(where: \.isLost)
        func arrived(_ isClients: Bool) -> Int64 { Int64(all.count { $0.isClients == isClients && !$0.isLost }) }
        var record = RunRecord(
            plan: plan, facts: facts, ending: .completed, events: events.sorted { $0.at < $1.at },
            counters: ["client": ["Tcp.InSegs": arrived(false)], "server": ["Tcp.InSegs": arrived(true)]],
            faults: plan.faults.map {
                FaultReport(
                    name: $0.name, mechanism: .classic, matched: nil, taken: nil, qdiscSeen: lost, qdiscDropped: lost)
            },
            taps: ["client", "server"].map {
                TapReport(host: $0, interface: "to-x", file: "\($0).pcapng", frames: 1, lost: 0, undecidable: 0)
            })
        for host in plan.hosts {
            record.sysctls[host.name] = Dictionary(
                host.sysctls.map { ($0.key, SysctlReading(before: $0.value, after: $0.value)) }
            ) { _, last in last }
        }
        change(&record)
        return record
    }

    var judgement: Judgement { Judge.judge(record) }
}
