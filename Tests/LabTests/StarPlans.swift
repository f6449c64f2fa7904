import Model
import Testing

/// Plans with made-up addresses: `client` and `attacker`, each on a veth with `server`.
extension Plans {
    static func spoofing(_ family: Family, sampling: Int = 1) -> Spoofing {
        Spoofing(host: "attacker", prefix: madeUpPrefix(family), sampling: sampling)
    }

    static func madeUpPrefix(_ family: Family) -> Prefix {
        family == .ipv4 ? prefix("198.19.0.0", 16) : prefix("fd7c:fa17:1::", 48)
    }

    /// The made-up prefix leads from the server to the attacker and vanishes there.
    static func star(
        _ family: Family = .ipv4, sampling: Int = 1, server: [SysctlSetting] = [], steps: [Step] = [],
        deadline: Nanoseconds = .seconds(20)
    ) -> Plan {
        let ends = [end("to-server", 1, 1), end("to-client", 1, 2), end("to-server", 2, 1), end("to-attacker", 2, 2)]
        let gateways = Family.allCases.map { family in
            Route(
                destination: madeUpPrefix(family),
                target: .gateway(address(family, link: 2, 1), interface: "to-attacker"))
        }
        let blackholes = Family.allCases.map { Route(destination: madeUpPrefix($0), target: .blackhole) }
        return Plan(
            instance: "star", scenario: "star", summary: "", family: family,
            hosts: [
                Host(name: "client", interfaces: [ends[0]], neighbours: neighbours(ends[1], on: "to-server")),
                Host(
                    name: "server", interfaces: [ends[1], ends[3]], routes: gateways,
                    neighbours: neighbours(ends[0], on: "to-client") + neighbours(ends[2], on: "to-attacker"),
                    sysctls: server),
                Host(
                    name: "attacker", interfaces: [ends[2]], routes: blackholes,
                    neighbours: neighbours(ends[3], on: "to-server")),
            ],
            links: [
                Link(
                    Attachment(host: "client", interface: "to-server"),
                    Attachment(host: "server", interface: "to-client")),
                Link(
                    Attachment(host: "attacker", interface: "to-server"),
                    Attachment(host: "server", interface: "to-attacker")),
            ], spoofing: spoofing(family, sampling: sampling), faults: [], steps: steps, expectations: [],
            deadline: deadline)
    }

    private static func address(_ family: Family, link: Int, _ number: Int) -> IPAddress {
        address(family == .ipv4 ? "198.18.\(link).\(number)" : "fd00:7cb:\(link)::\(number)")
    }

    private static func end(_ name: String, _ link: UInt8, _ number: UInt8) -> Interface {
        Interface(
            name: name, mac: MACAddress(bytes: [2, 0, 0, 0, link, number]),
            addresses: [
                Prefix(address(.ipv4, link: Int(link), Int(number)), 24),
                Prefix(address(.ipv6, link: Int(link), Int(number)), 64),
            ])
    }
}
