import Model

/// This machine's kernel: jobs side by side in as many runners as their descriptors ask for; those that must be alone
/// one after the other, at the end.
struct HostBed: TestBed {
    let client: RunnerClient

    init(runner: String) { client = RunnerClient(path: runner) }

    func probe() async throws -> Facts { try await client.probe() }

    func run(
        _ jobs: [RunnerJob], _ wishes: RunWishes, observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) async throws {
        let shares = try await shares(jobs.filter { !$0.alone }, wishes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for share in shares {
                group.addTask {
                    let atOnce = max(1, (wishes.atOnce ?? .max) / shares.count)
                    _ = try await client.run(share, wishes, atOnce: atOnce, observe: observe)
                }
            }
            try await group.waitForAll()
        }
        let alone = jobs.filter(\.alone)
        if !alone.isEmpty { _ = try await client.run(alone, wishes, atOnce: 1, observe: observe) }
    }

    private func shares(_ jobs: [RunnerJob], _ wishes: RunWishes) async throws -> [[RunnerJob]] {
        if jobs.isEmpty { return [] }
        if wishes.atOnce == 1 { return [jobs] }
        return DescriptorBudget(limit: HostProcess.descriptorLimit).shares(jobs)
    }
}
