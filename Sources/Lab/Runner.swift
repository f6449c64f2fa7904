import Kernel
package import Model

/// Carries out one plan, and writes down what it saw.
///
/// Threading model: one ordinary thread an instance, from the first step to the last. It never enters a namespace;
/// descriptors are opened in short visits, each on a thread of its own (see `FreshThread`).
package final class Runner {
    private let plan: Plan
    private let facts: Facts
    private let folder: String
    private let lateness: LatenessWatcher
    private let timeouts: InitialTimeouts
    private let builders: Turnstile
    private let begins: () -> Void
    private let live: (Event) -> Void
    private let hold: (([String]) -> Void)?

    /// - Parameters:
    ///   - folder: gets `record.json` and the captures; made where it does not exist.
    ///   - timeouts: shared by all runs of the process.
    ///   - builders: shared as well. Whoever builds hosts needs the kernel's lock of all namespaces again and again; were
    ///     all to build at once, they would also begin at once, and keep each other late.
    ///   - begins: called when its turn to build has come; what happens before is no part of the run.
    ///   - live: told every event as it happens.
    ///   - hold: called with one shell line a host that enters it, before anything is torn down; it returns when the
    ///     hosts may go.
    package init(
        _ plan: Plan, facts: Facts, folder: String, lateness: LatenessWatcher,
        timeouts: InitialTimeouts = InitialTimeouts(), builders: Turnstile = Turnstile(),
        begins: @escaping () -> Void = {}, live: @escaping (Event) -> Void = { _ in }, hold: (([String]) -> Void)? = nil
    ) {
        self.plan = plan
        self.facts = facts
        self.folder = folder
        self.lateness = lateness
        self.timeouts = timeouts
        self.builders = builders
        self.begins = begins
        self.live = live
        self.hold = hold
    }

    /// Whatever happens to the run ends up in the record; this throws only where the record cannot be written.
    /// Nothing of the run is left afterwards.
    @discardableResult
    package func run() throws -> RunRecord {
        try RecordFolder.make(folder)
        let started = Clock.monotonic()
        let instance: Instance
        do {
            instance = try builders.pass {
                begins()
                try preflight()
                return try Instance(plan, facts: facts, folder: folder, timeouts: timeouts, live: live)
            }
        } catch {
            return try write(RunRecord(plan: plan, facts: facts, ending: Ending(error)), from: started)
        }
        defer { instance.tearDown() }
        let record = try write(instance.carryOut(), from: started)
        hold?(instance.waysIn())
        return record
    }

    /// What the plan needs must be there, before anything is built.
    private func preflight() throws(LabError) {
        var needed: [Feature] = [
            .networkNamespaces, .sysctlWriting, .veth, .ethtoolNetlink, .packetSockets, .socketDiagnostics,
        ]
        if !plan.installedFaults.isEmpty { needed += [.clsact, .classicFilter] }
        if plan.installedInitialRTO != nil { needed.append(.socketOperations) }
        for feature in needed {
            if case .missing(let reason) = facts.availability(feature) {
                throw LabError.unsupported(feature: feature.rawValue, reason: reason)
            }
        }
    }

    private func write(_ found: RunRecord, from started: Nanoseconds) throws -> RunRecord {
        var record = found
        if record.clock.offsets.isEmpty { record.clock = ClockSampler(origin: started).report }
        record.lateness = lateness.report(from: record.clock.origin, to: Clock.monotonic())
        try RecordFolder.write(record, into: folder)
        return record
    }
}

extension Ending {
    /// What a trouble means for the run.
    package init(_ error: any Error) {
        switch error {
        case LabError.sysctlRefused(let host, let key, let value, let errno, let message, let origin):
            self = .sysctlRefused(
                host: host, key: key, value: value, errno: errno, message: message, origin: origin)
        case LabError.optionRefused(let socket, let option, let value, let errno, let message, let origin):
            self = .optionRefused(
                socket: socket, option: option, value: value, errno: errno, message: message, origin: origin)
        case LabError.unsupported(let feature, let reason): self = .unsupported(feature: feature, reason: reason)
        case let error as KernelError:
            self = .failed(doing: error.attempt, errno: error.symbol, message: "\(error)")
        case let error as DeadlinePassed: self = .deadlinePassed(step: error.step)
        default: self = .failed(doing: "carry out the plan", errno: nil, message: "\(error)")
        }
    }
}

/// The plan's deadline passed during that step.
struct DeadlinePassed: Error {
    var step: Int
}
