import FoundationEssentials
import Model
import Reporting
import VirtualMachines

/// Which jobs of one boot have ended, and what their files are.
actor GuestLedger {
    private let jobs: [RunnerJob]
    private var open: Set<String>
    private let showsConsole: Bool
    private let observe: @Sendable (RunnerObservation) async -> Void
    private let started = ContinuousClock.now
    private var booted: ContinuousClock.Instant?
    private var clock = Nanoseconds.zero
    private var running: String?

    init(
        _ jobs: [RunnerJob], showsConsole: Bool, observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) {
        self.jobs = jobs
        open = Set(jobs.map(\.plan.instance))
        self.showsConsole = showsConsole
        self.observe = observe
    }

    /// Where the job's files lie in the guest.
    static func folder(_ index: Int) -> String { "/tmp/\(index)" }

    func heard(_ news: Guest.News) async throws {
        switch news {
        case .message(let line): await heard(try JSONDecoder().decode(RunnerMessage.self, from: Data(line)))
        case .file(let path, let content): try keep(path, content)
        case .complaint(let words): await observe(.told(["the guest says: \(words)"]))
        case .clock(let time):
            if booted == nil { booted = .now }
            clock = time
            if let running { await observe(.clock(instance: running, time)) }
        case .console(let text):
            if showsConsole { await observe(.told(text.split(whereSeparator: \.isNewline).map { "  | \($0)" })) }
        }
    }

    private func heard(_ message: RunnerMessage) async {
        switch message {
        case .facts, .measured, .event, .holding: break
        case .began(let instance):
            guard let job = jobs.first(where: { $0.plan.instance == instance }) else { return }
            running = instance
            await observe(.clock(instance: instance, clock))
            await observe(.began(job.plan))
        case .finished(let instance, _): await end(instance, .recorded)
        case .refused(let reason, let instance):
            for name in instance.map({ [$0] }) ?? open.sorted() {
                await end(name, .lost("the runner refuses: \(reason)"))
            }
        }
    }

    /// `/tmp/3/record.json` into the folder of job 3. A guest chooses nothing but a plain name.
    private func keep(_ path: String, _ content: [UInt8]) throws {
        let parts = path.split(separator: "/")
        guard parts.count == 3, let index = Int(parts[1]), jobs.indices.contains(index), parts[2].first != "." else {
            throw Trouble("the guest sends a file that belongs to no run: \(path)")
        }
        let folder = jobs[index].folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(content).write(to: URL(filePath: "\(folder)/\(parts[2])"))
    }

    /// Nothing more will come.
    func close(_ reason: String) async {
        for job in jobs where open.contains(job.plan.instance) { await end(job.plan.instance, .lost(reason)) }
    }

    func times(_ kernel: String) -> GuestTimes {
        func since(_ end: ContinuousClock.Instant) -> Nanoseconds {
            Nanoseconds(Int64((end - started) / .nanoseconds(1)))
        }
        return GuestTimes(kernel: kernel, guest: clock, wall: since(.now), boot: since(booted ?? .now))
    }

    private func end(_ instance: String, _ end: JobEnd) async {
        guard open.remove(instance) != nil else { return }
        await observe(.ended(instance: instance, end))
    }
}
