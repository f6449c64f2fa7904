import FoundationEssentials
import Model
import Synchronization
import VirtualMachines

/// A guest kernel: every call of `run` is one boot, with all jobs in it.
struct GuestBed: TestBed {
    /// What to boot; its `scratch` is a folder of the run's.
    let guest: Guest
    /// What the kernel is called here.
    let name: String

    func probe() async throws -> Facts {
        let found = Mutex<Facts?>(nil)
        let requests = try Self.lines([.probe, .done])
        let end = try await guest.run(requests) { news in
            guard case .message(let line) = news,
                case .facts(let facts) = try JSONDecoder().decode(RunnerMessage.self, from: Data(line))
            else { return }
            found.withLock { $0 = facts }
        }
        if case .broken(let reason, let console) = end { throw Trouble(words(reason, console)) }
        guard let facts = found.withLock({ $0 }) else {
            throw Trouble("kernel \(name) ended without a word about what it can do")
        }
        return facts
    }

    func run(
        _ jobs: [RunnerJob], _ wishes: RunWishes, observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) async throws {
        let order = jobs.filter { !$0.alone } + jobs.filter(\.alone)
        let ledger = GuestLedger(order, observe: observe)
        let requests = order.enumerated().map { index, job in
            RunnerRequest.run(
                plan: job.plan, folder: GuestLedger.folder(index), live: false, hold: false, alone: job.alone)
        }
        let started = ContinuousClock.now
        let end = try await guest.run(try Self.lines(requests + [.done])) { try await ledger.heard($0) }
        switch end {
        case .completed: await ledger.close("kernel \(name) ended its work without this instance")
        case .broken(let reason, let console):
            await observe(.told(["kernel \(name): \(reason)"] + console.map { "  | \($0)" }))
            await ledger.close("kernel \(name): \(reason)")
        }
        _ = started
    }

    private func words(_ reason: String, _ console: [String]) -> String {
        (["kernel \(name): \(reason); the last lines of its console:"] + console.map { "  | \($0)" })
            .joined(separator: "\n")
    }

    private static func lines(_ requests: [RunnerRequest]) throws -> String {
        try requests.map { try JSON.text($0, pretty: false) + "\n" }.joined()
    }
}

/// Which jobs of one boot run and have ended.
private actor GuestLedger {
    private let jobs: [RunnerJob]
    private var open: Set<String>
    private let observe: @Sendable (RunnerObservation) async -> Void

    init(_ jobs: [RunnerJob], observe: @escaping @Sendable (RunnerObservation) async -> Void) {
        self.jobs = jobs
        open = Set(jobs.map(\.plan.instance))
        self.observe = observe
    }

    /// Where the job's files lie in the guest.
    static func folder(_ index: Int) -> String { "/tmp/\(index)" }

    func heard(_ news: Guest.News) async throws {
        switch news {
        case .message(let line):
            await heard(try JSONDecoder().decode(RunnerMessage.self, from: Data(line)))
        case .file(let path, let content): try keep(path, content)
        case .complaint(let words): await observe(.told(["the guest says: \(words)"]))
        case .clock(let time): await observe(.clock(time))
        case .console: break
        }
    }

    private func heard(_ message: RunnerMessage) async {
        switch message {
        case .facts, .measured, .event, .holding: break
        case .began(let instance):
            guard let job = jobs.first(where: { $0.plan.instance == instance }) else { return }
            await observe(.began(job.plan))
        case .finished(let instance, _): await end(instance, .recorded)
        case .refused(let reason, let instance):
            for name in instance.map({ [$0] }) ?? Array(open) {
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

    private func end(_ instance: String, _ end: JobEnd) async {
        guard open.remove(instance) != nil else { return }
        await observe(.ended(instance: instance, end))
    }
}
