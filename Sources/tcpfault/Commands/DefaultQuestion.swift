import Model
import Oracle

/// What everybody asks first: a client connects to an address that nobody has.
enum DefaultQuestion {
    static func plan(family: Family) throws -> Plan {
        let addresses = family == .ipv4 ? ("198.18.0.1", "198.18.0.99") : ("fd7c:fa17::1", "fd7c:fa17::99")
        guard let client = IPAddress(addresses.0), let nobody = IPAddress(addresses.1) else {
            throw Trouble("\(addresses) are no addresses")
        }
        let interface = Interface(
            name: "to-nobody", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 1]),
            addresses: [Prefix(client, family == .ipv4 ? 24 : 64)])
        return Plan(
            instance: "a-host-that-is-gone/\(family.rawValue)", scenario: "a-host-that-is-gone",
            summary: "connect() to a host that is gone", family: family,
            hosts: [Host(name: "client", interfaces: [interface])], links: [], faults: [],
            steps: [
                Step(
                    .connect(
                        Connect(
                            host: "client", socket: "c", to: SocketAddress(nobody, 443),
                            from: SocketAddress(client, 40_000))))
            ],
            expectations: [Expectation(.law(LawClaim(law: "syn-retransmission", of: "c")))], deadline: .seconds(3600))
    }
}
