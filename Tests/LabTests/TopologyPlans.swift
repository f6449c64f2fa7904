import Model
import Testing

/// The plans that tests build.
enum Plans {
    static let reason: Comment = "needs CAP_SYS_ADMIN and CAP_NET_ADMIN"

    /// `client` and `server` on one veth; beside the addresses of both families, the server has one behind it.
    static func pair(
        _ family: Family = .ipv4, client: [SysctlSetting] = [], server: [SysctlSetting] = []
    ) -> Plan {
        let clientEnd = Interface(
            name: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 1, 1]),
            addresses: [prefix("198.18.0.1", 24), prefix("fd00:7cb:1::1", 64)])
        let serverEnd = Interface(
            name: "to-client", mac: MACAddress(bytes: [2, 0, 0, 0, 1, 2]),
            addresses: [prefix("198.18.0.2", 24), prefix("fd00:7cb:1::2", 64)])
        return Plan(
            instance: "pair", scenario: "pair", summary: "", family: family,
            hosts: [
                Host(
                    name: "client", interfaces: [clientEnd],
                    routes: [
                        Route(
                            destination: prefix("198.18.9.0", 24),
                            target: .gateway(address("198.18.0.2"), interface: "to-server")),
                        Route(
                            destination: prefix("fd00:7cb:9::", 64),
                            target: .gateway(address("fd00:7cb:1::2"), interface: "to-server")),
                    ],
                    neighbours: neighbours(serverEnd, on: "to-server"), sysctls: client),
                Host(
                    name: "server", interfaces: [serverEnd], neighbours: neighbours(clientEnd, on: "to-client"),
                    sysctls: server),
            ],
            links: [
                Link(
                    Attachment(host: "client", interface: "to-server"),
                    Attachment(host: "server", interface: "to-client"))
            ], faults: [], steps: [], expectations: [], deadline: .seconds(10))
    }

    static func neighbours(_ peer: Interface, on interface: String) -> [Neighbour] {
        peer.addresses.map { Neighbour(interface: interface, address: $0.address, mac: peer.mac) }
    }

    static func prefix(_ text: String, _ length: Int) -> Prefix { Prefix(address(text), length) }

    static func address(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("bug: \(text) is no address") }
        return address
    }
}
