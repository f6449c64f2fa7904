import FoundationEssentials
import Model
import Testing

/// What passes between the programs, there and back.
@Suite("In JSON")
struct CodableTests {
    private static let server = SocketAddress(IPAddress(bytes: [198, 18, 1, 2]), 5000)

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func returned<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(try json(value).utf8))
    }

    static let actions: [(String, Action)] = [
        ("listen-again", .listenAgain(ListenAgain(socket: "l", backlog: 3))),
        ("accept", .accept(Accept(listener: "l", socket: "s", count: nil, atMost: .seconds(3)))),
        (
            "connect",
            .connect(
                Connect(
                    host: "client", socket: "c", to: server, from: nil,
                    series: .init(count: 5, every: .milliseconds(20), until: .seconds(1))))
        ),
        ("send", .send(Send(socket: "c#2", bytes: 24))),
        ("receive", .receive(Receive(socket: "s#1", bytes: nil, atMost: .seconds(1)))),
        (
            "inject",
            .inject(
                Inject(
                    host: "attacker", interface: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 1, 2]), to: server,
                    packet: .synAck, count: 100, rate: 20_000, from: IPAddress(bytes: [198, 19, 0, 1]), sources: 7,
                    atMost: .seconds(9)))
        ),
        (
            "replay",
            .replay(
                Replay(
                    host: "server", interface: "to-client", connection: "c",
                    selector: Selector(source: server.address, sourcePort: 5000, flagMask: .fin, flagValue: .fin),
                    nth: 2))
        ),
        ("set", .set(SysctlWrite(host: "server", key: "net.ipv4.tcp_syncookies", value: "2"))),
        ("wait", .wait(Wait(until: .queue(listener: "l", kind: .halfOpen, length: .exactly(4)), atMost: .seconds(1)))),
        ("wait", .wait(Wait(until: .state(socket: "c", state: "TIME_WAIT"), atMost: .seconds(1)))),
    ]

    @Test("an action is its verb with its values", arguments: actions)
    func action(verb: String, action: Action) throws {
        #expect(try Self.returned(action) == action)
        #expect(try Self.json(action).hasPrefix("{\"\(verb)\":{"))
        let step = Step(action, awaited: false, name: "n", origin: SourceLocation(file: "a.yaml", line: 1, column: 2))
        #expect(try Self.returned(step) == step)
    }

    static let claims: [Claim] = [
        .queue(QueueClaim(listener: "l", kind: .halfOpen, moment: .peak, length: CountRange(4, nil))),
        .queue(QueueClaim(listener: "l", kind: .accept, moment: .now, length: .exactly(0))),
        .call(CallClaim(socket: "c", call: "send", outcome: .fails(errno: "EPIPE"))),
        .call(CallClaim(socket: "c", outcome: .returns)),
    ]

    @Test("a claim is its kind with its values", arguments: claims)
    func claim(_ claim: Claim) throws {
        #expect(try Self.returned(claim) == claim)
        #expect(try Self.returned(Expectation(claim)) == Expectation(claim))
    }

    @Test("of a call that is not said it is connect()")
    func calls() {
        #expect(CallClaim(socket: "c", outcome: .returns).name == "connect")
        #expect(CallClaim(socket: "c", call: "receive", outcome: .returns).name == "receive")
    }

    static let events: [(String, Event.What)] = [
        (
            "queue",
            .queue(
                QueueSample(
                    host: "server", listener: "l", halfOpen: 5, accepted: 1, limit: 4,
                    counters: ["TcpExt.ListenDrops": 7]))
        ),
        ("inject", .inject(InjectEvent(step: 2, sent: 500, ended: true))),
        ("sysctl", .sysctl(SysctlWrite(host: "server", key: "net.ipv4.tcp_syncookies", value: "0"))),
        ("sockets", .sockets(SocketSample(host: "server", sockets: [], madeUp: 128))),
    ]

    @Test("an event is its kind with its values", arguments: events)
    func event(kind: String, what: Event.What) throws {
        let event = Event(at: .milliseconds(3), what)
        #expect(try Self.returned(event) == event)
        #expect(try Self.json(what).hasPrefix("{\"\(kind)\":{"))
    }

    @Test("routes, made-up addresses and taps keep what they say")
    func others() throws {
        let prefix = Prefix(IPAddress(bytes: [198, 19, 0, 0]), 16)
        for target in [Route.Target.blackhole, .gateway(IPAddress(bytes: [198, 18, 1, 1]), interface: "to-attacker")] {
            let route = Route(destination: prefix, target: target)
            #expect(try Self.returned(route) == route)
        }
        let spoofing = Spoofing(host: "attacker", prefix: prefix, sampling: 256)
        #expect(try Self.returned(spoofing) == spoofing)
        let tap = TapReport(
            host: "server", interface: "to-attacker", file: "a.pcapng", frames: 3, lost: 0, undecidable: 0, unsampled: 9
        )
        #expect(try Self.returned(tap) == tap)
        let options = SynOptions(mss: 1460, sackPermitted: true)
        #expect(try Self.returned(options) == options)
    }

    @Test("a plan from before there was an initial RTO has none")
    func initialRTO() throws {
        var plan = Plan(
            instance: "i", scenario: "s", summary: "", family: .ipv4, hosts: [], links: [], faults: [], steps: [],
            expectations: [], deadline: .seconds(1))
        #expect(try !Self.json(plan).contains("initialRTO"))
        #expect(try Self.returned(plan) == plan)
        plan.initialRTO = .milliseconds(100)
        plan.withheld.initialRTO = true
        #expect(try Self.returned(plan) == plan)
        #expect(try Self.returned(plan).installedInitialRTO == nil)
    }

    @Test("two verbs, or none that is known, are no action")
    func refused() {
        for text in [
            #"{"send": {"socket": "c", "bytes": 1}, "close": {"socket": "c", "abort": false}}"#, #"{"dance": {}}"#,
            "{}",
        ] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Action.self, from: Data(text.utf8)) }
        }
    }
}
