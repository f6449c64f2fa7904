import Lab
import Model
import Testing

/// Plans with something to do, on the pair, and how they are run.
extension Plans {
    static let facts = FactsProbe.facts()

    static func run(_ plan: Plan) throws -> RunRecord {
        let folder = try TemporaryFolder()
        let lateness = try LatenessWatcher()
        defer { lateness.stop() }
        let record = try Runner(plan, facts: facts, folder: folder.path, lateness: lateness).run()
        #expect(try folder.read("record.json").contains("\"writer\" : \"tcpfault-run"))
        return record
    }

    static let port: UInt16 = 5_000

    static func server(_ family: Family) -> SocketAddress {
        SocketAddress(address(family == .ipv4 ? "198.18.0.2" : "fd00:7cb:1::2"), port)
    }

    static func listen(_ family: Family, backlog: Int = 16) -> Step {
        Step(.listen(Listen(host: "server", socket: "l", address: server(family), backlog: backlog)))
    }

    static func connect(
        _ family: Family, as name: String = "c", options: [SocketOption] = [], awaited: Bool = true
    ) -> Step {
        Step(
            .connect(Connect(host: "client", socket: name, to: server(family), from: nil, options: options)),
            awaited: awaited)
    }

    static func accept(_ count: Int? = 1, atMost: Nanoseconds = .seconds(5), awaited: Bool = true) -> Step {
        Step(.accept(Accept(listener: "l", socket: "s", count: count, atMost: atMost)), awaited: awaited)
    }

    /// SYNs of the client, lost at the server.
    static func lostSyn(_ nth: [NthRange]? = nil) -> Fault {
        Fault(
            name: "lost", selector: Selector(flagMask: .deciding, flagValue: .syn, nth: nth),
            site: FaultSite(host: "server", interface: "to-client"))
    }

    static func plan(
        _ steps: [Step], _ family: Family = .ipv4, faults: [Fault] = [], client: [SysctlSetting] = [],
        server: [SysctlSetting] = [], deadline: Nanoseconds = .seconds(20)
    ) -> Plan {
        var plan = pair(family, client: client, server: server)
        plan.steps = steps
        plan.faults = faults
        plan.deadline = deadline
        return plan
    }
}

extension RunRecord {
    var queues: [QueueSample] {
        events.compactMap { event in if case .queue(let sample) = event.what { sample } else { nil } }
    }

    /// Segments at a host's tap, in order.
    func packets(_ host: String, _ direction: PacketEvent.Direction, _ kind: PacketKind) -> [PacketEvent] {
        events.compactMap { event in
            guard case .packet(let packet) = event.what, packet.host == host, packet.direction == direction,
                kind.matches(packet.segment)
            else { return nil }
            return packet
        }
    }

    func calls(_ name: String) -> [CallEvent] {
        events.compactMap { event in
            if case .call(let call) = event.what, call.call == name { call } else { nil }
        }
    }
}
