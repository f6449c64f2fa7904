import FoundationEssentials
import Reporting
import Scenarios
import VirtualMachines

/// Where the files are that this program needs: beside it, when installed or built; or where the user says.
enum Places {
    /// `--scenarios DIR`, else the checkout around the current folder, else the one this program was built in, else
    /// `…/share/tcpfault` beside the installed program's `bin`.
    static func library(_ chosen: String?) throws -> ScenarioLibrary {
        if let chosen {
            let parent = chosen.hasSuffix("/scenarios") ? String(chosen.dropLast("/scenarios".count)) : "\(chosen)/.."
            let inside = "\(chosen)/netns"
            return ScenarioLibrary(
                scenarios: chosen,
                topologies: isFolder(inside) ? inside : firstFolder(["\(parent)/netns"]) ?? "\(parent)/netns")
        }
        let program = programFolder()
        let homes = ["."] + ancestors(of: program) + ["\(program)/../share/tcpfault"]
        guard let home = homes.first(where: { isFolder("\($0)/scenarios") && isFolder("\($0)/netns") }) else {
            throw Trouble(
                "there are no scenarios here, nor beside \(program); say --scenarios DIR", status: .badInput)
        }
        let prefix = home == "." ? "" : "\(home)/"
        return ScenarioLibrary(scenarios: "\(prefix)scenarios", topologies: "\(prefix)netns")
    }

    /// `TCPFAULT_RUN`, else beside this program.
    static func runner() throws -> String {
        if let chosen = ProcessInfo.processInfo.environment["TCPFAULT_RUN"], !chosen.isEmpty { return chosen }
        let beside = "\(programFolder())/tcpfault-run"
        guard FileManager.default.isExecutableFile(atPath: beside) else {
            throw Trouble("there is no runner at \(beside); build it, or set TCPFAULT_RUN to its path")
        }
        return beside
    }

    /// `TCPFAULT_QEMU`, else the first on the path.
    static func emulator() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let chosen = environment["TCPFAULT_QEMU"], !chosen.isEmpty {
            guard FileManager.default.isExecutableFile(atPath: chosen) else {
                throw Trouble("TCPFAULT_QEMU names no program: \(chosen)", status: .badInput)
            }
            return chosen
        }
        let name = "qemu-system-x86_64"
        let folders = (environment["PATH"] ?? "/usr/bin").split(separator: ":")
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") })
        else {
            throw Trouble(
                "other kernels need QEMU, and there is no \(name) on the path; install it "
                    + "(apt-get install --no-install-recommends qemu-system-x86), or set TCPFAULT_QEMU to its path")
        }
        return "\(folder)/\(name)"
    }

    /// The kernels that are kept for this user.
    static func kernels() throws -> KernelStore {
        KernelStore(folder: try KernelStore.location(ProcessInfo.processInfo.environment))
    }

    /// `results/2026-11-24T02-50-07Z` as a new folder, with a number where two runs start in one second.
    private static func newResults(at start: Date) throws -> String {
        let files = FileManager.default
        try files.createDirectory(atPath: "results", withIntermediateDirectories: true)
        let stamp = start.formatted(.iso8601).map { $0 == ":" ? "-" : String($0) }.joined()
        var folder = "results/\(stamp)"
        var number = 1
        while true {
            do {
                // Only one of several programs makes it.
                try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
                return folder
            } catch  where files.fileExists(atPath: folder) {
                number += 1
                folder = "results/\(stamp)-\(number)"
            }
        }
    }

    /// The folder for records, made and found writable before anything runs.
    static func output(_ chosen: String?) throws -> String {
        let folder: String
        do {
            folder = try chosen ?? newResults(at: Date())
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Trouble(
                "records cannot be written to \(chosen ?? "results"); choose a folder of your own with --output DIR",
                status: .badInput)
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw Trouble("\(folder) cannot be written to; choose another one with --output DIR", status: .badInput)
        }
        return folder
    }

    /// A path as it is seen from a folder: `../results/a` of `results/a` from `public`.
    static func link(to path: String, from folder: String) -> String {
        func parts(_ path: String) -> [String] {
            let whole = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
            return whole.split(separator: "/").reduce(into: []) { parts, part in
                if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
            }
        }
        let (target, base) = (parts(path), parts(folder))
        let shared = zip(target, base).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: base.count - shared)
        return (up + target.dropFirst(shared)).joined(separator: "/")
    }

    static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    private static func firstFolder(_ paths: [String]) -> String? { paths.first(where: isFolder) }

    private static func programFolder() -> String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "./tcpfault"
        return program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    /// The folders above a program in a build folder: `.build/<triple>/release` lies in the checkout.
    private static func ancestors(of folder: String) -> [String] {
        var parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        var found: [String] = []
        while let last = parts.popLast(), parts.count > 1 {
            if last.hasPrefix(".build") { found.append(parts.joined(separator: "/")) }
        }
        return found
    }
}

/// Why a command cannot go on, in words, and what the shell is told.
struct Trouble: Error, CustomStringConvertible {
    let description: String
    let status: CommandStatus

    init(_ description: String, status: CommandStatus = .inconclusive) {
        self.description = description
        self.status = status
    }
}
