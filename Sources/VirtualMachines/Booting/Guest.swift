import FoundationEssentials
package import Model
import Subprocess
import Synchronization
import SystemPackage

/// One boot of a guest kernel: requests in, what it says out, and how it ended.
///
/// Nothing stays but the console's text: the machine dies with this process, and its other files are removed.
package struct Guest: Sendable {
    /// The path of `qemu-system-x86_64`.
    package var emulator: String
    /// The path of `tcpfault-run`, which ties the machine's life to this process's.
    package var attendant: String
    package var machine: Machine
    package var image: String
    /// The archive with the guest's programs and modules.
    package var archive: String
    /// A folder for the files of this boot; made where it does not exist.
    package var scratch: String
    package var limits = Limits()

    package init(
        emulator: String, attendant: String, machine: Machine, image: String, archive: String, scratch: String
    ) {
        self.emulator = emulator
        self.attendant = attendant
        self.machine = machine
        self.image = image
        self.archive = archive
        self.scratch = scratch
    }

    /// How long a guest may take.
    package struct Limits: Sendable, Hashable {
        /// Until its first program begins, by this host's clock.
        package var boot: Duration
        /// Between two signs, by this host's clock: the guest's own clock goes on, or it says something.
        package var silence: Duration
        /// Until its work has ended, by the guest's clock.
        package var work: Nanoseconds?

        package init(
            boot: Duration = .seconds(300), silence: Duration = .seconds(120), work: Nanoseconds? = nil
        ) {
            self.boot = boot
            self.silence = silence
            self.work = work
        }
    }

    package enum News: Sendable {
        /// The JSON of a `RunnerMessage`.
        case message([UInt8])
        /// A file of a run's folder, by its path in the guest.
        case file(path: String, content: [UInt8])
        case complaint(String)
        /// The guest's CLOCK_MONOTONIC.
        case clock(Nanoseconds)
        /// More of the console's text.
        case console(String)
    }

    package enum End: Sendable, Hashable {
        case completed
        /// Why not, in words, with the console's last lines.
        case broken(reason: String, console: [String])
    }

    private static let lookingPeriod = Duration.milliseconds(25)

    /// Boots, and hands over what the guest says as it comes. `requests`: one JSON line each.
    package func run(
        _ requests: String, hear: @escaping @Sendable (News) async throws -> Void
    ) async throws -> End {
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        let files = Machine.Files(
            image: image, archive: "\(scratch)/archive", channel: "\(scratch)/channel",
            console: "\(scratch)/console.txt")
        func removeFiles() {
            try? FileManager.default.removeItem(atPath: files.archive)
            try? FileManager.default.removeItem(atPath: files.channel)
        }
        defer { removeFiles() }
        try writeArchive(files.archive, requests)
        let follower = try GuestFollower(files, limits)
        let result = try await Subprocess.run(
            .path(FilePath(attendant)), arguments: Arguments(["--attend", emulator] + machine.arguments(files)),
            input: .inputWriter, output: .discarded, error: .sequence
        ) { execution in
            let isOver = Flag()
            async let said = Self.firstLines(execution.standardError, then: isOver)
            var failure: String?
            while failure == nil {
                // Looked at before the channel is: what was written by then is read once more.
                let last = isOver.isRaised
                do {
                    let hadBegun = await follower.hasBegun
                    failure = try await follower.look(hear)
                    // QEMU has them open: nothing is left even if nobody gets round to cleaning up.
                    if await follower.hasBegun, !hadBegun { removeFiles() }
                } catch {
                    try? await execution.standardInputWriter.finish()
                    throw error
                }
                if last { break }
                try await Task.sleep(for: Self.lookingPeriod)
            }
            // The end of the attendant's input is the end of the machine.
            try? await execution.standardInputWriter.finish()
            return (failure: failure, said: try await said)
        }
        if await follower.hasEnded { return .completed }
        let ending: String =
            switch result.terminationStatus {
            case .exited(0) where await follower.saidNothing: "QEMU ended before the kernel said a word: \(emulator)"
            case .exited(0): "it restarted before its work was done: its kernel panicked, or its first program died"
            case .exited(let code) where code > 128: "QEMU was killed (signal \(code - 128))"
            case .exited(127): "QEMU could not be started: \(emulator)"
            case .exited(let code): "QEMU ended with status \(code)"
            case .signaled(let number): "what attends to QEMU was killed (signal \(number))"
            }
        let words = result.closureResult.failure.map { "\($0), and was killed" } ?? ending
        let complaint = result.closureResult.said
        return .broken(
            reason: complaint.isEmpty ? words : "\(words): \(complaint)", console: await follower.lastLines)
    }

    /// The programs' archive with the requests behind it: the kernel unpacks one archive after the other.
    private func writeArchive(_ path: String, _ requests: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: archive, toPath: path)
        var extra = CpioArchive()
        extra.file(GuestChannel.requests, Array(requests.utf8))
        let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: .append)
        defer { try? file.close() }
        try file.writeAll(try extra.bytes())
    }

    /// QEMU says little, and the first lines are what matters.
    private static func firstLines(_ output: SubprocessOutputSequence, then flag: Flag) async throws -> String {
        defer { flag.raise() }
        var lines: [String] = []
        for try await line in output.strings() where lines.count < 5 {
            lines.append(String(line.filter { !$0.isNewline }))
        }
        return lines.joined(separator: "; ")
    }
}

/// Raised once, seen from anywhere.
private final class Flag: Sendable {
    private let state = Atomic(false)
    var isRaised: Bool { state.load(ordering: .acquiring) }
    func raise() { state.store(true, ordering: .releasing) }
}
