import Model

/// Where plans are carried out: on this machine's kernel, or on a guest's.
protocol TestBed: Sendable {
    /// What its kernel is and can do.
    func probe() async throws -> Facts

    /// Carries the jobs out, each record into its folder, and tells what becomes of each while it does.
    func run(
        _ jobs: [RunnerJob], _ wishes: RunWishes, observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) async throws
}

struct RunWishes: Sendable {
    /// How many side by side; `nil`: all of them, or in as many guests as there are processors.
    var atOnce: Int?
    /// Every event is told while it happens.
    var live: Bool
    /// Each run waits before its teardown.
    var hold: Bool
}
