import Foundation
import Testing

/// Guests that cannot do their work: what a user sees. `TCPFAULT_TEST_KERNEL` names a kernel that is kept.
@Suite(
    .serialized,
    .enabled(
        if: KeptKernel.name != nil, "boots another kernel: set TCPFAULT_TEST_KERNEL (make virtual does)"))
struct GuestTests {
    private func run(_ arguments: [String], in folder: Folder) throws -> Program.Result {
        try Program.run(
            ["run", "connection-refused", "--family", "ipv4", "--output", folder.url.path, "--kernel"] + arguments)
    }

    @Test("a kernel that panics is inconclusive, and its last words are shown")
    func panic() throws {
        let folder = try Folder()
        let kernel = try #require(KeptKernel.name)
        let result = try run([kernel, "--kernel-argument", "rdinit=/nothing"], in: folder)
        #expect(result.status == 70)
        #expect(result.errors.contains("Kernel panic"), "\(result.errors)")
        #expect(result.errors.contains("before its work was done"))
    }

    @Test("a kernel without veth is skipped, and veth is named")
    func withoutModules() throws {
        let folder = try Folder()
        let image = "\(KeptKernel.folder)/vmlinux"
        let result = try run([image], in: folder)
        #expect(result.status == 4, "\(result.output)\(result.errors)")
        #expect(result.output.contains("veth"))
    }

    @Test("two boots that differ are told apart, with the place")
    func twiceOtherwise() throws {
        let folder = try Folder()
        let emulator = folder.url.appending(path: "qemu").path
        let real = ProcessInfo.processInfo.environment["TCPFAULT_QEMU"] ?? "qemu-system-x86_64"
        let script = """
            #!/bin/bash
            arguments=("$@")
            for index in "${!arguments[@]}"; do
                if [ "${arguments[$index]}" = -seed ]; then arguments[index + 1]=$RANDOM; fi
            done
            exec "\(real)" "${arguments[@]}"
            """
        try Data(script.utf8).write(to: URL(filePath: emulator))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: emulator)
        let kernel = try #require(KeptKernel.name)
        let result = try Program.run(
            [
                "run", "connection-refused", "--family", "ipv4", "--output", folder.url.path, "--kernel", kernel,
                "--twice",
            ], environment: ["TCPFAULT_QEMU": emulator])
        #expect(result.status == 70, "\(result.output)\(result.errors)")
        #expect(result.output.contains("run twice: 0 of 1 identical"))
        #expect(result.output.contains("differs from byte"))
    }

    @Test("a QEMU that is killed makes the run inconclusive")
    func killed() throws {
        let (folder, running) = try start()
        let machine = try #require(Self.machine(folder))
        kill(machine, SIGKILL)
        let result = running.finish()
        #expect(result.status == 70)
        #expect((result.output + result.errors).contains("QEMU was killed (signal 9)"), "\(result.errors)")
    }

    @Test("when tcpfault is killed, its machine dies too")
    func parentKilled() throws {
        let (folder, running) = try start()
        let machine = try #require(Self.machine(folder))
        kill(running.process.processIdentifier, SIGKILL)
        _ = running.finish()
        #expect(Program.Running.ends(machine))
    }

    /// A run that lasts long enough to be disturbed.
    private func start() throws -> (Folder, Program.Running) {
        let folder = try Folder()
        let kernel = try #require(KeptKernel.name)
        return (
            folder,
            try Program.Running(["run", "connect-timeout-default", "--output", folder.url.path, "--kernel", kernel])
        )
    }

    /// The QEMU whose files lie in the folder, once there is one.
    private static func machine(_ folder: Folder) -> Int32? {
        for _ in 0..<600 {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            let found = names.compactMap { Int32($0) }.first { process in
                let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
                return line.map {
                    $0.hasPrefix("/") && $0.contains("qemu") && $0.contains(folder.url.path)
                        && !$0.contains("--attend")
                } ?? false
            }
            if let found { return found }
            usleep(50_000)
        }
        return nil
    }
}

/// The kernel that guests are tried with.
enum KeptKernel {
    private static let environment = ProcessInfo.processInfo.environment
    static let name = environment["TCPFAULT_TEST_KERNEL"]
    /// The programs' HOME is another one in these tests, so TCPFAULT_KERNELS must be set.
    static let folder = "\(environment["TCPFAULT_KERNELS"] ?? "")/\(name ?? "")"
}
