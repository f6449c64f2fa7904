import FoundationEssentials
import Model
import Oracle
import Reporting
import Scenarios

/// One call of `tcpfault run`: planned instances in, a report out; their records in one folder.
struct RunSession: Sendable {
    var bed: any TestBed
    var facts: Facts
    var console: Console
    var folder: String
    /// `nil`: as many as there are.
    var jobs: Int?
    var hold = false
    var mustFail = false
    /// How often an inconclusive instance is run again.
    var retries = 0
    /// Whom each instance is told that has ended for good.
    var stream: ReportStream?
    /// The plan that these are a share of; `nil`: of this run nobody makes another report.
    var plan: ShardedPlan?
    /// SIGINT and SIGTERM end the run, and not this program.
    var heedsSignals = false

    func run(_ instances: [PlannedInstance]) async throws -> RunReport {
        let started = Date()
        let clock = ContinuousClock.now
        let board = LiveBoard(console, total: instances.count)
        let outcomes = OutcomeList(stream)
        if let plan { try ReportDocument.begin(plan, mustFail: mustFail, at: started, in: folder) }
        await stream?.open(count: instances.count)
        if heedsSignals { HostProcess.heedStopSignals() }
        for instance in instances {
            guard let reason = instance.skipReason else { continue }
            let skipped = Judgement(
                instance: instance.name, summary: instance.summary, verdict: .skip, reason: reason,
                kernel: facts.kernel)
            await outcomes.add(RunReport.Outcome(skipped, folder: nil))
            await board.ended(RunReport.Outcome(skipped, folder: nil))
        }
        let drawing = Task {
            while !Task.isCancelled {
                await board.draw()
                try await Task.sleep(for: LiveBoard.interval)
            }
        }
        defer { drawing.cancel() }
        var wanted = instances.filter { $0.plan != nil }
        for attempt in 0...max(0, retries) {
            if attempt > 0 {
                let unsure = await outcomes.takeUnsure()
                wanted = wanted.filter { unsure.contains($0.name) }
                if wanted.isEmpty { break }
                let names = wanted.count > 1 ? "\(wanted.count) instances" : wanted[0].name
                await board.say(["again  \(names): inconclusive, attempt \(attempt + 1) of \(retries + 1)"])
                await board.runAgain(wanted.count)
            }
            await outcomes.mayComeAgain(attempt < retries)
            if !wanted.isEmpty { try await run(wanted, board, outcomes) }
            if stopped != nil { break }
        }
        await outcomes.tellRest()
        drawing.cancel()
        await board.erase()

        let order = Dictionary(uniqueKeysWithValues: instances.enumerated().map { ($0.element.name, $0.offset) })
        let sorted = await outcomes.all.sorted {
            order[$0.judgement.instance, default: 0] < order[$1.judgement.instance, default: 0]
        }
        let wall = Nanoseconds(Int64((ContinuousClock.now - clock) / .nanoseconds(1)))
        return RunReport(
            started: started.formatted(.iso8601), wall: wall, folder: folder, mustFail: mustFail, outcomes: sorted,
            guests: await outcomes.guests, stopped: stopped?.name,
            shard: plan.flatMap { $0.shard.count > 1 ? $0 : nil })
    }

    private var stopped: HostProcess.StopSignal? { heedsSignals ? HostProcess.askedToStop : nil }

    private func run(
        _ instances: [PlannedInstance], _ board: LiveBoard, _ outcomes: OutcomeList
    ) async throws {
        // The last to begin should not be the longest. Where the length is the same the order stays.
        let longestFirst = instances.enumerated().sorted { one, other in
            let lengths = (one.element.forecast?.longest ?? .zero, other.element.forecast?.longest ?? .zero)
            return lengths.0 == lengths.1 ? one.offset < other.offset : lengths.0 > lengths.1
        }
        let jobs = longestFirst.map(\.element).compactMap { instance in
            instance.plan.map { RunnerJob(plan: $0, folder: "\(folder)/\($0.instance)", alone: instance.alone) }
        }
        let forecasts = Dictionary(
            uniqueKeysWithValues: instances.compactMap { instance in instance.forecast.map { (instance.name, $0) } })
        try await untilStopped {
            try await bed.run(jobs, RunWishes(atOnce: self.jobs, live: console.isLive, hold: hold)) { observation in
                await observe(observation, jobs, forecasts, board, outcomes)
            }
        }
        let told = await Set(outcomes.all.map(\.judgement.instance))
        let reason = stopped.map { "stopped by \($0.name)" } ?? "the runner ended before this instance began"
        for job in jobs where !told.contains(job.plan.instance) { await outcomes.add(lost(job.plan, reason)) }
    }

