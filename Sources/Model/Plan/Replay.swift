/// Sends a frame that a host has sent once more, byte for byte, by the interface that it left by.
package struct Replay: Sendable, Hashable, Codable {
    package var host: String
    package var interface: String
    /// Whose packet it is.
    package var connection: String
    /// Which of what that interface sends.
    package var selector: Selector
    /// The nth match since the run began; what was replayed before is a packet like any other.
    package var nth: Int

    package init(host: String, interface: String, connection: String, selector: Selector, nth: Int = 1) {
        self.host = host
        self.interface = interface
        self.connection = connection
        self.selector = selector
        self.nth = nth
    }

    /// The two ends of its connection, the sender's first.
    package var ends: (from: SocketAddress, to: SocketAddress)? {
        guard let source = selector.source, let sourcePort = selector.sourcePort,
            let destination = selector.destination,
            let destinationPort = selector.destinationPort
        else { return nil }
        return (SocketAddress(source, sourcePort), SocketAddress(destination, destinationPort))
    }
}
