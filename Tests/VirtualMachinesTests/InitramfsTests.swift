import FoundationEssentials
import Testing

@testable import VirtualMachines

@Suite struct InitramfsTests {
    static let said = """
        \tlinux-vdso.so.1 (0x00007f1238e0a000)
        \tlibswiftCore.so => /opt/swift/usr/lib/swift/linux/libswiftCore.so (0x00007f1238400000)
        \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f123781e000)
        \t/lib64/ld-linux-x86-64.so.2 (0x00007f1238e0c000)

        """

    @Test func whatLddSays() throws {
        let libraries = try SharedLibraries(parsing: Self.said, of: "program")
        #expect(libraries.names == ["libswiftCore.so", "libc.so.6", "ld-linux-x86-64.so.2"])
        #expect(libraries.paths.last == "/lib64/ld-linux-x86-64.so.2")
    }

    @Test func whatIsNotFoundIsSaid() {
        let error = #expect(throws: KernelStoreError.self) {
            try SharedLibraries(parsing: "\tlibmnl.so.0 => not found\n\(Self.said)", of: "program")
        }
        #expect(error?.description.hasPrefix("program needs libmnl.so.0, which") ?? false)
    }

    @Test func theArchiveIsMadeOnce() async throws {
        let folder = try TemporaryFolder()
        let store = KernelStore(folder: "\(folder.path)/store")
        try folder.write("modules/veth.ko", FakeKernel.module())
        let kernel = try await store.add(
            "mine", image: try folder.write("vmlinux", FakeKernel.elf()), modules: "\(folder.path)/modules",
            tell: { _ in })
        let program = "/usr/bin/env"
        let initramfs = Initramfs(of: kernel, in: store)
        let first = try await initramfs.path(program: program)
        #expect(try await initramfs.path(program: program) == first)
        let extra = Initramfs.Extra("/etc/word", from: try folder.write("word", Array("x".utf8)))
        let second = try await initramfs.path(program: program, extra: [extra])
        #expect(second != first)
        // It may be on its way into a guest.
        #expect(HostFiles.exists(first))

        let cpio = HostProgram("cpio", for: "it reads archives")
        guard await cpio.isInstalled else { return }
        _ = try await cpio.filter(["-t", "--quiet"], from: second, into: "\(folder.path)/list")
        let names = String(decoding: folder.bytes("list") ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
        let expected = [
            "init", "proc", "sys", "dev", "tmp", "results", "lib", "lib64", "modules/00-veth.ko", "etc/word",
        ]
        for name in expected { #expect(names.contains(name), "\(name)") }
        #expect(names.contains { $0.hasPrefix("lib/ld-") })
    }

    /// In such a root every path by which a loader may look for a library leads to it.
    @Test func librariesAreWhereTheyAreLookedFor() async throws {
        let cpio = HostProgram("cpio", for: "it reads archives")
        guard await cpio.isInstalled else { return }
        let folder = try TemporaryFolder()
        let places = ["/opt/a/libx.so", "/opt/a/b/liby.so", "/usr/lib/deep/libz.so", "/lib64/ld.so"]
        var lines = ""
        for place in places { lines += "\t\(place.split(separator: "/").last ?? "") => \(place) (0x0)\n" }
        var archive = CpioArchive()
        let library = try folder.write("library", Array("x".utf8))
        Initramfs.add(try SharedLibraries(parsing: lines, of: "program"), to: &archive, reading: { _ in library })
        try archive.write(to: "\(folder.path)/archive")
        let unpacked = try await cpio.run(["-i", "--quiet", "-F", "\(folder.path)/archive"], in: folder.path)
        #expect(unpacked.succeeded, "\(unpacked.errors)")
        // The links are absolute, for the guest's root: follow them by hand.
        func found(_ path: String) -> Bool {
            var rest = path.split(separator: "/").map(String.init)[...]
            var done = ""
            for _ in 0..<20 {
                guard let next = rest.popFirst() else { return HostFiles.exists("\(folder.path)\(done)") }
                if let link = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "\(folder.path)\(done)/\(next)")
                {
                    rest = link.split(separator: "/").map(String.init) + rest
                    done = ""
                } else {
                    done += "/\(next)"
                }
            }
            return false
        }
        let defaults = places.compactMap { $0.split(separator: "/").last }.map { "/lib/x86_64-linux-gnu/\($0)" }
        for path in places + defaults { #expect(found(path), "\(path)") }
        #expect(!found("/opt/a/gone"))
    }
}
