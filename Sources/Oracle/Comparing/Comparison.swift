package import Model

/// What changed in the life of a connection from one run to another, and why.
package struct Comparison: Sendable, Hashable, Codable {
    /// One of the two runs.
    package struct Side: Sendable, Hashable, Codable {
        package var kernel: String
        package var machine: String
        package var tick: Nanoseconds
        package var processors: Int
        package var memory: Int?
        package var records: Int

        package init(
            kernel: String, machine: String, tick: Nanoseconds, processors: Int, memory: Int?, records: Int
        ) {
            self.kernel = kernel
            self.machine = machine
            self.tick = tick
            self.processors = processors
            self.memory = memory
            self.records = records
        }
    }

    /// An instance that says nothing about a change, and why.
    package struct Unsure: Sendable, Hashable, Codable {
        package var instance: String
        package var reason: String

        package init(_ instance: String, _ reason: String) {
            self.instance = instance
            self.reason = reason
        }
    }

    package var format: Int
    package var before: Side
    package var after: Side
    /// The instances that both runs have, and that came to a verdict in both.
    package var compared: [String]
    /// In the order of the instances; those of the facts first.
    package var changes: [Change]
    package var unsure: [Unsure]

    package init(
        format: Int = Format.version, before: Side, after: Side, compared: [String], changes: [Change],
        unsure: [Unsure] = []
    ) {
        self.format = format
        self.before = before
        self.after = after
        self.compared = compared
        self.changes = changes
        self.unsure = unsure
    }

    package var unexplained: [Change] { changes.filter { !$0.isExplained } }
}

extension Comparison {
    /// Of several records of one instance the last one counts. `lost`: why an instance has no record on one side or both.
    package init(
        of before: [RunRecord], with after: [RunRecord], lost: [String: String] = [:]
    ) throws(ComparisonError) {
        let (old, new) = (try ComparedRun(before), try ComparedRun(after))
        let common = old.instances.keys.filter { new.instances[$0] != nil }.sorted()
        guard !common.isEmpty else { throw .nothingInCommon }
        var changes = FactsComparison(old.facts, new.facts).changes
        var compared: [String] = []
        var unsure: [Unsure] = []
        for name in Set(old.instances.keys).union(new.instances.keys).union(lost.keys).sorted() {
            if let reason = lost[name] {
                unsure.append(Unsure(name, reason))
                continue
            }
            guard let first = old.instances[name], let second = new.instances[name] else {
                unsure.append(
                    Unsure(name, "there is a record of it \(old.instances[name] == nil ? "after" : "before") only"))
                continue
            }
            let pair = ComparedPair(first, second)
            if let reason = pair.incomparable {
                unsure.append(Unsure(name, reason))
            } else if pair.before.judgement.verdict != .skip {
                compared.append(name)
                changes += pair.changes
            }
        }
        self.init(
            before: old.side, after: new.side, compared: compared, changes: changes, unsure: unsure)
    }
}

/// Two runs that cannot be compared at all.
package enum ComparisonError: Error, Sendable, Hashable, CustomStringConvertible {
    case nothingInCommon
    case noRecords
    /// The records of one run come from several kernels.
    case severalKernels([String])

    package var description: String {
        switch self {
        case .nothingInCommon: "the two runs have no instance in common, so there is nothing to compare"
        case .noRecords: "there are no records to compare"
        case .severalKernels(let kernels):
            "the records of one run come from several kernels (\(kernels.joined(separator: ", "))); compare one with one"
        }
    }
}

/// The records of one run.
private struct ComparedRun {
    let facts: Facts
    let side: Comparison.Side
    private(set) var instances: [String: RunRecord] = [:]

    init(_ records: [RunRecord]) throws(ComparisonError) {
        guard let facts = records.last?.facts else { throw .noRecords }
        let kernels = Set(records.map(\.facts.kernel)).sorted()
        guard kernels.count == 1 else { throw .severalKernels(kernels) }
        self.facts = facts
        side = Comparison.Side(
            kernel: facts.kernel, machine: facts.machine, tick: facts.tick, processors: facts.processors,
            memory: facts.memory, records: records.count)
        for record in records { instances[record.plan.instance] = record }
    }
}
