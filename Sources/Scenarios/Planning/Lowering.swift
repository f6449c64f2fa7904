import Model

/// Turns a scenario's phrases into the steps, faults and expectations of a plan for one family.
struct Lowering {
    let scenario: Scenario
    let network: Network
    let family: Family
    let sockets: Sockets
    let counterRun: CounterRun?
    /// Told what is wrong, where, and what to do.
    let report: (String, SourceLocation, String?) -> Void

    init(
        _ scenario: Scenario, family: Family, counterRun: CounterRun?,
        report: @escaping (String, SourceLocation, String?) -> Void
    ) {
        self.scenario = scenario
        self.family = family
        self.counterRun = counterRun
        self.report = report
        network = Network(topology: scenario.topology, loopback: scenario.loopback)
        sockets = Sockets(scenario, network, family, report: report)
    }

    /// What `report` was told makes the result useless.
    func lower() -> (steps: [Step], faults: [Fault], routes: [String: [Route]], expectations: [Expectation]) {
        var installed: [Fault] = []
        var routes: [String: [Route]] = [:]
        var names: [String: [String]] = [:]
        for (index, phrase) in scenario.faults.enumerated() {
            let name = name(of: phrase, at: index)
            if phrase.verb == "unreachable" {
                if let (router, route) = unreachable(phrase, named: name) { routes[router, default: []].append(route) }
                continue
            }
            let some = faults(phrase, named: name)
            names[name] = some.map(\.name)
            installed += some
        }
        return (
            Self.distinct(scenario.actions.flatMap { steps($0, faults: names) }), installed, routes,
            scenario.expectations.flatMap(expectations)
        )
    }

    /// Each `inject` goes on with the sources where the one before it has stopped.
    private static func distinct(_ steps: [Step]) -> [Step] {
        var sent: [[String]: Int] = [:]
        return steps.map { step in
            guard case .inject(var inject) = step.action else { return step }
            let key = [inject.host, "\(inject.from)", "\(inject.sources)", "\(inject.to)"]
            inject.earlier = sent[key]
            sent[key, default: 0] += inject.count
            var changed = step
            changed.action = .inject(inject)
            return changed
        }
    }

    /// The names of the installed faults that a fault of the scenario became.
    static func installed(_ faults: [String], of name: String) -> [String] {
        faults.filter { $0 == name || $0.hasPrefix("\(name)@") }
    }

    // MARK: Faults

    private func name(of phrase: Phrase, at index: Int) -> String {
        phrase.arguments.text("name") ?? (scenario.faults.count == 1 ? phrase.verb : "\(phrase.verb)-\(index + 1)")
    }

    private func faults(_ phrase: Phrase, named name: String) -> [Fault] {
        let lowered = selectors(phrase.arguments)
        return lowered.map { one in
            let (sender, receiver, link) = (one.direction.sender, one.direction.receiver, one.direction.link)
            if network.topology.routers.contains(receiver) {
                report(
                    "what \(receiver) only passes on never reaches its TCP, which has to prove a loss", phrase.at,
                    "lose it at the host that it goes to: say to")
            }
            let site =
                counterRun == .misplacedDrop
                ? FaultSite(host: sender, interface: network.interface(of: sender, on: link), hook: .egress)
                : FaultSite(host: receiver, interface: network.interface(of: receiver, on: link))
            return Fault(
                name: lowered.count == 1 ? name : "\(name)@\(site.host):\(site.interface)", selector: one.selector,
                site: site, startsOn: phrase.arguments.toggle("starts") ?? true, origin: phrase.at)
        }
    }

    private func unreachable(_ phrase: Phrase, named name: String) -> (router: String, Route)? {
        let words = phrase.arguments
        guard let router = words.text("on"), let host = words.text("to"), let at = words.fields["on"]?.at else {
            return nil
        }
        guard network.topology.routers.contains(router) else {
            report(
                "\(router) is no router", at, "one passes on what is for others: name it in the topology's 'routers'")
            return nil
        }
        guard let link = network.path(router, host).last else {
            report("\(router) has no way to \(host) that could be missing", words.fields["to"]?.at ?? at, nil)
            return nil
        }
        let address = network.address(of: host, on: link, family)
        return (
            router, Route(destination: Prefix(address, 8 * address.bytes.count), target: .unreachable, fault: name)
        )
    }

