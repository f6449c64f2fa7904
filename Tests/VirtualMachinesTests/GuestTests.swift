import FoundationEssentials
import Model
import Testing

@testable import VirtualMachines

/// The boots themselves are tried by the program's tests; here programs stand in for QEMU that do what one cannot be
/// made to do.
@Suite struct GuestTests {
    /// A program beside this one in the folder of what SwiftPM built.
    private static let runner: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/tcpfault-run"
    }()

    /// What `script` does in QEMU's place.
    private func end(_ script: String, limits: Guest.Limits = Guest.Limits()) async throws -> Guest.End {
        let folder = try TemporaryFolder()
        let emulator = try folder.write("qemu", Array("#!/bin/sh\n\(script)\n".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: emulator)
        var guest = Guest(
            emulator: emulator, attendant: Self.runner, machine: Machine(), image: "vmlinux",
            archive: try folder.write("archive", []), scratch: "\(folder.path)/scratch")
        guest.limits = limits
        let end = try await guest.run("") { _ in }
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/scratch")
        #expect(left == ["console.txt"])
        return end
    }

    /// Finds the console among QEMU's arguments.
    private static let console = "for word; do case $word in file:*) console=${word#file:};; esac; done"

    @Test("a machine that ends before its work is done is broken, and the end of its console is told")
    func panic() async throws {
        let end = try await end("\(Self.console); printf 'one\\nKernel panic - not syncing\\n' > $console")
        guard case .broken(let reason, let console) = end else { Issue.record("\(end)"); return }
        #expect(reason.contains("before its work was done"))
        #expect(console == ["one", "Kernel panic - not syncing"])
    }

    @Test("what QEMU complains of is told, and its status")
    func complaint() async throws {
        let end = try await end("echo 'cannot set up guest memory' >&2; exit 1")
        #expect(end == .broken(reason: "QEMU ended with status 1: cannot set up guest memory", console: []))
    }

    @Test("a QEMU that somebody kills is told as such")
    func killed() async throws {
        #expect(try await end("kill -9 $$") == .broken(reason: "QEMU was killed (signal 9)", console: []))
    }

    @Test("a machine that says nothing is given up after the stated time")
    func silent() async throws {
        var limits = Guest.Limits()
        limits.boot = .milliseconds(300)
        let end = try await end("exec sleep 3600", limits: limits)
        guard case .broken(let reason, _) = end else { Issue.record("\(end)"); return }
        #expect(reason.contains("its program had not begun 0.3 seconds after its start, and was killed"))
    }

    /// Two seconds after its boot, and no later.
    private static let standing = """
        for word; do case $word in *mem-path=*) channel=${word#*mem-path=}; channel=${channel%%,*};; esac; done
        printf '\\000\\224\\065\\167' | dd of="$channel" bs=1 seek=\(GuestChannel.clockOffset) conv=notrunc 2> /dev/null
        exec sleep 3600
        """

    @Test(
        "a machine whose clock stands still, or whose work goes on for too long by it, is given up",
        arguments: [
            (Guest.Limits(silence: .milliseconds(300)), "it gave no sign of life for 0.3 seconds, and was killed"),
            (
                Guest.Limits(silence: .seconds(5), work: .seconds(1)),
                "it had not ended its work at 1.000 s of its own time, and was killed"
            ),
        ])
    func stands(_ limits: Guest.Limits, _ words: String) async throws {
        guard case .broken(words, _) = try await end(Self.standing, limits: limits) else {
            Issue.record("not told: \(words)")
            return
        }
    }

    @Test("nothing of QEMU's command line is left to the machine it runs on")
    func commandLine() {
        let files = Machine.Files(image: "K", archive: "A", channel: "C", console: "S")
        let arguments = Machine().arguments(files)
        let pairs = Dictionary(zip(arguments, arguments.dropFirst())) { first, _ in first }
        #expect(
            pairs["-icount"] == "shift=0,sleep=off,rr=record,rrfile=/dev/null" && pairs["-seed"] == "1"
                && pairs["-smp"] == "1")
        #expect(pairs["-rtc"]?.hasSuffix("clock=vm") ?? false)
        #expect(pairs["-append"]?.hasSuffix(" -- --guest") ?? false)
        #expect(!Machine(time: .real, hasKVM: true).arguments(files).contains("-icount"))
    }
}
