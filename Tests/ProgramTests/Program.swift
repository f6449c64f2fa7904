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

    /// Runs to the end. `asUser`: as an ordinary user, without any capability.
    static func run(_ arguments: [String], asUser: Bool = false, in folder: Folder? = nil) throws -> Result {
        let running = try Running(arguments, asUser: asUser, in: folder)
        return running.finish()
    }

    /// A program that goes on.
    final class Running {
        let process = Process()
        private let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        private let errors = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

        init(_ arguments: [String], asUser: Bool = false, in folder: Folder? = nil) throws {
            let command = [tcpfault.path] + arguments
            let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = asUser ? user + command : command
            process.currentDirectoryURL = folder?.url ?? package
            process.environment = ProcessInfo.processInfo.environment.merging(
                ["CI": "true", "HOME": NSTemporaryDirectory()]) { $1 }
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

/// What of the machine a run could leave changed.
struct HostState: Equatable, CustomStringConvertible {
    var links: [String]
    var sysctls: [String: String]
    /// Network namespaces that the kernel holds; `nil` for users who may not ask.
    var namespaces: Int?
    var runners: Int

    static func now() -> HostState {
        let files = FileManager.default
        let links = (try? files.contentsOfDirectory(atPath: "/sys/class/net").sorted()) ?? []
        var sysctls: [String: String] = [:]
        for folder in ["/proc/sys/net/ipv4", "/proc/sys/net/core"] {
            for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
                sysctls["\(folder)/\(name)"] = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            }
        }
        let slabs = try? String(contentsOfFile: "/proc/slabinfo", encoding: .utf8)
        let line = slabs?.split(separator: "\n").first { $0.hasPrefix("net_namespace ") }
        return HostState(
            links: links, sysctls: sysctls,
            namespaces: line?.split(separator: " ").dropFirst().first.flatMap { Int($0) },
            runners: runners().count)
    }

    /// The kernel takes namespaces apart in the background: waits until all is as it was, or returns how it is.
    func restored(within seconds: Double = 20) -> HostState {
        let deadline = Date(timeIntervalSinceNow: seconds)
        var state = HostState.now()
        while state != self && Date() < deadline {
            usleep(100_000)
            state = HostState.now()
        }
        return state
    }

    /// The process ids of all runners.
    static func runners() -> [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { pid in
            // Those that carry out plans; a runner that only probes comes and goes.
            let line = try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)
            return line.map { $0.contains("tcpfault-run") && $0.contains("--attended") } ?? false
        }
    }

    var description: String { "links \(links), namespaces \(namespaces ?? -1), runners \(runners)" }
}
