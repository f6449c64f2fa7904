import FoundationEssentials
import Model
import Reporting
import Synchronization
import VirtualMachines

/// A guest kernel. Its jobs are dealt out to guests that run side by side, and each guest is one boot with its jobs one
/// after the other: waiting costs nothing there, and each has the machine to itself.
struct GuestBed: TestBed {
    private let kernel: StoredKernel
    private let guest: Guest
    private let keptFacts: KeptFacts

    /// As many guests side by side make sense: each keeps one processor busy.
    static var processors: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

    /// A kernel that is kept, or one by its path, with an archive of the programs as they are now.
    static func prepared(_ name: String, modules: String?, machine: Machine, folder: String) async throws -> GuestBed {
        let store = try Places.kernels()
        let emulator = try Places.emulator()
        let runner = try Places.runner()
        let isKept = !name.contains("/") && Places.isFolder("\(store.folder)/\(name)")
        if isKept, modules != nil {
            throw Trouble(
                "\(name) is a kernel that is kept, and has its modules; --modules goes with an image", status: .badInput
            )
        }
        let isPath =
            !isKept && (name.contains("/") || modules != nil || FileManager.default.fileExists(atPath: name))
        let kernel =
            isPath
            ? try await store.imported(image: name, modules: modules) { Console().note([$0]) }
            : try store.kernel(named: name)
        let archive = try await Initramfs(of: kernel, in: store).path(program: runner)
        var guest = Guest(
            emulator: emulator, attendant: runner, machine: machine, image: store.imagePath(of: kernel),
            archive: archive, scratch: "\(folder)/guest")
        // KVM boots in seconds, or never.
        if machine.time == .real, machine.hasKVM { guest.limits.boot = .seconds(60) }
        return GuestBed(
            kernel: kernel,
            guest: guest,
            keptFacts: KeptFacts(path: store.factsPath(of: kernel), archive: archive, machine: machine))
    }

    /// Asked of the kernel in a boot of its own the first time, and kept with it.
    func probe() async throws -> Facts {
        if let known = keptFacts.read() { return known }
        Console().note(["booting kernel \(kernel.name) to see what it can do"])
        let found = Mutex<Facts?>(nil)
        let requests = try Self.lines([.probe, .done])
        var guest = guest
        guest.limits.work = Self.bootAllowance
        let end = try await guest.run(requests) { news in
            guard case .message(let line) = news,
                case .facts(let facts) = try JSONDecoder().decode(RunnerMessage.self, from: Data(line))
            else { return }
            found.withLock { $0 = facts }
        }
        if case .broken(let reason, let console) = end {
            throw Trouble((["kernel \(kernel.name): \(reason)"] + Self.consoleLines(console)).joined(separator: "\n"))
        }
        guard let facts = found.withLock({ $0 }) else {
            throw Trouble("kernel \(kernel.name) ended without a word about what it can do")
        }
        try keptFacts.write(facts)
        return facts
    }

    func run(
        _ jobs: [RunnerJob], _ wishes: RunWishes, observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) async throws {
        let shares = GuestShares.of(jobs, count: wishes.atOnce ?? Self.processors)
        await observe(.told(["booting kernel \(kernel.name)\(shares.count > 1 ? " in \(shares.count) guests" : "")"]))
        let times = try await withThrowingTaskGroup(of: GuestTimes.self) { group in
            for (index, share) in shares.enumerated() {
                group.addTask { try await boot(share, scratch: "\(guest.scratch)/\(index + 1)", observe: observe) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        await observe(.guest(GuestTimes(sideBySide: times)))
    }

    private func boot(
        _ jobs: [RunnerJob], scratch: String, observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) async throws -> GuestTimes {
        let ledger = GuestLedger(jobs, showsConsole: guest.machine.isVerbose, observe: observe)
        let requests = jobs.enumerated().map { index, job in
            RunnerRequest.run(plan: job.plan, folder: GuestLedger.folder(index), live: false, hold: false, alone: true)
        }
        var guest = guest
        guest.scratch = scratch
        guest.limits.work = jobs.reduce(Self.bootAllowance) { $0 + $1.plan.deadline + Self.allowance }
        let end = try await guest.run(try Self.lines(requests + [.done])) { try await ledger.heard($0) }
        switch end {
        case .completed: await ledger.close("kernel \(kernel.name) ended its work without this instance")
        case .broken(let reason, let console):
            await observe(.told(["kernel \(kernel.name): \(reason)"] + Self.consoleLines(console)))
            await ledger.close("kernel \(kernel.name): \(reason)")
        }
        return await ledger.times(kernel.name)
    }

    /// What a guest needs beside its plans' own deadlines, by its clock: to boot; to build, to settle and to write.
    private static let bootAllowance = Nanoseconds.seconds(60)
    private static let allowance = Nanoseconds.seconds(30)

    private static func consoleLines(_ lines: [String]) -> [String] {
        lines.isEmpty ? ["its console shows nothing"] : ["the last lines of its console:"] + lines.map { "  | \($0)" }
    }

    private static func lines(_ requests: [RunnerRequest]) throws -> String {
        try requests.map { try JSON.text($0, pretty: false) + "\n" }.joined()
    }
}

/// What a kernel said it can do, as long as it is asked by the same programs on the same machine.
private struct KeptFacts {
    let path: String
    let archive: String
    let machine: Machine

    private struct Document: Codable {
        var archive: String
        var memory: Int
        var isVirtualTime: Bool
        var extra: [String]
        var facts: Facts
    }

    func read() -> Facts? {
        guard let data = FileManager.default.contents(atPath: path),
            let document = try? JSONDecoder().decode(Document.self, from: data), document.archive == archive,
            document.memory == machine.memory, document.isVirtualTime == (machine.time == .virtual),
            document.extra == machine.extra,
            document.facts.format == Format.version
        else { return nil }
        return document.facts
    }

    func write(_ facts: Facts) throws {
        let document = Document(
            archive: archive, memory: machine.memory, isVirtualTime: machine.time == .virtual, extra: machine.extra,
            facts: facts)
        try Data(try JSON.text(document).utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
