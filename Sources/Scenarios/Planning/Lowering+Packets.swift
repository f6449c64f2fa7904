import Model

/// Packets that no socket sends.
extension Lowering {
    /// Segments leave by the link to the host that they go to, so nothing has to route them.
    func inject(_ words: Arguments) -> Inject? {
        guard let host = words.text("on"), let target = words.text("to"), let at = words.fields["to"]?.at,
            let packet = words.text("packet").flatMap(PacketKind.init(rawValue:))
        else { return nil }
        guard let link = network.topology.link(host, target) else {
            report("\(host) and \(target) have no link", at, "join them in the topology")
            return nil
        }
        guard let ends = ends(words, from: host, to: target, on: link) else { return nil }
        let (count, rate) = (words.integer("count") ?? 1, words.integer("rate"))
        // Twice what the rate asks for, and something for a busy machine.
        let unless = rate.map { Nanoseconds(Int64(count) * 2_000_000_000 / Int64($0)) + .seconds(5) } ?? .seconds(30)
        return Inject(
            host: host, interface: network.interface(of: host, on: link), mac: network.mac(of: target, on: link),
            to: ends.to, packet: packet, count: count, rate: rate, from: ends.from,
            sources: words.integer("sources") ?? 1,
            port: ends.port, timestamp: words.integer("timestamp").map(UInt32.init(clamping:)),
            sequenceOf: words.text("sequence-of"), atMost: words.duration("at-most") ?? unless)
    }

    private struct Ends {
        var from: IPAddress
        /// `nil`: each segment has another.
        var port: UInt16?
        var to: SocketAddress
    }

    private func ends(_ words: Arguments, from host: String, to target: String, on link: Int) -> Ends? {
        if let at = words.fields["sequence-of"]?.at {
            guard let connection = connection(words, "sequence-of"), let port = connection.port else { return nil }
            let client = SocketAddress(connection.local, port)
            switch (host, target) {
            case (connection.client, connection.server):
                return Ends(from: client.address, port: port, to: connection.to)
            case (connection.server, connection.client):
                return Ends(from: connection.to.address, port: connection.to.port, to: client)
            default:
                report(
                    "'\(words.text("sequence-of") ?? "")' is not between \(host) and \(target)", at,
                    "on and to must be its two ends")
                return nil
            }
        }
        var from = network.address(of: host, on: link, family)
        if let place = words.fields["sources"]?.at {
            guard let first = madeUp(by: host, at: place) else { return nil }
            from = first
        }
        return sockets.port(words, server: target, report).map { port in
            Ends(from: from, port: nil, to: SocketAddress(network.address(of: target, on: link, family), port))
        }
    }

    /// The first made-up address; only the host that they lead to may use them, since only there the answers vanish.
    private func madeUp(by host: String, at place: SourceLocation) -> IPAddress? {
        guard let spoofed = network.topology.spoofed else {
            report(
                "the topology \(network.topology.name) has no made-up addresses", place,
                "one with 'spoofed' has them, such as star; or leave 'sources' out")
            return nil
        }
        guard spoofed == host else {
            report(
                "made-up addresses lead to \(spoofed), not to \(host)", place,
                "say on: \(spoofed), or leave 'sources' out")
            return nil
        }
        return Network.madeUp(family).address.advanced(by: 1)
    }

    /// A packet of a connection, by the way it goes; who sent it is plain for a SYN and for a SYN+ACK.
    func replay(_ words: Arguments) -> Replay? {
        guard let connection = connection(words, "connection") else { return nil }
        let only: String? =
            switch words.text("packet") {
            case PacketKind.syn.rawValue: connection.client
            case PacketKind.synAck.rawValue: connection.server
            default: nil
            }
        let lowered = selectors(words).filter { only == nil || $0.direction.sender == only }
        guard let one = lowered.first else {
            if let at = words.fields["from"]?.at, let only {
                report("\(only) is the one that sends it", at, "remove 'from'")
            }
            return nil
        }
        guard lowered.count == 1 else {
            report("both ends may have sent such a packet", words.at, "say from")
            return nil
        }
        let (sender, link) = (one.direction.sender, one.direction.link)
        return Replay(
            host: sender, interface: network.interface(of: sender, on: link),
            connection: words.text("connection") ?? "",
            selector: one.selector, nth: words.integer("nth") ?? 1)
    }

    private func connection(_ words: Arguments, _ key: String) -> Sockets.Connection? {
        do {
            return try selectorLowering.connection(words, key)
        } catch {
            report(error.message, error.at, error.advice)
            return nil
        }
    }
}
