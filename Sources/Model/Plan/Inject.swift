/// Raw segments that no socket sends: one, or a flood. Made by the plan alone: the nth is the same in every run.
///
/// Bounded in number and time. They leave by one end of a veth whose other end is in the namespace of another host of
/// the plan, so none can get out.
package struct Inject: Sendable, Hashable, Codable {
    package var host: String
    /// Where they leave.
    package var interface: String
    /// The MAC address at the other end of that link.
    package var mac: MACAddress
    package var to: SocketAddress
    package var packet: PacketKind
    package var count: Int
    /// How many made-up segments earlier steps have sent, so that no source is used twice; `nil`: none.
    package var earlier: Int?
    /// Packets a second; `nil`: as fast as it goes.
    package var rate: Int?
    /// The first source address; the others follow it.
    package var from: IPAddress
    /// How many source addresses take turns.
    package var sources: Int
    /// The source port of all; `nil`: ports advance with addresses.
    package var port: UInt16?
    /// TSval of a timestamp option, whose TSecr is 0 (RFC 7323 section 3.2); `nil`: no option.
    package var timestamp: UInt32?
    /// The connection, between the source and `to`, whose next sequence number all bear, and acknowledge the other
    /// end's; `nil`: numbers of chance that are the same in every run.
    package var sequenceOf: String?
    /// No more after this long, which is written down as a shortfall.
    package var atMost: Nanoseconds

    package init(
        host: String, interface: String, mac: MACAddress, to: SocketAddress, packet: PacketKind, count: Int,
        earlier: Int? = nil, rate: Int? = nil, from: IPAddress, sources: Int = 1, port: UInt16? = nil,
        timestamp: UInt32? = nil, sequenceOf: String? = nil, atMost: Nanoseconds
    ) {
        self.host = host
        self.interface = interface
        self.mac = mac
        self.to = to
        self.packet = packet
        self.count = count
        self.earlier = earlier
        self.rate = rate
        self.from = from
        self.sources = sources
        self.port = port
        self.timestamp = timestamp
        self.sequenceOf = sequenceOf
        self.atMost = atMost
    }

    /// Source ports: so many from this one on. No two segments with one address share a port before all were used.
    package static let firstPort = 1024
    package static let ports = 64_512
    /// No more addresses than the smaller prefix (an IPv4 /16) has from its first on.
    package static let mostSources = 65_535

    /// The source of the nth segment, from 0. Ports advance with addresses, so that every stretch of a flood has its share
    /// of each port (`Spoofing.sampling`).
    package func source(_ index: Int) -> SocketAddress {
        let (round, place) = (index + (earlier ?? 0)).quotientAndRemainder(dividingBy: max(1, sources))
        let turn = UInt16(Self.firstPort + (round + place) % Self.ports)
        return SocketAddress(from.advanced(by: place), port ?? turn)
    }
}
