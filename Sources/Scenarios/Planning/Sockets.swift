import Model

/// The listeners and connections of a scenario with their addresses and ports, decided before anything refers to them.
struct Sockets {
    struct Connection {
        var client: String
        /// `nil`: nobody, or an address that is no host's.
        var server: String?
        var to: SocketAddress
        /// The client's address, and its port where the plan decides it; of a series the first call's.
        var local: IPAddress
        var port: UInt16?
        /// `nil`: one call.
        var series: Connect.Series?

        /// Both ends are one host's.
        var isOwn: Bool { client == server }

        func touches(_ host: String) -> Bool { client == host || server == host }
    }

    private(set) var listeners: [String: (host: String, address: SocketAddress)] = [:]
    private(set) var connections: [String: Connection] = [:]
    /// Accepted socket → its listener.
    private var accepted: [String: String] = [:]
    /// Ports that earlier connections have, or could have.
    private var portsTaken = 0

    static let firstListenerPort = 5000
    static let firstClientPort = 40000

    init(_ scenario: Scenario, _ network: Network, _ family: Family, report: (String, SourceLocation, String?) -> Void)
    {
        for phrase in scenario.actions where phrase.verb == "listen" {
            let words = phrase.arguments
            guard let host = words.text("on"), let name = words.text("as") else { continue }
            let port = words.integer("port") ?? Self.firstListenerPort + listeners.count
            let links = network.links(of: host)
            let any = IPAddress(bytes: [UInt8](repeating: 0, count: family == .ipv4 ? 4 : 16))
            let address =
                links.count == 1 && host != network.loopback ? network.address(of: host, on: links[0], family) : any
            listeners[name] = (host, SocketAddress(address, UInt16(port)))
        }
        for phrase in scenario.actions where phrase.verb == "accept" {
            guard let name = phrase.arguments.text("as") else { continue }
            accepted[name] = phrase.arguments.text("listener")
        }
        for phrase in scenario.actions where phrase.verb == "connect" {
            guard let name = phrase.arguments.text("as") else { continue }
            connections[name] = connection(phrase.arguments, network, family, report)
        }
    }

    /// The host that a socket lives on; the nth of several is `NAME#n`.
    func host(of socket: String) -> String? {
        let name = String(socket.prefix { $0 != "#" })
        return connections[name]?.client ?? listeners[accepted[name] ?? name]?.host
    }

    /// A connection, or one of a series by its number: `c#2`.
    func connection(_ name: String) -> Connection? {
        let parts = name.split(separator: "#", maxSplits: 1).map(String.init)
        guard var connection = parts.first.flatMap({ connections[$0] }) else { return nil }
        guard parts.count == 2 else { return connection }
        guard let series = connection.series, let number = Int(parts[1]), (1...series.most).contains(number) else {
            return nil
        }
        connection.series = nil
        connection.port? += UInt16(number - 1)
        return connection
    }

    /// Whether a connection, a listener or an accepted socket has to do with a connection of a host to itself.
    func isOwn(_ socket: String) -> Bool {
        let name = String(socket.prefix { $0 != "#" })
        if let connection = connections[name] { return connection.isOwn }
        guard let listener = listeners[accepted[name] ?? name] else { return false }
        return connections.values.contains {
            $0.isOwn && $0.client == listener.host && $0.to.port == listener.address.port
        }
    }

    private mutating func connection(
        _ words: Arguments, _ network: Network, _ family: Family, _ report: (String, SourceLocation, String?) -> Void
    ) -> Connection? {
        guard let client = words.text("on"), let target = words.text("to"),
            let at = words.fields["to"]?.at, let first = network.links(of: client).first
        else {
            report("this host has no link", words.at, "give it one in the topology")
            return nil
        }
        var link = first
        var server: String?
        let address: IPAddress
        var local: IPAddress?
        switch target {
        case "nobody": address = network.nobody(on: first, family)
        case "self":
            server = client
            address = Network.ownAddress(family)
            local = address
        default:
            if let literal = IPAddress(target) {
                guard literal.family == family else {
                    let other = literal.family.rawValue
                    report(
                        "\(target) is an \(other) address, but this scenario runs on \(family.rawValue)", at,
                        "write families: \(other), or the name of a host")
                    return nil
                }
                if literal == Network.ownAddress(family) {
                    report("\(target) is the host itself", at, "write to: self")
                    return nil
                }
                address = literal
            } else {
                let path = network.path(client, target)
                guard let near = path.first, let far = path.last else {
                    let why = client == target ? "a host reaches itself as 'self'" : "join them in the topology"
                    report("\(client) and \(target) have no link", at, why)
                    return nil
                }
                (link, server) = (near, target)
                address = network.address(of: target, on: far, family)
            }
        }
        guard let port = port(words, server: server, report) else { return nil }
        let series = Connect.Series(words)
        guard let own = sourcePort(words, calls: series?.most ?? 1, report) else { return nil }
        return Connection(
            client: client, server: server, to: SocketAddress(address, port),
            local: local ?? network.address(of: client, on: link, family), port: own.number, series: series)
    }

    private struct SourcePort {
        var number: UInt16?
    }

    /// The first of a series' consecutive ports; without a number where the kernel chooses. `nil`: there are not enough.
    private mutating func sourcePort(
        _ words: Arguments, calls: Int, _ report: (String, SourceLocation, String?) -> Void
    ) -> SourcePort? {
        let planned = Self.firstClientPort + portsTaken
        portsTaken += calls
        guard words.text("source-port") != "ephemeral" else { return SourcePort() }
        let first = words.integer("source-port") ?? planned
        guard first + calls - 1 <= UInt16.max else {
            let at = words.fields["source-port"]?.at ?? words.fields["count"]?.at ?? words.at
            report(
                "the source ports \(first) to \(first + calls - 1) run over \(UInt16.max)", at,
                "a smaller 'count', a lower 'source-port', or source-port: ephemeral")
            return nil
        }
        return SourcePort(number: UInt16(first))
    }

    /// The port that is said, or else the one of the only listener of that host.
    func port(
        _ words: Arguments, server: String?, _ report: (String, SourceLocation, String?) -> Void
    ) -> UInt16? {
        if let port = words.integer("port") { return UInt16(port) }
        let ports = Set(listeners.values.filter { $0.host == server }.map(\.address.port))
        guard ports.count <= 1 else {
            report("\(server ?? "") listens on several ports", words.at, "say which: port: \(ports.sorted()[0])")
            return nil
        }
        return ports.first ?? UInt16(Self.firstListenerPort)
    }
}
