/// A network namespace and what is in it.
package struct Host: Sendable, Hashable, Codable {
    package var name: String
    package var interfaces: [Interface]
    package var routes: [Route]
    package var neighbours: [Neighbour]
    /// In the order they are written. The last setting of a key holds.
    package var sysctls: [SysctlSetting]

    package init(
        name: String, interfaces: [Interface], routes: [Route] = [], neighbours: [Neighbour] = [],
        sysctls: [SysctlSetting] = []
    ) {
        self.name = name
        self.interfaces = interfaces
        self.routes = routes
        self.neighbours = neighbours
        self.sysctls = sysctls
    }

    /// The host's first address of a family.
    package func address(_ family: Family) -> IPAddress? {
        interfaces.lazy.flatMap(\.addresses).first { $0.address.family == family }?.address
    }
}

/// One end of a veth. Names are those seen inside the host.
package struct Interface: Sendable, Hashable, Codable {
    package var name: String
    package var mac: MACAddress
    package var addresses: [Prefix]

    package init(name: String, mac: MACAddress, addresses: [Prefix]) {
        self.name = name
        self.mac = mac
        self.addresses = addresses
    }
}

/// An address with the length of its network part: `198.18.0.1/24`.
package struct Prefix: Sendable, Hashable, Codable, CustomStringConvertible {
    package var address: IPAddress
    package var length: Int

    package init(_ address: IPAddress, _ length: Int) {
        self.address = address
        self.length = length
    }

    package var description: String { "\(address)/\(length)" }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.family == address.family, length <= 8 * address.bytes.count else { return false }
        return (0..<length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return other.bytes[bit / 8] & mask == address.bytes[bit / 8] & mask
        }
    }
}

package struct Route: Sendable, Hashable, Codable {
    package enum Target: Sendable, Hashable, Codable {
        case gateway(IPAddress, interface: String)
        /// What goes there vanishes without a word: no ICMP, no RST.
        case blackhole
        /// Who asks for it is told so by ICMP: host unreachable (code 1), of IPv6 no route (code 0).
        case unreachable
    }

    package var destination: Prefix
    package var target: Target
    /// The fault that it is, by name; `nil`: it belongs to the topology.
    package var fault: String?

    package init(destination: Prefix, target: Target, fault: String? = nil) {
        self.destination = destination
        self.target = target
        self.fault = fault
    }
}

/// A permanent neighbour entry, so that no ARP or neighbour discovery is ever needed (or lost).
package struct Neighbour: Sendable, Hashable, Codable {
    package var interface: String
    package var address: IPAddress
    package var mac: MACAddress

    package init(interface: String, address: IPAddress, mac: MACAddress) {
        self.interface = interface
        self.address = address
        self.mac = mac
    }
}

/// A veth: its two ends, each an interface of a host.
package struct Link: Sendable, Hashable, Codable {
    package var a: Attachment
    package var b: Attachment

    package init(_ a: Attachment, _ b: Attachment) {
        self.a = a
        self.b = b
    }
}

package struct Attachment: Sendable, Hashable, Codable {
    package var host: String
    package var interface: String

    package init(host: String, interface: String) {
        self.host = host
        self.interface = interface
    }
}

/// One sysctl of a host.
package struct SysctlSetting: Sendable, Hashable, Codable {
    package var key: String
    /// `nil`: left as the kernel made it; still read back before and after the run.
    package var value: String?
    /// Pinned where the kernel has it; a kernel without it is no obstacle (the baseline's entries).
    package var optional: Bool
    /// Where the scenario asked for it.
    package var origin: SourceLocation?

    package init(key: String, value: String?, optional: Bool = false, origin: SourceLocation? = nil) {
        self.key = key
        self.value = value
        self.optional = optional
        self.origin = origin
    }
}
