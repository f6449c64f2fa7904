import Model
import Testing

@testable import Scenarios

@Suite struct TopologyTests {
    private func topology(_ text: String) throws -> Topology {
        try Topology(name: "test", source: SourceText(file: "test.yaml", bytes: Array(text.utf8)))
    }

    /// As `ip route` would name them.
    private func routes(_ host: String, of topology: Topology) -> [String] {
        (Network(topology: topology).hosts().first { $0.name == host }?.routes ?? []).map { route in
            switch route.target {
            case .gateway(let gateway, let interface): "\(route.destination) via \(gateway) dev \(interface)"
            case .blackhole: "\(route.destination) blackhole"
            case .unreachable: "\(route.destination) unreachable"
            }
        }
    }

    @Test func madeUpAddressesLeadToOneHostAndNoFurther() throws {
        let star = try #require(Fixture.topologies["star"])
        #expect(star.spoofed == "attacker")
        func routes(_ host: String) -> [String] { self.routes(host, of: star) }
        #expect(routes("client") == [], "it has no link to the attacker")
        #expect(routes("attacker") == ["198.19.0.0/16 blackhole", "fd7c:fa17:1::/48 blackhole"])
        #expect(
            routes("server") == [
                "198.19.0.0/16 via 198.18.1.1 dev to-attacker",
                "fd7c:fa17:1::/48 via fd7c:fa17:0:1::1 dev to-attacker",
            ])
    }

    @Test func hostsReachFarLinksByRoutersAlone() throws {
        let routed = try #require(Fixture.topologies["routed"])
        #expect(
            routes("client", of: routed) == [
                "198.18.1.0/24 via 198.18.0.2 dev to-router", "fd7c:fa17:0:1::/64 via fd7c:fa17::2 dev to-router",
            ])
        #expect(
            routes("server", of: routed) == [
                "198.18.0.0/24 via 198.18.1.1 dev to-router", "fd7c:fa17::/64 via fd7c:fa17:0:1::1 dev to-router",
            ])
        #expect(routes("router", of: routed) == [])
        let chain = try topology(
            """
            summary: x
            hosts: [a, r, q, b, c]
            links: [{ between: [a, r] }, { between: [r, q] }, { between: [q, b] }, { between: [b, c] }]
            routers: [r, q]
            """)
        let network = Network(topology: chain)
        #expect(network.path("a", "b") == [0, 1, 2])
        #expect(network.path("a", "c") == [], "b does not forward")
        #expect(routes("a", of: chain).count == 4, "to two far links, by two families")
    }

    @Test func noAddressOfALinkIsMadeUp() {
        for family in Family.allCases {
            let madeUp = Network.madeUp(family)
            for link in [UInt8(0), 99] {
                let bytes: [UInt8] =
                    family == .ipv4
                    ? [198, 18, link, 1]
                    : [0xFD, 0x7C, 0xFA, 0x17, 0, 0, 0, link] + [UInt8](repeating: 0, count: 7) + [1]
                #expect(!madeUp.contains(IPAddress(bytes: bytes)))
            }
        }
    }

    @Test func aTopologyWithoutThemHasNoRoutes() throws {
        let pair = try #require(Fixture.topologies["pair"])
        let network = Network(topology: pair)
        #expect(network.hosts().allSatisfy { $0.routes.isEmpty })
        #expect(network.spoofing(.ipv4, segments: 0) == nil)
    }

    @Test func theSpoofedHostMustBeThere() {
        let text = """
            summary: x
            hosts: [a, b]
            links: [{ between: [a, b] }]
            spoofed: c
            """
        let errors = #expect(throws: InputErrors.self) { try topology(text) }
        let said = errors?.description ?? ""
        #expect(said.contains("test.yaml:4:10: there is no host 'c'"), "\(said)")
    }
}
