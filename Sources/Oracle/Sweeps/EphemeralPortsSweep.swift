package import Model

/// The combinations that `ephemeral-ports` is tried with: so many ports, of which earlier connections have taken some and
/// left others in TIME_WAIT.
package struct EphemeralPortsSweep: LawSweep, Sendable, Hashable {
    package static let laws = [EphemeralPorts.description.name]
    package static let scenario = "tw-reuse"
    package static let columns = [
        "ports", "open", "TIME_WAIT", "tw_reuse", "timestamps", "peer's", "reuse_delay", "gap", "pause",
    ]
    package static let atOnce: Int? = 8

    package struct Setting: Sendable, Hashable {
        var ports: Int
        var open = 0
        var waiting = 0
        var reuse = 1
        /// Of the client and of the server.
        var timestamps = 1
        var peers = 1
        /// `tcp_tw_reuse_delay`; `nil` leaves the kernel's default.
        var delay: Int?
        /// Milliseconds from the close() of the client to that of the server, and from there to the call. Never near to a
        /// delay.
        var gap = 200
        var pause = 1500

        /// Whether no hash decides. Reuse is not for the loopback alone here only where it is 1.
        fileprivate var isDecided: Bool {
            let taken = open + waiting
            let isOdd = ports > 3 && !ports.isMultiple(of: 2)
            let givesWay = waiting > 1 && reuse == 1 && timestamps == 1 && peers == 1 && pause > delay ?? 1000
            return !isOdd || taken < ports - 1 || givesWay
        }

        fileprivate var all: [Int?] {
            [ports, open, waiting, reuse, timestamps, peers, delay, gap, pause]
        }
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }

    /// Without parameters that this kernel does not have.
    package func settings() -> [Setting] {
        var settings: [Setting] = []
        for ports in [1, 2, 3, 4, 5, 8, 9] {
            let usable = EphemeralPorts.tried(of: ports)
            settings += [Setting(ports: ports, open: usable), Setting(ports: ports, open: usable - 1)]
            settings += (0...2).map { Setting(ports: ports, waiting: usable, reuse: $0) }
            settings += [0, 1].map { Setting(ports: ports, waiting: usable - 1, reuse: $0) }
        }
        settings += [(0, 1), (1, 0), (0, 0)].map { Setting(ports: 2, waiting: 2, timestamps: $0, peers: $1) }
        settings += [Setting(ports: 4, open: 2, waiting: 2), Setting(ports: 4, open: 2, waiting: 2, reuse: 0)]
        settings += [1, 1000, 3000, 60_000].map { Setting(ports: 2, waiting: 2, delay: $0) }
        settings += [1, 3000].map { Setting(ports: 4, waiting: 3, delay: $0) }
        settings += [Setting(ports: 2, waiting: 2, delay: 2200, gap: 2000), Setting(ports: 2, waiting: 2, gap: 2000)]
        var random = SplitMix64(state: input.seed)
        settings += (0..<input.drawn).map { _ in draw(from: &random) }
        return settings.filter { ($0.delay == nil || hasDelay) && $0.isDecided }
    }

    private var hasDelay: Bool { input.facts.sysctls[EphemeralPorts.delayKey] != nil }

    private func draw(from random: inout SplitMix64) -> Setting {
        let ports = Int.random(in: 1...12, using: &random)
        let taken = EphemeralPorts.tried(of: ports) - (Bool.random(using: &random) ? 1 : 0)
        let open = Bool.random(using: &random) ? Int.random(in: 0...taken, using: &random) : 0
        func flag() -> Int { Int.random(in: 0..<6, using: &random) == 0 ? 0 : 1 }
        return Setting(
            ports: ports, open: open, waiting: taken - open, reuse: Int.random(in: 0...2, using: &random),
            timestamps: flag(), peers: flag(),
            delay: hasDelay ? [nil, 1, 1000, 3500, 60_000].randomElement(using: &random) ?? nil : nil,
            gap: [200, 1200].randomElement(using: &random) ?? 200,
            pause: [1500, 2500].randomElement(using: &random) ?? 1500)
    }

    package func point(_ setting: Setting, in base: Plan) throws(OracleError) -> SweepPoint {
        var plan = base
        let keys = ["ports", "open", "waiting", "reuse", "own", "peers", "delay", "gap", "pause"]
        let values = setting.all.map { $0.map(String.init) }
        let name = zip(keys, values).compactMap { key, value in value.map { "\(key)=\($0)" } }
            .joined(separator: ",")
        plan.instance = "oracle-check/\(base.family.rawValue)/ephemeral-ports/\(name)"
        guard case .listen(let listen)? = base.steps.first?.action,
            case .connect(let connect)? = base.steps.last?.action
        else { throw OracleError("'\(base.scenario)' does not begin with a listener and end with a connect()") }
        let first = 40_000
        plan.set(EphemeralPorts.rangeKey, text: "\(first) \(first + setting.ports - 1)", on: connect.host)
        plan.set(EphemeralPorts.reuseKey, setting.reuse, on: connect.host)
        plan.set(EphemeralPorts.delayKey, setting.delay, on: connect.host)
        plan.set(EphemeralPorts.timestampsKey, setting.timestamps, on: connect.host)
        plan.set(EphemeralPorts.timestampsKey, setting.peers, on: listen.host)
        plan.steps = [Step(.listen(listen))] + earlier(setting, listen, connect) + [Step(.connect(connect))]
        return try SweepPoint(plan, facts: input.facts, parameters: values.map { $0 ?? "" })
    }

    /// What takes the ports.
    private func earlier(_ setting: Setting, _ listen: Listen, _ connect: Connect) -> [Step] {
        func others(_ socket: String, _ count: Int) -> [Step] {
            var others = connect
            others.socket = socket
            others.series = Connect.Series(count: count)
            return count > 0 ? [Step(.connect(others))] : []
        }
        func wait(_ milliseconds: Int) -> Step {
            let time = Nanoseconds.milliseconds(Int64(milliseconds))
            return Step(.wait(Wait(until: .duration(time), atMost: time)))
        }
        let taken = setting.open + setting.waiting
        guard taken > 0 else { return [] }
        let accept = Accept(listener: listen.socket, socket: "others", count: taken, atMost: .seconds(5))
        let steps = others("open", setting.open) + others("closed", setting.waiting) + [Step(.accept(accept))]
        guard setting.waiting > 0 else { return steps }
        return steps + [
            Step(.close(Close(socket: "closed"))), wait(setting.gap), Step(.close(Close(socket: "others"))),
            wait(setting.pause),
        ]
    }
}
