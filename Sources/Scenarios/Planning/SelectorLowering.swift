import Model

/// Turns the words that choose packets into selectors of addresses and ports, one for each direction they may travel.
struct SelectorLowering {
    let network: Network
    let family: Family
    let sockets: Sockets
    /// Whether the taps keep only a part of the made-up segments.
    let isSampled: Bool
    /// Hosts that send or are sent segments which no socket sends, under their own addresses.
    let injectors: Set<String>

    /// One way along a link.
    struct Direction: Hashable {
        var sender: String
        var receiver: String
        var link: Int
    }

    struct Lowered {
        var direction: Direction
        var selector: Selector
    }

    /// Why words cannot be lowered.
    struct Refusal: Error {
        var message: String
        var at: SourceLocation
        var advice: String?
    }

    func lower(_ words: Arguments) throws(Refusal) -> [Lowered] {
        var base = Selector()
        if let kind = words.text("packet").flatMap(PacketKind.init(rawValue:)) {
            (base.flagMask, base.flagValue, base.payload) = (kind.flagMask, kind.flagValue, kind.payload)
        } else if let flags = words.record("flags") {
            base.flagValue = Self.flags(flags.texts("set"))
            base.flagMask = base.flagValue.union(Self.flags(flags.texts("clear")))
        }
        base.nth = words.nth("nth") ?? share(words)
        guard base.nth?.isEmpty != true else {
            throw Refusal(
                message: "this share takes none of the first \(Self.shared) packets", at: words.at,
                advice: "take another seed, or a greater share")
        }
        let connection = try connection(words)
        var lowered: [Lowered] = []
        try checkOwn(words)
        for direction in directions(words) {
            var selector = base
            if let connection {
                guard let server = connection.server else { continue }
                let ends = (SocketAddress(connection.local, connection.port ?? 0), connection.to)
                switch (direction.sender, direction.receiver) {
                case (connection.client, server): set(&selector, from: ends.0, to: ends.1)
                case (server, connection.client): set(&selector, from: ends.1, to: ends.0)
                default: continue
                }
            } else {
                if words.text("from") != nil {
                    selector.source = network.address(of: direction.sender, on: direction.link, family)
                }
                if words.text("to") != nil {
                    selector.destination = network.address(of: direction.receiver, on: direction.link, family)
                }
            }
            try checkKept(selector, direction, words)
            lowered.append(Lowered(direction: direction, selector: selector))
        }
        guard !lowered.isEmpty else {
            throw Refusal(
                message: "no link carries such packets", at: words.at,
                advice: "the hosts must have a link in the topology, and the connection must be between them")
        }
        guard lowered.count == 1 || base.nth == nil else {
            throw Refusal(
                message: "packets that travel in \(lowered.count) directions cannot be counted as one", at: words.at,
                advice: "say from and to")
        }
        return lowered
    }

    /// The address of a host that only makes up others would choose nothing, and look as if nothing came.
    private func checkOwn(_ words: Arguments) throws(Refusal) {
        guard let spoofed = network.topology.spoofed,
            let word = ["from", "to"].first(where: { words.text($0) == spoofed }),
            !injectors.contains(spoofed), !sockets.connections.values.contains(where: { $0.touches(spoofed) })
        else { return }
        throw Refusal(
            message: "'\(word): \(spoofed)' means that host's own address, which has no segments here; "
                + "made-up addresses cannot be chosen",
            at: words.fields[word]?.at ?? words.at, advice: Self.instead)
    }

    private static let instead = "hold made-up segments to 'counters', and to the 'queue' that they fill"

    /// What the taps keep a part of can be neither counted nor proved to be lost.
    private func checkKept(_ selector: Selector, _ way: Direction, _ words: Arguments) throws(Refusal) {
        guard isSampled, let spoofed = network.topology.spoofed,
            way.sender == spoofed && selector.source == nil || way.receiver == spoofed && selector.destination == nil
        else { return }
        throw Refusal(
            message: "these may be made-up segments, of which the taps keep only a part", at: words.at,
            advice: "say from and to, which mean the hosts' own addresses; \(Self.instead)")
    }

    /// Whose tap sees all of them arrive.
    func receiver(of lowered: [Lowered], at place: SourceLocation) throws(Refusal) -> (host: String, selector: Selector)
    {
        guard lowered.count == 1 else {
            throw Refusal(message: "these packets arrive at several places", at: place, advice: "say from and to")
        }
        return (lowered[0].direction.receiver, lowered[0].selector)
    }

    private func set(_ selector: inout Selector, from: SocketAddress, to: SocketAddress) {
        (selector.source, selector.sourcePort) = (from.address, from.port)
        (selector.destination, selector.destinationPort) = (to.address, to.port)
    }

    /// The connection between two known hosts and ports that a word names; `nil`: it is not there.
    func connection(_ words: Arguments, _ key: String = "connection") throws(Refusal) -> Sockets.Connection? {
        guard let name = words.text(key), let at = words.fields[key]?.at else { return nil }
        guard let connection = sockets.connection(name) else {
            throw Refusal(
                message: "'\(name)' is not a connection that a host opens", at: at, advice: "name the 'as' of a connect"
            )
        }
        guard connection.series == nil else {
            throw Refusal(
                message: "'\(name)' is a series of connections", at: at, advice: "name one of them, such as \(name)#1")
        }
        guard connection.port != nil else {
            throw Refusal(
                message: "the kernel chooses the port of '\(name)', so its packets cannot be told from others", at: at,
                advice: "give it source-port: planned")
        }
        guard !connection.isOwn else {
            throw Refusal(
                message: "'\(name)' is on its host's loopback, whose packets cannot be chosen", at: at,
                advice: "expect calls, states or counters of it")
        }
        guard connection.server != nil else {
            throw Refusal(message: "'\(name)' goes to no host", at: at, advice: "name one that goes to a host")
        }
        return connection
    }

    private func directions(_ words: Arguments) -> [Direction] {
        let (from, to) = (words.text("from"), words.text("to"))
        return network.topology.links.indices.flatMap { index -> [Direction] in
            let link = network.topology.links[index]
            return [
                Direction(sender: link.a, receiver: link.b, link: index),
                Direction(sender: link.b, receiver: link.a, link: index),
            ]
        }.filter { (from == nil || $0.sender == from) && (to == nil || $0.receiver == to) }
    }

    private static func flags(_ names: [String]) -> TCPFlags {
        TCPFlags.names.filter { names.contains($0.name) }.reduce(into: []) { $0.insert($1.flag) }
    }

    /// `share` chooses among this many first packets; the rest pass.
    static let shared = 256

    /// The packets that a share takes: each of the first `shared` with that probability, by SplitMix64 from the seed.
    private func share(_ words: Arguments) -> [NthRange]? {
        guard let percent = words.percent("share"), let seed = words.integer("seed") else { return nil }
        var state = UInt64(bitPattern: Int64(seed))
        var ranges: [NthRange] = []
        for packet in 1...Self.shared {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
            guard Double(mixed >> 11) / Double(1 << 53) * 100 < percent else { continue }
            if let end = ranges.last?.last, end == packet - 1 {
                ranges[ranges.count - 1].last = packet
            } else {
                ranges.append(NthRange(first: packet, last: packet))
            }
        }
        return ranges
    }
}
