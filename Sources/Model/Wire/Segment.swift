/// A TCP segment as a tap saw it.
package struct Segment: Sendable, Hashable, Codable {
    package var source: SocketAddress
    package var destination: SocketAddress
    package var flags: TCPFlags
    package var sequence: UInt32
    package var acknowledgment: UInt32
    package var window: UInt16
    /// Bytes of payload by the IP header's length, whether or not all of them were captured.
    package var payload: Int
    /// Of segments with SYN; `nil` for others.
    package var options: SynOptions?

    package init(
        source: SocketAddress, destination: SocketAddress, flags: TCPFlags, sequence: UInt32 = 0,
        acknowledgment: UInt32 = 0, window: UInt16 = 0, payload: Int = 0, options: SynOptions? = nil
    ) {
        self.source = source
        self.destination = destination
        self.flags = flags
        self.sequence = sequence
        self.acknowledgment = acknowledgment
        self.window = window
        self.payload = payload
        self.options = options
    }

    package var family: Family { source.address.family }

    /// In sequence numbers (RFC 9293 section 3.4): SYN and FIN count as one each.
    package var length: UInt32 {
        UInt32(payload) + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
    }

    /// The sequence number that follows it.
    package var next: UInt32 { sequence &+ length }
}

extension Segment: CustomStringConvertible {
    /// `198.18.0.1:40000 > 198.18.0.2:5000 SYN seq 17`
    package var description: String {
        let acknowledged = flags.contains(.ack) ? " ack \(acknowledgment)" : ""
        let bytes = payload > 0 ? " payload \(payload) B" : ""
        return "\(source) > \(destination) \(flags) seq \(sequence)\(acknowledged)\(bytes)"
    }
}
