import FoundationEssentials
import Subprocess
import SystemPackage

/// A program of the host that does what this one should not learn: unpacking, hashing, asking a distribution.
struct HostProgram: Sendable {
    let name: String
    /// What it is wanted for, and what to do without it.
    let purpose: String

    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String

        var succeeded: Bool { status == 0 }

        /// The line that tells most.
        var complaint: String {
            let lines = errors.split(separator: "\n")
            return (lines.first { $0.hasPrefix("E:") } ?? lines.last { !$0.isEmpty }).map(String.init)
                ?? "exit status \(status)"
        }
    }

    init(_ name: String, for purpose: String) {
        self.name = name
        self.purpose = purpose
    }

    var isInstalled: Bool {
        get async { (try? await Executable.name(name).resolveExecutablePath(in: .inherit)) != nil }
    }

    /// Runs it to the end; its words are in English, whatever the user's language.
    func run(_ arguments: [String], in folder: String? = nil) async throws -> Result {
        try await started {
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments), environment: Self.environment,
                workingDirectory: folder.map { FilePath($0) }, output: .string(limit: 64 << 20),
                error: .string(limit: 1 << 20))
            return Result(
                status: Self.number(result.terminationStatus), output: result.standardOutput,
                errors: result.standardError)
        }
    }

    /// Standard output, of a run that succeeded.
    func output(_ arguments: [String], in folder: String? = nil) async throws -> String {
        let result = try await run(arguments, in: folder)
        guard result.succeeded else {
            throw KernelStoreError.trouble("\(name) failed (\(purpose)): \(result.complaint)")
        }
        return result.output
    }

    /// From one file into another.
    func filter(_ arguments: [String], from source: String, into target: String) async throws -> Result {
        try await started {
            let input = try FileDescriptor.open(FilePath(source), .readOnly)
            let output = try FileDescriptor.open(
                FilePath(target), .writeOnly, options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments), environment: Self.environment,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .string(limit: 1 << 20))
            return Result(status: Self.number(result.terminationStatus), output: "", errors: result.standardError)
        }
    }

    private static let environment = Environment.inherit.updating(["LC_ALL": "C"])

    private static func number(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    private func started<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as SubprocessError {
            guard await isInstalled else {
                throw KernelStoreError.trouble("there is no program \(name) here: \(purpose)")
            }
            throw KernelStoreError.trouble("\(name) cannot be run (\(purpose)): \(error)")
        } catch let error as Errno {
            throw KernelStoreError.trouble("\(name) cannot be run (\(purpose)): \(error)")
        }
    }
}

/// Digests, by the host's own program.
enum Digest {
    static func sha256(of path: String) async throws -> String {
        let output = try await HostProgram("sha256sum", for: "the digest of a file; it is part of coreutils")
            .output(["--", path])
        // A name with a backslash or a line break puts a backslash before the digest.
        let digest = output.drop { $0 == "\\" }.prefix { $0 != " " }
        guard digest.count == 64 else { throw KernelStoreError.trouble("sha256sum says no digest of \(path)") }
        return String(digest)
    }
}