    var selectorLowering: SelectorLowering {
        SelectorLowering(
            network: network, family: family, sockets: sockets,
            isSampled: Network.sampling(scenario.madeUpSegments) > 1,
            injectors: Set(
                scenario.actions.filter { $0.verb == "inject" && $0.arguments.fields["sources"] == nil }
                    .flatMap { [$0.arguments.text("on"), $0.arguments.text("to")].compactMap(\.self) }))
    }

    func selectors(_ words: Arguments) -> [SelectorLowering.Lowered] {
        do {
            return try selectorLowering.lower(words)
        } catch {
            report(error.message, error.at, error.advice)
            return []
        }
    }

    /// Packets that are counted where they arrive, or at a host that is named.
    func counted(_ words: Arguments, at host: String?) -> (host: String, selector: Selector)? {
        let lowered = selectors(words)
        guard !lowered.isEmpty else { return nil }
        do {
            if let host, lowered.count == 1 { return (host, lowered[0].selector) }
            return try selectorLowering.receiver(of: lowered, at: words.at)
        } catch {
            report(error.message, error.at, error.advice)
            return nil
        }
    }

    // MARK: Expectations

    private func expectations(_ phrase: Phrase) -> [Expectation] {
        let claims =
            switch phrase.verb {
            case "counters": counters(phrase.arguments)
            case "sysctl": sysctls(phrase.arguments)
            default: claim(phrase).map { [$0] } ?? []
            }
        return claims.map { Expectation($0, origin: phrase.at) }
    }

    /// One for each host.
    private func counters(_ words: Arguments) -> [Claim] {
        words.pairs.compactMap { pair in
            guard case .record(let counters) = pair.value.value else { return nil }
            let changes = counters.pairs.compactMap { counter -> (String, CountRange)? in
                if case .count(let range) = counter.value.value { (counter.key, range) } else { nil }
            }
            return .counters(CountersClaim(host: pair.key, changes: Dictionary(changes) { _, last in last }))
        }
    }

    /// One for each key.
    private func sysctls(_ words: Arguments) -> [Claim] {
        HostSysctl.set(words).map { one in
            .sysctl(
                SysctlClaim(
                    host: one.host, key: one.key,
                    value: one.value.flatMap { $0 == "absent" ? nil : $0 }))
        }
    }

    private func claim(_ phrase: Phrase) -> Claim? {
        let words = phrase.arguments
        switch phrase.verb {
        case "law":
            guard let pair = words.pairs.first, case .text(let socket) = pair.value.value else { return nil }
            // The others tell two ends apart by their hosts.
            if pair.key != "ephemeral-ports", sockets.isOwn(socket) {
                report(
                    "\(pair.key) is not about a connection of a host to itself, as '\(socket)' is", pair.value.at,
                    "expect calls, states or counters of it")
            }
            return .law(LawClaim(law: pair.key, of: socket))
        case "call":
            guard let pair = words.pairs.first else { return nil }
            let outcome: CallOutcome =
                pair.value.value == .text("returns") ? .returns : .fails(errno: words.text("errno"))
            return .call(
                CallClaim(
                    socket: pair.key, call: words.text("in").flatMap { $0 == "connect" ? nil : $0 }, outcome: outcome,
                    within: words.interval("within")))
        case "packets":
            guard let counted = counted(words, at: words.text("at")), let count = words.count("count") else {
                return nil
            }
            return .packets(
                PacketsClaim(
                    selector: counted.selector, host: counted.host, count: count, within: words.interval("within")))
        case "queue":
            guard let kind = words.text("kind").flatMap(QueueKind.init(rawValue:)) else { return nil }
            let moment: QueueClaim.Moment = words.fields["peak"] != nil ? .peak : .now
            return words.count(moment.rawValue).map { length in
                .queue(QueueClaim(listener: words.text("of") ?? "", kind: kind, moment: moment, length: length))
            }
        case "memory":
            return words.count("count").map { .memory(MemoryClaim(state: words.text("per") ?? "", count: $0)) }
        case "state":
            guard let state = words.text("is") ?? words.text("never") else { return nil }
            return .state(
                StateClaim(socket: words.text("of") ?? "", state: state, occurs: words.fields["is"] != nil))
        default: return nil
        }
    }
}
