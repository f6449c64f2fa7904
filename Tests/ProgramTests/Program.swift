import Foundation

/// The built programs, run as a user runs them.
struct Program {
    /// Everything that SwiftPM built lies beside the test bundle.
    static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    static let tcpfault = products.appendingPathComponent("tcpfault")
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let isRoot = getuid() == 0

    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs to the end. `asUser`: as an ordinary user, without any capability. `inside`: a command that runs the one behind it.
    static func run(
        _ arguments: [String], asUser: Bool = false, inside: [String] = [], in folder: Folder? = nil,
        environment: [String: String] = [:]
    ) throws -> Result {
        let running = try Running(arguments, asUser: asUser, inside: inside, in: folder, environment: environment)
        return running.finish()
    }

    /// A program that goes on.
    final class Running {
        let process = Process()
        private let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        private let errors = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

        init(
            _ arguments: [String], asUser: Bool = false, inside: [String] = [], in folder: Folder? = nil,
            environment: [String: String] = [:]
        ) throws {
            let command = inside + [tcpfault.path] + arguments
            let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = asUser ? user + command : command
            process.currentDirectoryURL = folder?.url ?? package
            process.environment = ProcessInfo.processInfo.environment.merging(
                ["CI": "true", "HOME": NSTemporaryDirectory()]) { $1 }.merging(environment) { $1 }
            for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
        }

        func finish() -> Result {
            process.waitUntilExit()
            func text(_ file: URL) -> String {
                defer { try? FileManager.default.removeItem(at: file) }
                return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            }
            return Result(status: process.terminationStatus, output: text(output), errors: text(errors))
        }
    }
}

/// A folder of its own for one test, open to every user, gone with the test.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("tcpfault-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ bytes: Data) throws -> String {
        let file = url.appendingPathComponent(name)
        try bytes.write(to: file)
        return file.path
    }

    /// The first file of that name below the folder.
    func find(_ name: String) -> URL? {
        let all = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)
        return all?.compactMap { $0 as? URL }.first { $0.lastPathComponent == name }
    }
}

/// What of the machine a run could leave changed. (A namespace without a name lives only by a process that holds it.)
struct HostState: Equatable {
    var links: [String]
    var sysctls: [String: String]

    static func now() -> HostState {
        let files = FileManager.default
        let links = (try? files.contentsOfDirectory(atPath: "/sys/class/net").sorted()) ?? []
        var sysctls: [String: String] = [:]
        for folder in ["/proc/sys/net/ipv4", "/proc/sys/net/core"] {
            for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
                sysctls["\(folder)/\(name)"] = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            }
        }
        return HostState(links: links, sysctls: sysctls)
    }
}

extension Program.Running {
    /// The process id of the runner that carries out plans, once it is there.
    func runner() -> Int32? {
        for _ in 0..<200 {
            if let child = children().first(where: isRunner) { return child }
            usleep(50_000)
        }
        return nil
    }

    private func children() -> [Int32] {
        let parent = process.processIdentifier
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
        return tasks.flatMap { task in
            let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(task)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// One that only probes comes and goes.
    private func isRunner(_ process: Int32) -> Bool {
        let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        return line.map { $0.contains("tcpfault-run") && $0.contains("--attended") } ?? false
    }

    /// Whether a process ends within some seconds.
    static func ends(_ process: Int32, within seconds: Double = 5) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while kill(process, 0) == 0 && Date() < deadline { usleep(20_000) }
        return kill(process, 0) != 0
    }
}
