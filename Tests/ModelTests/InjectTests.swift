import Model
import Testing

@Suite("Made-up segments")
struct InjectTests {
    private static func inject(count: Int, sources: Int) -> Inject {
        let server = SocketAddress(IPAddress(bytes: [198, 18, 1, 2]), 5000)
        return Inject(
            host: "attacker", interface: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 1, 2]), to: server,
            packet: .syn,
            count: count, from: IPAddress(bytes: [198, 19, 0, 1]), sources: sources, atMost: .seconds(1))
    }

    @Test("take turns with the addresses, and ports advance with them")
    func turns() {
        let flood = Self.inject(count: 7, sources: 3)
        #expect(
            (0..<7).map { flood.source($0).description } == [
                "198.19.0.1:1024", "198.19.0.2:1025", "198.19.0.3:1026", "198.19.0.1:1025", "198.19.0.2:1026",
                "198.19.0.3:1027", "198.19.0.1:1026",
            ])
    }

    @Test("have one port where it is given")
    func port() {
        var one = Self.inject(count: 3, sources: 1)
        one.port = 7
        #expect((0..<3).map { one.source($0).description } == ["198.19.0.1:7", "198.19.0.1:7", "198.19.0.1:7"])
    }

    @Test("never repeat themselves before every address had every port, and give each stretch its share of a port")
    func distinct() {
        let flood = Self.inject(count: 300_000, sources: 4096)
        let sources = (0..<300_000).map(flood.source)
        #expect(Set(sources).count == 300_000)
        for start in stride(from: 0, to: 300_000, by: 50_000) {
            let sampled = sources[start..<start + 50_000].count { $0.port.isMultiple(of: 256) }
            #expect((150...250).contains(sampled), "\(sampled) of 50,000")
        }
    }

    @Test("use every port from 1024 to 65535 of an address before they begin anew")
    func ports() {
        let one = Self.inject(count: Inject.ports + 1, sources: 1)
        #expect(one.source(Inject.ports - 1).port == 65_535)
        #expect(one.source(Inject.ports) == one.source(0))
        #expect(Set((0..<Inject.ports).map(one.source)).count == Inject.ports)
    }

    @Test("cross the bytes of an address as a number does")
    func carries() throws {
        let address = IPAddress(bytes: [198, 19, 0, 255])
        #expect(address.advanced(by: 1).description == "198.19.1.0")
        #expect(address.advanced(by: -255).description == "198.19.0.0")
        #expect(address.advanced(by: 0) == address)
        #expect(IPAddress(bytes: [255, 255, 255, 255]).advanced(by: 1).description == "0.0.0.0")
        let wide = try #require(IPAddress("fd7c:fa17:1::ffff"))
        #expect(wide.advanced(by: 1).description == "fd7c:fa17:1::1:0")
        // The last 32 bits count, and nothing above them.
        let last = try #require(IPAddress("fd7c:fa17:1::ffff:ffff"))
        #expect(last.advanced(by: 1).description == "fd7c:fa17:1::")
    }
}
