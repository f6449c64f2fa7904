import Model

/// What the words of one line demand of each other, and what every scenario must have.
struct PhraseCheck {
    let log: Diagnostics

    func check(_ scenario: Arguments) {
        let faults = scenario.phrases("faults")
        if faults.isEmpty, scenario.record("without") == nil {
            log.add(
                "the scenario has no cause: no faults, and no 'without'",
                at: scenario.fields["actions"]?.at ?? scenario.at,
                advice: "a run without its cause must fail; say what the cause is: without: { action: NAME }")
        }
        for fault in faults where fault.verb == "drop" { checkSelector(fault.arguments); checkChoice(fault.arguments) }
        checkSwitches(scenario)
        checkLoopback(scenario)
        for action in scenario.phrases("actions") { ActionCheck(log: log).check(action) }
        for claim in scenario.phrases("expect") {
            if claim.verb == "packets" { checkSelector(claim.arguments) }
            if claim.verb == "sysctl" { checkSysctl(claim.arguments) }
            if claim.verb == "call" { checkCall(claim.arguments) }
            if claim.verb == "queue" { for key in ["peak", "now"] { checkLength(claim.arguments, key) } }
        }
        checkSysctls(scenario)
        checkInitialRTO(scenario)
    }

    /// A route is there from the start.
    private func checkSwitches(_ scenario: Arguments) {
        let routes = scenario.phrases("faults").filter { $0.verb == "unreachable" }.compactMap {
            $0.arguments.text("name")
        }
        for action in scenario.phrases("actions") where action.verb == "fault" {
            for key in ["on", "off"] {
                guard let name = action.arguments.text(key), routes.contains(name),
                    let at = action.arguments.fields[key]?.at
                else { continue }
                log.add("'\(name)' is a route, which cannot be switched", at: at, advice: "only a drop can be")
            }
        }
    }

    private func checkLoopback(_ scenario: Arguments) {
        let own = scenario.phrases("actions").filter { $0.verb == "connect" && $0.arguments.text("to") == "self" }
        guard let host = own.first?.arguments.text("on") else { return }
        for other in own where other.arguments.text("on") != host {
            log.add(
                "\(host) connects to itself already", at: other.arguments.fields["to"]?.at ?? other.at,
                advice: "one host of a scenario can")
        }
    }

    func checkSelector(_ arguments: Arguments) {
        if let flags = arguments.fields["flags"] {
            if arguments.fields["packet"] != nil {
                log.add("'packet' and 'flags' both say which flags", at: flags.at, advice: "keep one of them")
            }
            let record = arguments.record("flags")
            for both in record?.texts("set") ?? [] where record?.texts("clear").contains(both) == true {
                log.add("\(both) is both set and clear", at: flags.at, advice: "no packet is like that")
            }
        } else if arguments.fields["packet"] == nil {
            log.add("say which packets: 'packet' or 'flags'", at: arguments.at, advice: "packet: any takes all of TCP")
        }
        if let from = arguments.text("from"), from == arguments.text("to") {
            log.add("'from' and 'to' are the same host", at: arguments.at, advice: "leave one of them out")
        }
    }

    private func checkChoice(_ arguments: Arguments) {
        if let share = arguments.fields["share"] {
            if arguments.fields["nth"] != nil {
                log.add("'nth' and 'share' both say which of the packets", at: share.at, advice: "keep one of them")
            }
            if arguments.fields["seed"] == nil {
                log.add(
                    "'share' needs a seed", at: share.at, advice: "add seed: 1; the same seed takes the same packets")
            }
        } else if let seed = arguments.fields["seed"] {
            log.add("'seed' belongs to 'share'", at: seed.at, advice: "remove it, or add share: 25%")
        }
    }

    /// No queue is shorter than empty.
    func checkLength(_ arguments: Arguments, _ key: String) {
        guard let length = arguments.count(key), let at = arguments.fields[key]?.at, length.least < 0 else { return }
        log.add("'\(key)' must be 0 or more", at: at)
    }

    private func checkSysctl(_ arguments: Arguments) {
        for pair in arguments.pairs where pair.value.value == .text("default") {
            log.add(
                "'\(pair.key)' is claimed to read 'default'", at: pair.value.at,
                advice: "write the value that it must have, or absent")
        }
    }

    private func checkCall(_ arguments: Arguments) {
        let outcome = arguments.pairs.first.flatMap { pair in
            if case .text(let text) = pair.value.value { text } else { nil }
        }
        if outcome == "returns", let errno = arguments.fields["errno"] {
            log.add("a call that returns has no errno", at: errno.at, advice: "write fails, or remove errno")
        }
    }

    /// `tcp_timeout_init()` takes nothing that is not above 0, and cuts what is longer than TCP_RTO_MAX.
    private func checkInitialRTO(_ scenario: Arguments) {
        if let time = scenario.duration("initial-rto"), let at = scenario.fields["initial-rto"]?.at,
            time == .zero || time > .seconds(120)
        {
            log.add("'initial-rto' must be more than 0s and at most 120s", at: at, advice: "the kernel takes no other")
        }
        if let cause = scenario.record("without")?.fields["initial-rto"], scenario.fields["initial-rto"] == nil {
            log.add("this scenario sets no initial-rto", at: cause.at, advice: "the cause must be something else")
        }
    }

    private func checkSysctls(_ scenario: Arguments) {
        let given = HostSysctl.all(scenario.record("sysctls"))
        for axis in scenario.record("matrix")?.pairs ?? [] {
            if let twice = given.first(where: { "\($0.host):\($0.key)" == axis.key }) {
                log.add(
                    "'\(axis.key)' is set on line \(twice.at.line) already", at: axis.at,
                    advice: "the matrix gives its values; remove it from sysctls")
            }
            if case .list(let values) = axis.value.value, Set(values.map(\.value)).count < values.count {
                log.add("'\(axis.key)' has the same value twice", at: axis.value.at, advice: "each makes one instance")
            }
        }
        for cause in HostSysctl.all(scenario.record("without")?.record("sysctl")) where cause.value != nil {
            log.add(
                "a counter-run leaves '\(cause.key)' as the kernel made it", at: cause.at, advice: "write default")
        }
    }
}
