/// One instance of one scenario with nothing left to decide: names, addresses, ports, MACs, fault sites, limits.
///
/// Pure data. The runner does what it says; the oracle predicts from it; a record carries it.
package struct Plan: Sendable, Hashable, Codable {
    package var format: Int
    /// `connect-timeout/ipv4`, with one `/HOST:KEY=VALUE` for each matrix axis. Reports hang on it; it never changes.
    package var instance: String
    package var scenario: String
    package var summary: String
    package var family: Family
    package var hosts: [Host]
    package var links: [Link]
    /// `nil` where the topology has no made-up addresses.
    package var spoofing: Spoofing?
    /// What every host's TCP begins to wait with, set by a BPF program; `nil`: the kernel's own second.
    package var initialRTO: Nanoseconds?
    package var faults: [Fault]
    package var steps: [Step]
    package var expectations: [Expectation]
    /// Set when this is a run that is meant to go wrong.
    package var counterRun: CounterRun?
    /// What a counter-run leaves out. The oracle does not look at it: the expectations stay those of the whole plan.
    package var withheld: Withheld
    /// The run is given up this long after its first action.
    package var deadline: Nanoseconds
    /// After the last action the taps must be silent this long before the record is closed.
    package var settle: Nanoseconds

    package init(
        format: Int = Format.version, instance: String, scenario: String, summary: String, family: Family,
        hosts: [Host], links: [Link], spoofing: Spoofing? = nil, initialRTO: Nanoseconds? = nil, faults: [Fault],
        steps: [Step], expectations: [Expectation],
        counterRun: CounterRun? = nil, withheld: Withheld = Withheld(), deadline: Nanoseconds,
        settle: Nanoseconds = .milliseconds(50)
    ) {
        self.format = format
        self.instance = instance
        self.scenario = scenario
        self.summary = summary
        self.family = family
        self.hosts = hosts
        self.links = links
        self.spoofing = spoofing
        self.initialRTO = initialRTO
        self.faults = faults
        self.steps = steps
        self.expectations = expectations
        self.counterRun = counterRun
        self.withheld = withheld
        self.deadline = deadline
        self.settle = settle
    }

    package func host(_ name: String) -> Host? { hosts.first { $0.name == name } }

    /// The host that has that address; `nil`: none.
    package func owner(of address: IPAddress) -> String? {
        hosts.first { host in host.interfaces.contains { $0.addresses.contains { $0.address == address } } }?.name
    }

    /// The faults that the runner installs.
    package var installedFaults: [Fault] { faults.filter { !withheld.faults.contains($0.name) } }

    /// The routes that the runner adds on a host.
    package func installedRoutes(of host: Host) -> [Route] {
        host.routes.filter { route in route.fault.map { !withheld.faults.contains($0) } ?? true }
    }

    /// The names of all faults, whatever they are.
    package var faultNames: [String] { faults.map(\.name) + hosts.flatMap(\.routes).compactMap(\.fault) }

    /// The initial RTO that the runner sets.
    package var installedInitialRTO: Nanoseconds? { withheld.initialRTO == true ? nil : initialRTO }

    /// The sysctls that the runner writes on a host, in order.
    package func writtenSysctls(of host: Host) -> [SysctlSetting] {
        host.sysctls.filter { !(withheld.sysctls[host.name] ?? []).contains($0.key) }
    }

    /// The value that a sysctl of a host has during the run, as far as the plan and the kernel's defaults say:
    /// what the plan writes, else what a fresh namespace has. `nil`: this kernel does not have it.
    package func sysctl(_ key: String, on host: String, facts: Facts) -> String? {
        guard let born = facts.sysctls[key] else { return nil }
        return self.host(host)?.sysctls.last { $0.key == key }?.value ?? born
    }
}

/// Made-up source addresses: a prefix that leads to one host and that nobody owns.
package struct Spoofing: Sendable, Hashable, Codable {
    /// The host that the prefix is routed to, where what comes for it vanishes.
    package var host: String
    /// Of the plan's family.
    package var prefix: Prefix
    /// Of the segments from or to these addresses the taps keep those whose port on the made-up side is a multiple of
    /// this; the rest is counted by the kernel and nothing more. 1: all are kept.
    package var sampling: Int

    package init(host: String, prefix: Prefix, sampling: Int = 1) {
        self.host = host
        self.prefix = prefix
        self.sampling = sampling
    }

    package func isMadeUp(_ address: IPAddress) -> Bool { prefix.contains(address) }
}

/// The parts of a plan that the runner skips: the cause, in a run without it.
package struct Withheld: Sendable, Hashable, Codable {
    /// By name.
    package var faults: [String]
    /// Indices into `Plan.steps`.
    package var steps: [Int]
    /// Host → keys.
    package var sysctls: [String: [String]]
    /// `true`: the initial RTO is left as the kernel made it.
    package var initialRTO: Bool?

    package init(
        faults: [String] = [], steps: [Int] = [], sysctls: [String: [String]] = [:], initialRTO: Bool? = nil
    ) {
        self.faults = faults
        self.steps = steps
        self.sysctls = sysctls
        self.initialRTO = initialRTO
    }
}

/// A run whose cause was taken away or misplaced on purpose. It must not end green.
package enum CounterRun: String, Sendable, Hashable, Codable, CaseIterable {
    /// The faults, or what the scenario's `without:` names, are left out. Must end in *fail*.
    case withoutCause = "without-cause"
    /// Drops sit at the sender's egress, where TCP learns of them. Must not pass, and must say why.
    case misplacedDrop = "misplaced-drop"
    /// The predicted times are stretched by a tenth. Must end in *fail*.
    case bentLaw = "bent-law"
}