    private static let stopInterval = Duration.milliseconds(50)

    /// The work, or as much of it as there was time for.
    private func untilStopped(_ work: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await work() }
                group.addTask {
                    while !Task.isCancelled {
                        if let stopped { throw stopped }
                        try await Task.sleep(for: Self.stopInterval)
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch  where stopped != nil {
            // What has not ended by now says so in the report.
        }
    }

    private func observe(
        _ observation: RunnerObservation, _ jobs: [RunnerJob], _ forecasts: [String: Forecast], _ board: LiveBoard,
        _ outcomes: OutcomeList
    ) async {
        switch observation {
        case .began(let plan):
            if let forecast = forecasts[plan.instance] { await board.began(plan, forecast) }
        case .event(let instance, let event): await board.saw(event, of: instance)
        case .clock(let instance, let time): await board.tell(clock: time, of: instance)
        case .guest(let times): await outcomes.add(times)
        case .told(let lines): await board.say(lines)
        case .holding(let instance, let commands, let release):
            await board.pause(true)
            await board.say(["\(instance) waits before its teardown. Enter its hosts with:"])
            console.note(commands.map { "  \($0)" } + ["Press Return to go on."])
            await Task.detached { HostProcess.waitForReturn() }.value
            await board.pause(false)
            await release()
        case .ended(let instance, let end):
            guard let job = jobs.first(where: { $0.plan.instance == instance }) else { return }
            let outcome = judged(job, end)
            await outcomes.add(outcome)
            await board.ended(outcome)
        }
    }

    private func judged(_ job: RunnerJob, _ end: JobEnd) -> RunReport.Outcome {
        switch end {
        case .lost(let reason): return lost(job.plan, reason)
        case .recorded:
            do {
                let judgement = Judge.judge(try RecordFile.read("\(job.folder)/record.json"))
                try RecordFile.write(judgement, into: job.folder)
                return RunReport.Outcome(judgement, folder: job.folder)
            } catch {
                return lost(job.plan, "\(error)")
            }
        }
    }

    private func lost(_ plan: Plan, _ reason: String) -> RunReport.Outcome {
        RunReport.Outcome(
            Judgement(
                instance: plan.instance, summary: plan.summary, verdict: .inconclusive, reason: reason,
                kernel: facts.kernel, counterRun: plan.counterRun),
            folder: nil)
    }
}

/// What has ended so far.
private actor OutcomeList {
    private(set) var all: [RunReport.Outcome] = []
    private(set) var guests: [GuestTimes]?
    private let stream: ReportStream?
    private var isRepeatable = false
    private var told: Set<String> = []

    init(_ stream: ReportStream?) { self.stream = stream }

    func add(_ outcome: RunReport.Outcome) async {
        all.append(outcome)
        if !isRepeatable || !Self.isUnsure(outcome) { await tell(outcome) }
    }

    /// What was held back for a repetition that does not come.
    func tellRest() async {
        for outcome in all { await tell(outcome) }
    }

    private func tell(_ outcome: RunReport.Outcome) async {
        guard told.insert(outcome.judgement.instance).inserted else { return }
        await stream?.ended(outcome)
    }

    /// Whether what proves nothing now is run again.
    func mayComeAgain(_ isRepeatable: Bool) { self.isRepeatable = isRepeatable }

    func add(_ times: GuestTimes) { guests = (guests ?? []) + [times] }

    /// A misplaced drop is meant to prove nothing.
    private static func isUnsure(_ outcome: RunReport.Outcome) -> Bool {
        outcome.judgement.verdict == .inconclusive && outcome.judgement.counterRun != .misplacedDrop
    }

    /// Those that proved nothing are forgotten; their names.
    func takeUnsure() -> Set<String> {
        let names = Set(all.filter(Self.isUnsure).map(\.judgement.instance))
        all.removeAll(where: Self.isUnsure)
        return names
    }
}
