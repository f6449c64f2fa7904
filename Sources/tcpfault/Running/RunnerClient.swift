import FoundationEssentials
import Model
import Reporting
import Subprocess
import SystemPackage

/// Something for a runner to do.
struct RunnerJob: Sendable {
    var plan: Plan
    var folder: String
    /// Nothing else may run meanwhile.
    var alone = false
}

/// How a job ended, as far as the runner is concerned.
enum JobEnd: Sendable {
    /// The record lies in its folder.
    case recorded
    /// There is no record; why, in words.
    case lost(String)
}

/// Starts runner processes and talks JSON Lines with them. A runner ends with this program, and takes its namespaces
/// with it.
struct RunnerClient: Sendable {
    let path: String

    /// What this kernel, with these privileges, is and can do.
    func probe() async throws -> Facts {
        let requests = try [RunnerRequest.probe, .done].map { try JSON.text($0, pretty: false) + "\n" }.joined()
        let result = try await started {
            try await Subprocess.run(
                .path(FilePath(path)), input: .string(requests), output: .string(limit: 8 << 20),
                error: .string(limit: 1 << 20))
        }
        for line in result.standardOutput.split(separator: "\n") {
            switch try JSONDecoder().decode(RunnerMessage.self, from: Data(line.utf8)) {
            case .facts(let facts):
                try Format.check(facts.format, document: "the runner's answer")
                return facts
            case .refused(let reason, _): throw Trouble("the runner refuses: \(reason)")
            case .began, .event, .holding, .finished, .measured: continue
            }
        }
        throw Trouble(Self.words(for: result.terminationStatus, complaint: result.standardError))
    }

    /// Runs the jobs side by side, at most `atOnce` of them, and says how each ended: instance → end.
    func run(
        _ jobs: [RunnerJob], _ wishes: RunWishes, atOnce: Int,
        observe: @escaping @Sendable (RunnerObservation) async -> Void
    ) async throws -> [String: JobEnd] {
        let ledger = JobLedger(jobs, wishes, atOnce: atOnce, observe: observe)
        let result = try await started {
            try await Subprocess.run(
                .path(FilePath(path)), arguments: ["--attended"], input: .inputWriter, output: .sequence,
                error: .sequence
            ) { execution in
                let writer = execution.standardInputWriter
                let send: @Sendable (RunnerRequest) async -> Void = { request in
                    // A runner that cannot be written to has died, which the end of its output tells.
                    guard let line = try? JSON.text(request, pretty: false) else { return }
                    _ = try? await writer.write(line + "\n")
                }
                return try await withThrowingTaskGroup(of: String?.self) { group in
                    group.addTask { try await Self.firstLines(execution.standardError) }
                    group.addTask {
                        while let overdue = try await ledger.nextOverdue() {
                            await ledger.giveUp(overdue)
                            try? execution.send(signal: .kill)
                        }
                        return nil
                    }
                    await ledger.start(send)
                    for try await line in execution.standardOutput.strings(bufferingPolicy: .maxLineLength(16 << 20)) {
                        guard let message = try? JSONDecoder().decode(RunnerMessage.self, from: Data(line.utf8))
                        else { continue }
                        await ledger.heard(message, send)
                        if await ledger.isDone {
                            await send(.done)
                            try? await writer.finish()
                        }
                    }
                    await ledger.close()
                    var complaint = ""
                    while let said = try await group.next() { complaint += said ?? "" }
                    return complaint
                }
            }
        }
        return await ledger.ends(otherwise: Self.words(for: result.terminationStatus, complaint: result.closureResult))
    }

    private func started<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as SubprocessError {
            throw Trouble("the runner \(path) cannot be used: \(error)")
        }
    }

    /// A runner says little; of a trap's long report the beginning is what matters.
    private static func firstLines(_ output: SubprocessOutputSequence) async throws -> String {
        var lines: [String] = []
        for try await line in output.strings() where lines.count < 20 { lines.append(line) }
        return lines.joined(separator: "\n")
    }

    private static func words(for status: TerminationStatus, complaint: String) -> String {
        let said =
            complaint.split(separator: "\n").first { $0.contains("rror") } ?? complaint.split(separator: "\n").first
        let detail = said.map { ": \($0)" } ?? ""
        return switch status {
        case .signaled(let number): "the runner died (signal \(number))\(detail)"
        case .exited(let code): "the runner ended before its work was done (exit status \(code))\(detail)"
        }
    }
}

/// What an onlooker of running jobs is told.
enum RunnerObservation: Sendable {
    case began(Plan)
    case event(instance: String, Event)
    /// What time it is in the guest kernel that a run is in: its CLOCK_MONOTONIC.
    case clock(instance: String, Nanoseconds)
    /// All guests have ended.
    case guest(GuestTimes)
    /// Something that a reader should know, and that no record tells.
    case told([String])
    case holding(instance: String, commands: [String], release: @Sendable () async -> Void)
    case ended(instance: String, JobEnd)
}
