import Model
import Testing

@testable import Oracle

/// Which ports of the range `ephemeral-ports` holds for taken.
@Suite struct TakenPortsTests {
    private static let other = SocketAddress(Fixture.server, 5001)

    /// Of four ports, so many are open to the same destination; what else there is comes first.
    private static func expected(
        open: Int, reserved: String = "", range: String = "40000 40003", _ before: [Action] = []
    ) throws(OracleError) -> String {
        var plan = StreamFixture.plan("ephemeral-ports", [], of: "e")
        func connect(_ name: String, _ count: Int?) -> Action {
            .connect(
                Connect(
                    host: "client", socket: name, to: StreamFixture.server, from: nil,
                    series: count.map { Connect.Series(count: $0) }))
        }
        let open = open > 0 ? [connect("d", open)] : []
        plan.steps = [plan.steps[0]] + (before + open + [connect("e", nil)]).map { Step($0) }
        plan.hosts[0].sysctls = [
            SysctlSetting(key: EphemeralPorts.rangeKey, value: range),
            SysctlSetting(key: "net.ipv4.ip_local_reserved_ports", value: reserved),
        ]
        var facts = StreamFixture.facts()
        facts.sysctls[EphemeralPorts.rangeKey] = "32768\t60999"
        facts.sysctls["net.ipv4.ip_local_reserved_ports"] = ""
        facts.sysctls[EphemeralPorts.reuseKey] = "2"
        facts.sysctls[EphemeralPorts.delayKey] = "1000"
        facts.sysctls[EphemeralPorts.timestampsKey] = "1"
        return try Oracle.forecast(plan, facts: facts).predictions[0].expected
    }

    private static func bound(_ port: UInt16, to: SocketAddress = StreamFixture.server) -> Action {
        .connect(Connect(host: "client", socket: "b", to: to, from: SocketAddress(Fixture.client, port)))
    }

    private static func listens(_ port: UInt16, on host: String = "client") -> Action {
        let address = host == "client" ? Fixture.client : Fixture.server
        return .listen(Listen(host: host, socket: "own", address: SocketAddress(address, port), backlog: 1))
    }

    private static let close = Action.close(Close(socket: "own"))
    private static let fits = "e finds a port"
    private static let none = "connect() of e fails with EADDRNOTAVAIL at once"

    @Test("reserved ports of the range are not tried")
    func reserved() throws {
        #expect(try Self.expected(open: 3) == Self.fits && Self.expected(open: 4) == Self.none)
        #expect(try Self.expected(open: 3, reserved: "40001") == Self.none)
        #expect(try Self.expected(open: 2, reserved: "40001") == Self.fits)
        #expect(try Self.expected(open: 2, reserved: "8080,40001-40002,50000") == Self.none)
        #expect(try Self.expected(open: 2, reserved: "39000-40000,40003-41000") == Self.none)
        #expect(try Self.expected(open: 3, reserved: "39999,40004") == Self.fits)
        #expect(try Self.expected(open: 0, reserved: "40000-40003") == Self.none)
        #expect(throws: OracleError.self) { try Self.expected(open: 0, reserved: "all") }
    }

    @Test("a listener of the same host has its port to itself, until it is closed")
    func listeners() throws {
        #expect(try Self.expected(open: 3, [Self.listens(40_002)]) == Self.none)
        #expect(try Self.expected(open: 3, reserved: "40002", [Self.listens(40_002)]) == Self.none)
        #expect(try Self.expected(open: 2, reserved: "40002", [Self.listens(40_002)]) == Self.fits, "one port, once")
        #expect(try Self.expected(open: 3, [Self.listens(40_009)]) == Self.fits)
        #expect(try Self.expected(open: 3, [Self.listens(40_002, on: "server")]) == Self.fits)
        #expect(try Self.expected(open: 3, [Self.listens(40_002), Self.close]) == Self.fits)
    }

    @Test("a port that bind() chose is taken for every destination; outside the range it takes none")
    func bound() throws {
        #expect(try Self.expected(open: 3, [Self.bound(40_009)]) == Self.fits)
        #expect(try Self.expected(open: 4, [Self.bound(40_009)]) == Self.none)
        #expect(try Self.expected(open: 3, [Self.bound(40_002)]) == Self.none)
        #expect(try Self.expected(open: 3, [Self.bound(40_002, to: Self.other)]) == Self.none)
        #expect(throws: OracleError.self, "whether its bind bucket is there hangs on the kernel") {
            try Self.expected(open: 3, [Self.bound(40_002), .close(Close(socket: "b"))])
        }
    }

    @Test("of an odd range the port that is left out may be a reserved one")
    func odd() throws {
        #expect(try Self.expected(open: 1, range: "40000 40002") == Self.fits)
        #expect(try Self.expected(open: 2, range: "40000 40002") == Self.none)
        #expect(throws: OracleError.self) {
            try Self.expected(open: 1, reserved: "40002", range: "40000 40002")
        }
        #expect(try Self.expected(open: 2, reserved: "40002", range: "40000 40002") == Self.none)
        #expect(try Self.expected(open: 2, reserved: "40002", range: "40000 40004") == Self.fits)
    }
}
