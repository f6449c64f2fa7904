import Model

/// The addresses, interfaces and links of a topology. Decided by the order of its hosts and links alone, so that a
/// scenario has the same packets everywhere.
///
/// Link K (from 0) is 198.18.K.0/24 (RFC 2544's prefix for benchmarks) and fd7c:fa17:0:K::/64; its first end is .1,
/// its second .2, and .99 is nobody: an address with a neighbour entry and no host. Made-up addresses are 198.19.0.0/16
/// (the other half of that prefix) and fd7c:fa17:1::/48.
struct Network {
    let topology: Topology
    /// The host that connects to itself, and so has a tap on its loopback. Addresses there are every host's, and in a plan
    /// an address has one owner.
    var loopback: String?

    private static let nobodyNumber: UInt8 = 99

    func hosts() -> [Host] {
        topology.hosts.map { name in
            let links = topology.links.indices.filter { topology.links[$0].joins(name) }
            return Host(
                name: name,
                interfaces: (links.map { link in
                    Interface(
                        name: interface(of: name, on: link), mac: mac(of: name, on: link),
                        addresses: Family.allCases.map { family in
                            Prefix(address(of: name, on: link, family), Self.length(family))
                        })
                }) + (name == loopback ? [Self.loopback] : []),
                routes: routes(of: name),
                neighbours: links.flatMap { neighbours(of: name, on: $0) })
        }
    }

    func links() -> [Link] {
        topology.links.indices.map { index in
            let link = topology.links[index]
            return Link(
                Attachment(host: link.a, interface: interface(of: link.a, on: index)),
                Attachment(host: link.b, interface: interface(of: link.b, on: index)))
        }
    }

    /// The links from one host to another, the fewest, by way of routers alone; none where there is no way.
    func path(_ from: String, _ to: String) -> [Int] {
        var ways: [(host: String, links: [Int])] = [(from, [])]
        var met: Set = [from]
        while !ways.isEmpty {
            let way = ways.removeFirst()
            guard way.host == from || topology.routers.contains(way.host) else { continue }
            for link in links(of: way.host) {
                let peer = topology.links[link].peer(of: way.host)
                guard met.insert(peer).inserted else { continue }
                if peer == to { return way.links + [link] }
                ways.append((peer, way.links + [link]))
            }
        }
        return []
    }

    /// The links of a host, in order.
    func links(of host: String) -> [Int] { topology.links.indices.filter { topology.links[$0].joins(host) } }

    func interface(of host: String, on link: Int) -> String { "to-\(topology.links[link].peer(of: host))" }

    func mac(of host: String, on link: Int) -> MACAddress { Self.mac(link, number(of: host, on: link)) }

    func address(of host: String, on link: Int, _ family: Family) -> IPAddress {
        Self.address(link, number(of: host, on: link), family)
    }

    /// The kernel gives it these addresses when it is set up.
    private static let loopback = Interface(
        name: "lo", mac: MACAddress(bytes: [0, 0, 0, 0, 0, 0]),
        addresses: Family.allCases.map { Prefix(ownAddress($0), $0 == .ipv4 ? 8 : 128) })

    /// By which a host reaches itself.
    static func ownAddress(_ family: Family) -> IPAddress {
        switch family {
        case .ipv4: IPAddress(bytes: [127, 0, 0, 1])
        case .ipv6: IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1])
        }
    }

    /// The address that no host has.
    func nobody(on link: Int, _ family: Family) -> IPAddress { Self.address(link, Self.nobodyNumber, family) }

    static func madeUp(_ family: Family) -> Prefix {
        switch family {
        case .ipv4: Prefix(IPAddress(bytes: [198, 19, 0, 0]), 16)
        case .ipv6: Prefix(IPAddress(bytes: [0xFD, 0x7C, 0xFA, 0x17, 0, 1] + [UInt8](repeating: 0, count: 10)), 48)
        }
    }

    /// Made-up addresses, of which so many segments will come; `nil` where no host has them.
    func spoofing(_ family: Family, segments: Int) -> Spoofing? {
        topology.spoofed.map { host in
            Spoofing(host: host, prefix: Self.madeUp(family), sampling: Self.sampling(segments))
        }
    }

    /// A capture of a few thousand segments can be read; one of a flood cannot, and writing it would slow the flood down.
    static func sampling(_ segments: Int) -> Int { segments <= 2000 ? 1 : 256 }

    /// To each link that only routers lead to, and to the made-up addresses.
    private func routes(of host: String) -> [Route] {
        var far: [Int: Int] = [:]
        for other in topology.hosts where other != host {
            let path = path(host, other)
            if path.count > 1, let last = path.last, !links(of: host).contains(last) {
                far[last] = far[last] ?? path[0]
            }
        }
        let routed = far.sorted { $0.key < $1.key }.flatMap { last, first in
            Family.allCases.map { family in
                Route(
                    destination: Prefix(Self.address(last, 0, family), Self.length(family)),
                    target: gateway(of: host, to: topology.links[first].peer(of: host), on: first, family))
            }
        }
        return routed + madeUpRoutes(of: host)
    }

    private func gateway(of host: String, to peer: String, on link: Int, _ family: Family) -> Route.Target {
        .gateway(address(of: peer, on: link, family), interface: interface(of: host, on: link))
    }

    /// Of a link's prefix.
    private static func length(_ family: Family) -> Int { family == .ipv4 ? 24 : 64 }

    /// Made-up addresses lead to their host from each of its peers, and no further: there the kernel throws away what
    /// comes for them, and answers nothing.
    private func madeUpRoutes(of host: String) -> [Route] {
        guard let spoofed = topology.spoofed else { return [] }
        return Family.allCases.compactMap { family in
            let prefix = Self.madeUp(family)
            if host == spoofed { return Route(destination: prefix, target: .blackhole) }
            return topology.link(host, spoofed).map { link in
                Route(destination: prefix, target: gateway(of: host, to: spoofed, on: link, family))
            }
        }
    }

    private func number(of host: String, on link: Int) -> UInt8 { topology.links[link].a == host ? 1 : 2 }

    private func neighbours(of host: String, on link: Int) -> [Neighbour] {
        let peer = number(of: host, on: link) == 1 ? UInt8(2) : 1
        return [peer, Self.nobodyNumber].flatMap { number in
            Family.allCases.map { family in
                Neighbour(
                    interface: interface(of: host, on: link), address: Self.address(link, number, family),
                    mac: Self.mac(link, number))
            }
        }
    }

    private static func address(_ link: Int, _ number: UInt8, _ family: Family) -> IPAddress {
        // In IPv6 99 is written ::99, so that both families read alike.
        let written = number == nobodyNumber ? 0x99 : number
        return switch family {
        case .ipv4: IPAddress(bytes: [198, 18, UInt8(link), number])
        case .ipv6:
            IPAddress(bytes: [0xFD, 0x7C, 0xFA, 0x17, 0, 0, 0, UInt8(link), 0, 0, 0, 0, 0, 0, 0, written])
        }
    }

    private static func mac(_ link: Int, _ number: UInt8) -> MACAddress {
        MACAddress(bytes: [0x02, 0, 0, 0, UInt8(link), number])
    }
}
