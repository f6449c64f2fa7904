import Model

/// Which jobs of one runner wait, run and have ended, and until when each may run.
actor JobLedger {
    private var waiting: [RunnerJob]
    private var running: [String: ContinuousClock.Instant?] = [:]
    private var limits: [String: Duration] = [:]
    private var ended: [String: JobEnd] = [:]
    private let total: Int
    private let atOnce: Int
    private let live: Bool
    private let hold: Bool
    private let observe: @Sendable (RunnerObservation) async -> Void
    private var isClosed = false

    /// What a runner needs beside a plan's own deadline: to build, to settle, to write, on a busy machine.
    private static let allowance = Duration.seconds(30)

    init(
        _ jobs: [RunnerJob], atOnce: Int, live: Bool, hold: Bool,
        observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) {
        waiting = jobs.reversed()
        total = jobs.count
        self.atOnce = max(1, atOnce)
        self.live = live
        self.hold = hold
        self.observe = observe
    }

    var isDone: Bool { ended.count == total }

    func start(_ send: @Sendable (RunnerRequest) async -> Void) async {
        while running.count < atOnce, let job = waiting.popLast() {
            let name = job.plan.instance
            let limit = Duration.nanoseconds(job.plan.deadline.value) + Self.allowance
            limits[name] = limit
            running[name] = .some(ContinuousClock.now + limit)
            await observe(.began(job.plan))
            await send(.run(plan: job.plan, folder: job.folder, live: live, hold: hold))
        }
    }

    func heard(_ message: RunnerMessage, _ send: @escaping @Sendable (RunnerRequest) async -> Void) async {
        switch message {
        case .facts, .measured: break
        case .event(let instance, let event): await observe(.event(instance: instance, event))
        case .holding(let instance, let commands):
            running[instance] = .some(nil)
            await observe(
                .holding(instance: instance, commands: commands) { await send(.release(instance: instance)) })
        case .finished(let instance, _):
            await end(instance, .recorded)
            await start(send)
        case .refused(let reason):
            for instance in Array(running.keys) { await end(instance, .lost("the runner refuses: \(reason)")) }
            await start(send)
        }
    }

    /// Sleeps until a job has run for too long and names it; `nil` when none can any more.
    func nextOverdue() async throws -> String? {
        while !isClosed {
            let now = ContinuousClock.now
            let overdue = running.first { $0.value.map { $0 < now } ?? false }
            if let overdue { return overdue.key }
            try await Task.sleep(for: .milliseconds(200))
        }
        return nil
    }

    func giveUp(_ instance: String) async {
        let limit = limits[instance].map { ", which is \($0) after its start" } ?? ""
        await end(instance, .lost("the runner did not end it by its deadline\(limit); the runner was killed"))
    }

    /// The runner says nothing more.
    func close() { isClosed = true }

    func ends(otherwise reason: String) async -> [String: JobEnd] {
        for instance in Array(running.keys) { await end(instance, .lost(reason)) }
        for job in waiting { ended[job.plan.instance] = .lost(reason) }
        return ended
    }

    private func end(_ instance: String, _ end: JobEnd) async {
        guard running.removeValue(forKey: instance) != nil else { return }
        ended[instance] = end
        await observe(.ended(instance: instance, end))
    }
}
