import ArgumentParser
import FoundationEssentials
import Model
import Oracle
import Reporting
import Scenarios

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs scenarios on the real kernel and judges what was seen.",
        discussion: """
            \(Examples([
                "tcpfault run connect-timeout --family ipv4": "one scenario, told in full",
                "tcpfault run synflood --set server:net.ipv4.tcp_syncookies=0": "with another sysctl",
                "tcpfault run --all --retry 2 --report junit=report.xml": "in CI",
                "tcpfault run --all --kernel 6.1": "on another kernel, in virtual time",
                "tcpfault run --all --must-fail": "nothing may pass without its cause",
                "tcpfault run --all --shard 2/4": "the second of four machines",
            ]))
            """)

    @Argument(
        help: ArgumentHelp("Scenarios by name, or scenario files.", valueName: "name|file"), completion: .scenarios)
    var names: [String] = []

    @Flag(help: "Every scenario there is.")
    var all = false

    @Flag(
        help:
            "With --all: also those that take minutes (tag 'long'). With --kernel, where waiting is free, they are in.")
    var long = false

    @OptionGroup var planning: PlanningArguments

    @Option(help: ArgumentHelp("Only scenarios with this tag. May be repeated.", valueName: "tag"))
    var tag: [String] = []

    @Option(help: ArgumentHelp("Where records go.", discussion: "Default: results/<time in UTC>.", valueName: "dir"))
    var output: String?

    @OptionGroup var reporting: ReportOptions

    @Option(
        help: ArgumentHelp(
            "How many instances run side by side; all of them by default.",
            discussion: "With --kernel: in as many virtual machines; by default one for each processor.",
            valueName: "n"))
    var jobs: Int?

    @Option(name: .customLong("repeat"), help: ArgumentHelp("Each instance this often.", valueName: "n"))
    var repetitions = 1

    @Option(
        help: ArgumentHelp(
            "Run an instance that was inconclusive (the machine was too late, say) again, so often at most.",
            valueName: "n"))
    var retry = 0

    @OptionGroup var sharding: ShardOptions

    @Flag(help: "Wait before teardown, and print how to enter the hosts.")
    var hold = false

    @Option(help: "Go wrong on purpose: without-cause, misplaced-drop or bent-law.")
    var counterRun: CounterRun?

    @Flag(help: "Succeed when every instance goes wrong; without its cause, unless --counter-run says otherwise.")
    var mustFail = false

    @Flag(help: "With --kernel: run everything again in another boot; both must leave the same bytes.")
    var twice = false

    @OptionGroup var bedOptions: TestBedOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func validate() throws {
        if names.isEmpty != all { throw ValidationError("Name scenarios, or say --all (and not both).") }
        if long, !all { throw ValidationError("--long goes with --all; what is named runs in any case.") }
        if retry < 0 { throw ValidationError("--retry begins at 0.") }
        if repetitions < 1 { throw ValidationError("--repeat begins at 1.") }
        if !bedOptions.isRepeatable, twice {
            throw ValidationError(
                "--twice goes with --kernel and virtual time: by a real clock no two runs are identical.")
        }
        if bedOptions.kernel != nil, hold {
            throw ValidationError("--hold means nothing to a guest kernel, which nobody can enter.")
        }
        if jobs.map({ $0 < 1 }) ?? false { throw ValidationError("--jobs begins at 1.") }
    }

    func run() async throws {
        let scenarios = try ScenarioChoice(
            library: try libraryOptions.library(), names: all ? nil : names, tags: tag,
            long: long || bedOptions.isRepeatable)
        let options = try planning.options(
            scenarios.library, counterRun: counterRun ?? (mustFail ? .withoutCause : nil))
        try reporting.prepare()
        let folder = try Places.output(output)
        try ReportDocument.refuseUsed(folder)
        let console = Console()
        scenarios.tellLeftOut(on: console)
        let bed = try await bedOptions.bed(folder: folder)
        let facts = try await bed.probe()
        let all = repeated(try scenarios.planned(facts, options))
        let plan = ShardedPlan(
            try sharding.shard(on: console), kernel: facts.kernel, instances: all.map(\.name),
            sources: sources(scenarios))
        let instances = plan.shard.share(of: all)
        var session = RunSession(
            bed: bed, facts: facts, console: console, folder: folder, jobs: jobs, hold: hold,
            mustFail: mustFail, retries: bedOptions.isRepeatable ? 0 : retry)
        session.heedsSignals = true
        let stream = reporting.stream(on: console, mustFail: mustFail)
        session.stream = stream
        session.plan = plan
        var report: RunReport
        do {
            report = try await session.run(instances)
        } catch {
            await stream?.breakOff(error)
            throw error
        }
        try ReportDocument.write(report, into: folder)
        var differences: [String] = []
        if twice, report.stopped == nil {
            session.stream = nil
            session.plan = nil
            session.folder = "\(folder)/again"
            session.bed = try await bedOptions.bed(folder: session.folder)
            let again = try await session.run(instances)
            report.stopped = again.stopped
            if again.stopped == nil { differences = try Twins.differences(report, again) }
        }
        try await reporting.tell(report, on: console, stream)
        if let signal = HostProcess.askedToStop { HostProcess.end(signal.status) }
        let refusals = Refusals.words(in: report)
        if !refusals.isEmpty { throw Trouble(refusals.joined(separator: "\nerror: "), status: .badInput) }
        if twice {
            let words = Twins.words(differences, of: report)
            if reporting.format == .console { console.result(words) } else { console.note(words) }
        }
        if !differences.isEmpty, report.exitStatus == .passed { try CommandStatus.inconclusive.leave() }
        try report.exitStatus.leave()
    }

    /// Whatever the plan is made from, beside the kernel.
    private func sources(_ scenarios: ScenarioChoice) -> [String] {
        scenarios.scenarios.map(\.source.text) + planning.settings + planning.profiles
            + [counterRun?.rawValue ?? "", "\(mustFail)", Version.current]
    }

    private func repeated(_ instances: [PlannedInstance]) -> [PlannedInstance] {
        guard repetitions > 1 else { return instances }
        return instances.flatMap { instance in
            (1...repetitions).map { number in
                var copy = instance
                copy.name += "#\(number)"
                if case .plan(var plan, let forecast) = instance.outcome {
                    plan.instance = copy.name
                    copy.outcome = .plan(plan, forecast)
                }
                return copy
            }
        }
    }
}

