import Kernel
import Lab
import Model
import Testing

@Suite("Packets that no socket sends", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct ReplayTests {
    private static func client(_ family: Family) -> SocketAddress {
        SocketAddress(Plans.address(family == .ipv4 ? "198.18.0.1" : "fd00:7cb:1::1"), 40_000)
    }

    private static func replay(_ family: Family, _ kind: PacketKind, nth: Int = 1) -> Step {
        let (from, to) = (Plans.server(family), client(family))
        return Step(
            .replay(
                Replay(
                    host: "server", interface: "to-client", connection: "c",
                    selector: Selector(
                        source: from.address, destination: to.address, sourcePort: from.port, destinationPort: to.port,
                        flagMask: kind.flagMask, flagValue: kind.flagValue, payload: kind.payload), nth: nth)))
    }

    private static func inject(_ family: Family, _ kind: PacketKind) throws -> Step {
        let plan = Plans.plan([], family)
        let mac = try #require(plan.host("client")?.interfaces[0].mac)
        return Step(
            .inject(
                Inject(
                    host: "server", interface: "to-client", mac: mac, to: client(family), packet: kind, count: 1,
                    from: Plans.server(family).address, port: Plans.port, sequenceOf: "c", atMost: .seconds(1))))
    }

    private static func connected(_ family: Family) -> [Step] {
        [
            Plans.listen(family),
            Step(
                .connect(
                    Connect(host: "client", socket: "c", to: Plans.server(family), from: client(family), options: []))),
            Plans.accept(),
        ]
    }

    private static let pause = Step(.wait(Wait(until: .duration(.milliseconds(100)), atMost: .seconds(1))))

    /// Every tap and the kernel's own count saw it like one that TCP had sent.
    @Test("are the same bytes once more, whole", arguments: Family.allCases)
    func again(_ family: Family) throws {
        let send = Step(.send(Send(socket: "s", bytes: 1_400)))
        let steps = Self.connected(family) + [send, Self.pause, Self.replay(family, .data), Self.pause]
        let record = try Plans.run(Plans.plan(steps, family))
        #expect(record.ending == .completed && record.complaints.isEmpty && record.shortfalls.isEmpty)
        let sent = record.packets("server", .sent, .data).map(\.segment)
        #expect(sent.count == 2 && sent[0] == sent[1] && sent[0].payload == 1_400)
        let received = record.events.count { event in
            if case .packet(let packet) = event.what {
                packet.host == "client" && packet.direction == .received
            } else {
                false
            }
        }
        #expect(record.counters["client"]?["Tcp.InSegs"] == Int64(received))
        #expect(record.counters["client"]?["Tcp.InErrs"] == 0)
        #expect(record.counters["client"]?["TcpExt.TCPDSACKOldSent"] == 1)
    }

    @Test("are missed where they were never sent")
    func missing() throws {
        let record = try Plans.run(Plans.plan(Self.connected(.ipv4) + [Self.replay(.ipv4, .synAck, nth: 2)]))
        #expect(record.shortfalls == ["step 4: server had sent 1 of 2 such packets of c"])
        #expect(record.packets("server", .sent, .synAck).count == 1)
    }

    @Test("have the numbers that a connection expects, so that a RST ends it", arguments: Family.allCases)
    func fitting(_ family: Family) throws {
        let traffic = [Step(.send(Send(socket: "c", bytes: 10))), Step(.send(Send(socket: "s", bytes: 20)))]
        let receive = Step(.receive(Receive(socket: "c", bytes: nil, atMost: .seconds(1))))
        let steps = Self.connected(family) + traffic + [Self.pause, try Self.inject(family, .rst), receive]
        let record = try Plans.run(Plans.plan(steps, family))
        #expect(record.ending == .completed && record.shortfalls.isEmpty)
        #expect(record.calls("receive").map(\.errno) == ["ECONNRESET"])
        #expect(record.counters["client"]?["TcpExt.TCPChallengeACK"] == 0)
    }

    @Test("have no numbers of a connection that has not begun")
    func unfitting() throws {
        let record = try Plans.run(Plans.plan([Plans.listen(.ipv4), try Self.inject(.ipv4, .rst)]))
        #expect(record.shortfalls == ["step 2: server had sent nothing of c"])
        #expect(record.packets("server", .sent, .rst).isEmpty)
    }
}
