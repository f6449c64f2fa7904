import Model

/// Which jobs of one runner wait, run and have ended, and until when each may run.
actor JobLedger {
    private var waiting: [RunnerJob]
    /// Until when each may run; `nil`: it has not begun, or waits for somebody.
    private var running: [String: ContinuousClock.Instant?] = [:]
    private let plans: [String: Plan]
    private var ended: [String: JobEnd] = [:]
    private let total: Int
    private let atOnce: Int
    private let wishes: RunWishes
    private let observe: @Sendable (RunnerObservation) async -> Void
    private var isClosed = false

    /// What a runner needs beside a plan's own deadline: to build, to settle, to write, on a busy machine.
    private static let allowance = Duration.seconds(30)

    init(
        _ jobs: [RunnerJob], _ wishes: RunWishes, atOnce: Int,
        observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) {
        waiting = jobs.reversed()
        plans = Dictionary(jobs.map { ($0.plan.instance, $0.plan) }) { first, _ in first }
        total = jobs.count
        self.atOnce = max(1, atOnce)
        self.wishes = wishes
        self.observe = observe
    }

    var isDone: Bool { ended.count == total }

    func start(_ send: @Sendable (RunnerRequest) async -> Void) async {
        while running.count < atOnce, let job = waiting.popLast() {
            running[job.plan.instance] = .some(nil)
            await send(
                .run(plan: job.plan, folder: job.folder, live: wishes.live, hold: wishes.hold, alone: job.alone))
        }
    }

    func heard(_ message: RunnerMessage, _ send: @escaping @Sendable (RunnerRequest) async -> Void) async {
        switch message {
        case .facts, .measured: break
        case .began(let instance):
            guard let plan = plans[instance] else { return }
            running[instance] = .some(.now + Self.limit(of: plan))
            await observe(.began(plan))
        case .event(let instance, let event): await observe(.event(instance: instance, event))
        case .holding(let instance, let commands):
            running[instance] = .some(nil)
            await observe(
                .holding(instance: instance, commands: commands) { await send(.release(instance: instance)) })
        case .finished(let instance, _):
            await end(instance, .recorded)
            await start(send)
        case .refused(let reason, let instance):
            for instance in instance.map({ [$0] }) ?? Array(running.keys) {
                await end(instance, .lost("the runner refuses: \(reason)"))
            }
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
        let limit = plans[instance].map { ", which is \(Self.limit(of: $0)) after its start" } ?? ""
        await end(instance, .lost("the runner did not end it by its deadline\(limit); the runner was killed"))
    }

    private static func limit(of plan: Plan) -> Duration { .nanoseconds(plan.deadline.value) + allowance }

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