/// Values that the kernel would not take: somebody's input, to be mended where it stands.
enum Refusals {
    static func words(in report: RunReport) -> [String] {
        var seen: Set<String> = []
        return report.outcomes.compactMap { outcome -> String? in
            // Such a run proves nothing. No other record is read for it, since some are long.
            guard outcome.judgement.verdict == .inconclusive, let folder = outcome.folder,
                let record = try? RecordFile.read("\(folder)/record.json")
            else { return nil }
            return words(of: record.ending)
        }.filter { seen.insert($0).inserted }
    }

    private static func words(of ending: Ending) -> String? {
        let (what, whose, errno, message, origin): (String, String, String, String, SourceLocation?)
        switch ending {
        case .sysctlRefused(let host, let key, let value, let symbol, let text, let place):
            (what, whose, errno, message, origin) = ("\(key)=\(value)", host, symbol, text, place)
        case .optionRefused(let socket, let option, let value, let symbol, let text, let place):
            (what, whose, errno, message, origin) = ("\(option)=\(value)", "socket \(socket)", symbol, text, place)
        case .completed, .deadlinePassed, .failed, .unsupported: return nil
        }
        let place = origin.map { "\($0): " } ?? ""
        let words = message.contains(errno) ? message : "\(message) (\(errno))"
        return "\(place)the kernel refuses \(what) on \(whose): \(words)"
    }
}
