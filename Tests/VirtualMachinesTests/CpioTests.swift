import FoundationEssentials
import Testing

@testable import VirtualMachines

@Suite struct CpioTests {
    private func example() -> CpioArchive {
        var archive = CpioArchive()
        archive.file("/bin/init", Array("#!".utf8), mode: 0o755)
        archive.link("/sbin", to: "/bin")
        return archive
    }

    @Test func goldenBytes() throws {
        func entry(_ fields: String, _ name: String, _ content: String = "") -> [UInt8] {
            var bytes = Array(("070701" + fields.filter { $0 != " " } + name).utf8) + [0]
            bytes += [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
            bytes += Array(content.utf8)
            return bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        }
        let zero = "00000000"
        let none = "\(zero)\(zero)\(zero)\(zero)"
        let expected =
            entry("00000001 000041ED \(zero)\(zero) 00000002 \(zero)\(zero)\(none) 00000004 \(zero)", "bin")
            + entry(
                "00000002 000081ED \(zero)\(zero) 00000001 \(zero) 00000002 \(none) 00000009 \(zero)", "bin/init", "#!")
            + entry(
                "00000003 0000A1FF \(zero)\(zero) 00000001 \(zero) 00000004 \(none) 00000005 \(zero)", "sbin", "/bin")
            + entry("\(zero)\(zero)\(zero)\(zero) 00000001 \(zero)\(zero)\(none) 0000000B \(zero)", "TRAILER!!!")
        #expect(try example().bytes() == expected)
    }

    @Test func filesOfTheHostAreReadWhenItIsWritten() throws {
        let folder = try TemporaryFolder()
        let source = try folder.write("source", Array("content".utf8))
        var archive = CpioArchive()
        archive.file("/a/b/c", from: source)
        archive.folder("/a/b")
        var same = CpioArchive()
        same.file("a/b/c", Array("content".utf8))
        try archive.write(to: "\(folder.path)/archive")
        #expect(folder.bytes("archive") == (try same.bytes()))
    }

    @Test func anUnwritablePlaceIsSaid() throws {
        #expect(throws: KernelStoreError.trouble("/proc/nowhere cannot be written: No such file or directory")) {
            try example().write(to: "/proc/nowhere")
        }
    }

    @Test func cpioReadsIt() async throws {
        let cpio = HostProgram("cpio", for: "it reads archives")
        guard await cpio.isInstalled else { return }
        let folder = try TemporaryFolder()
        try example().write(to: "\(folder.path)/archive")
        let listed = try await cpio.filter(
            ["-t", "--quiet"], from: "\(folder.path)/archive", into: "\(folder.path)/list")
        #expect(listed.errors == "")
        #expect(folder.bytes("list") == Array("bin\nbin/init\nsbin\n".utf8))
        let unpacked = try await cpio.run(["-i", "--quiet", "-F", "\(folder.path)/archive"], in: folder.path)
        #expect(unpacked.succeeded, "\(unpacked.errors)")
        #expect(folder.bytes("bin/init") == Array("#!".utf8))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder.path)/sbin") == "/bin")
    }
}
