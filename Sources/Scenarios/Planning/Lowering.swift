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
        network = Network(topology: scenario.topology)
        sockets = Sockets(scenario, network, family, report: report)
    }

    /// What `report` was told makes the result useless.
    func lower() -> (steps: [Step], faults: [Fault], expectations: [Expectation]) {
        var installed: [Fault] = []
        var names: [String: [String]] = [:]
        for (index, phrase) in scenario.faults.enumerated() {
            let name = name(of: phrase, at: index)
            let some = faults(phrase, named: name)
            names[name] = some.map(\.name)
            installed += some
        }
        return (
            Self.distinct(scenario.actions.flatMap { steps($0, faults: names) }), installed,
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
    static func installed(_ faults: [Fault], of name: String) -> [String] {
        faults.map(\.name).filter { $0 == name || $0.hasPrefix("\(name)@") }
    }

    // MARK: Faults

    private func name(of phrase: Phrase, at index: Int) -> String {
        phrase.arguments.text("name") ?? (scenario.faults.count == 1 ? phrase.verb : "\(phrase.verb)-\(index + 1)")
    }

    private func faults(_ phrase: Phrase, named name: String) -> [Fault] {
        let lowered = selectors(phrase.arguments)
        return lowered.map { one in
            let (sender, receiver, link) = (one.direction.sender, one.direction.receiver, one.direction.link)
            let site =
                counterRun == .misplacedDrop
                ? FaultSite(host: sender, interface: network.interface(of: sender, on: link), hook: .egress)
                : FaultSite(host: receiver, interface: network.interface(of: receiver, on: link))
            return Fault(
                name: lowered.count == 1 ? name : "\(name)@\(site.host):\(site.interface)", selector: one.selector,
                site: site, startsOn: phrase.arguments.toggle("starts") ?? true, origin: phrase.at)
        }
    }

    private var selectorLowering: SelectorLowering {
        SelectorLowering(
            network: network, family: family, sockets: sockets,
            isSampled: Network.sampling(scenario.madeUpSegments) > 1,
            injectors: Set(
                scenario.actions.filter { $0.verb == "inject" && $0.arguments.fields["sources"] == nil }
                    .flatMap { [$0.arguments.text("on"), $0.arguments.text("to")].compactMap(\.self) }))
    }

    private func selectors(_ words: Arguments) -> [SelectorLowering.Lowered] {
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
        let claims = phrase.verb == "counters" ? counters(phrase.arguments) : claim(phrase).map { [$0] } ?? []
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

    private func claim(_ phrase: Phrase) -> Claim? {
        let words = phrase.arguments
        switch phrase.verb {
        case "law":
            guard let pair = words.pairs.first, case .text(let socket) = pair.value.value else { return nil }
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
        default: return nil
        }
    }
}
