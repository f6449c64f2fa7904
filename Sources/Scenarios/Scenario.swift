package import Model
package import Oracle

/// One scenario file, read and checked as far as that goes without a kernel. Every part knows its place.
package struct Scenario: Sendable, Hashable {
    /// The file's stem.
    package var name: String
    package var source: SourceText
    package var summary: String
    package var question: String?
    package var why: String?
    package var reference: String?
    package var answer: Answer?
    package var topology: Topology
    package var families: [Family]
    package var tags: [String]
    /// Nothing may run beside it.
    package var alone: Bool
    /// What a counter-run leaves out; `nil`: the faults.
    package var without: Cause?
    package var sysctls: [HostSysctl]
    package var initialRTO: Nanoseconds?
    package var matrix: [MatrixAxis]
    package var faults: [Phrase]
    package var actions: [Phrase]
    package var expectations: [Phrase]
    package var deadline: Nanoseconds?
    /// The words that can be written but not run yet, as errors. `validate` and planning refuse them.
    package var unbuilt: [InputError]

    /// The sysctls that its actions write in mid-run.
    var writes: [HostSysctl] { actions.filter { $0.verb == "set" }.flatMap { HostSysctl.set($0.arguments) } }

    /// The sysctls that its expectations speak of.
    var claimed: [HostSysctl] {
        expectations.filter { $0.verb == "sysctl" }.flatMap { HostSysctl.set($0.arguments) }
    }

    /// How many segments its actions send from made-up addresses.
    var madeUpSegments: Int {
        actions.filter { $0.verb == "inject" && $0.arguments.fields["sources"] != nil }
            .reduce(0) { $0 + ($1.arguments.integer("count") ?? 1) }
    }

    /// The host that connects to itself; `nil`: none does.
    var loopback: String? {
        actions.first { $0.verb == "connect" && $0.arguments.text("to") == "self" }?.arguments.text("on")
    }

    /// The laws that it expects to hold, each once.
    package var laws: [String] {
        expectations.filter { $0.verb == "law" }.flatMap { $0.arguments.pairs.map(\.key) }
            .reduce(into: []) { laws, law in if !laws.contains(law) { laws.append(law) } }
    }
}

/// What a scenario's `without:` names.
package struct Cause: Sendable, Hashable {
    package var actions: [String] = []
    package var faults: [String] = []
    package var sysctls: [HostSysctl] = []
    package var initialRTO = false
}

/// One sysctl of one host as a file, or `--set`, asks for it.
package struct HostSysctl: Sendable, Hashable {
    package var host: String
    package var key: String
    /// `nil` for `default`: left as the kernel made it.
    package var value: String?
    package var keyAt: SourceLocation
    /// The place of the value.
    package var at: SourceLocation

    init(host: String, key: String, value: String, keyAt: SourceLocation, at: SourceLocation) {
        self.host = host
        self.key = key
        self.value = value == "default" ? nil : value
        self.keyAt = keyAt
        self.at = at
    }

    /// The `{ on: HOST, KEY: VALUE, … }` of a `set`, or of an expectation.
    static func set(_ words: Arguments) -> [HostSysctl] {
        words.pairs.compactMap { pair in
            guard let host = words.text("on"), case .text(let value) = pair.value.value else { return nil }
            return HostSysctl(host: host, key: pair.key, value: value, keyAt: pair.at, at: pair.value.at)
        }
    }

    /// The `{ HOST: { KEY: VALUE } }` of a file.
    static func all(_ hosts: Arguments?) -> [HostSysctl] {
        (hosts?.pairs ?? []).flatMap { host -> [HostSysctl] in
            guard case .record(let keys) = host.value.value else { return [] }
            return keys.pairs.compactMap { pair in
                guard case .text(let value) = pair.value.value else { return nil }
                return HostSysctl(host: host.key, key: pair.key, value: value, keyAt: pair.at, at: pair.value.at)
            }
        }
    }
}

/// One sysctl that takes several values, one an instance.
package struct MatrixAxis: Sendable, Hashable {
    package var values: [HostSysctl]
    package var at: SourceLocation

    package var host: String { values[0].host }
    package var key: String { values[0].key }
}
