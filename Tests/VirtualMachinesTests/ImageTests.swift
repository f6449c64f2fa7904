import FoundationEssentials
import Testing

@testable import VirtualMachines

@Suite struct ImageTests {
    private let folder: TemporaryFolder
    private var preparation: ImagePreparation {
        ImagePreparation(folder: "\(folder.path)/kept", scratch: "\(folder.path)/scratch")
    }

    init() throws {
        folder = try TemporaryFolder()
        for name in ["kept", "scratch"] { try HostFiles.makeFolder("\(folder.path)/\(name)") }
    }

    /// Packs as the kernel's build does: with the size behind, but for gzip.
    private func pack(_ bytes: [UInt8], _ compression: Compression) async throws -> [UInt8]? {
        guard await compression.program.isInstalled else { return nil }
        let source = try folder.write("scratch/source", bytes)
        let target = "\(folder.path)/scratch/packed"
        let options: [String] =
            switch compression {
            case .lz4: ["-lcq"]
            case .lzma: ["--format=lzma", "-c"]
            case .xz: ["--check=crc32", "-c"]
            case .gzip, .zstd, .bzip2, .lzo: ["-c"]
            }
        let result = try await compression.program.filter(options, from: source, into: target)
        try #require(result.succeeded, "\(result.errors)")
        return (folder.bytes("scratch/packed") ?? [])
            + (compression.hasTrailer ? FakeKernel.little(bytes.count, 4) : [])
    }

    @Test(arguments: Compression.allCases)
    func aPackedKernelIsUnpacked(_ compression: Compression) async throws {
        let elf = FakeKernel.elf()
        guard let payload = try await pack(elf, compression) else { return }
        let path = try folder.write("vmlinuz", FakeKernel.bzImage(payload, release: "6.1.0-1-test"))
        let prepared = try await preparation.prepare(path)
        #expect(prepared.release == "6.1.0-1-test")
        #expect(prepared.image.form == .elf)
        #expect(prepared.image.note == nil)
        #expect(prepared.image.bytes == elf.count)
        #expect(prepared.image.sha256 != prepared.image.originalSHA256)
        #expect(folder.bytes("kept/vmlinux") == elf)
    }

    @Test func withoutTheEntryItStaysPacked() async throws {
        guard let payload = try await pack(FakeKernel.elf(pvh: false), .gzip) else { return }
        let prepared = try await preparation.prepare(try folder.write("vmlinuz", FakeKernel.bzImage(payload)))
        #expect(prepared.image.form == .bzImage)
        #expect(prepared.image.note == "it has no PVH entry (CONFIG_PVH)")
        #expect(folder.names("kept") == ["bzImage"])
    }

    @Test func whatIsPackedInAnUnknownWayStaysPacked() async throws {
        let path = try folder.write("vmlinuz", FakeKernel.bzImage(Array("no magic".utf8)))
        #expect(try await preparation.prepare(path).image.note == "how it is packed is unknown here")
    }

    @Test func whatIsCutOffStaysPacked() async throws {
        guard let payload = try await pack(FakeKernel.elf(), .gzip) else { return }
        let path = try folder.write("vmlinuz", FakeKernel.bzImage(Array(payload.dropLast(12) + payload.suffix(4))))
        let note = try await preparation.prepare(path).image.note
        #expect(note?.hasPrefix("gzip did not unpack all of it: ") ?? false, "\(note ?? "")")
    }

    @Test func anElfFileIsTakenAsItIs() async throws {
        let path = try folder.write("vmlinux", FakeKernel.elf(banner: "Linux version 6.9.0-mine (me@here) #1"))
        let prepared = try await preparation.prepare(path)
        #expect(prepared.release == "6.9.0-mine")
        #expect(prepared.image.sha256 == prepared.image.originalSHA256)
        await says("no PVH entry", try folder.write("plain", FakeKernel.elf(pvh: false)))
    }

    @Test func whatIsNoKernelIsRefused() async throws {
        await says("neither a bzImage", try folder.write("text", Array("hello".utf8)))
        await says("neither a bzImage", try folder.write("empty", []))
        await says("neither a bzImage", try folder.write("cut", FakeKernel.elf().prefix(100)))
        await says("of 32 bits", try folder.write("old", FakeKernel.bzImage([], is64Bit: false)))
        await says("no such kernel image", "\(folder.path)/gone")
        await says("no such kernel image", folder.path)
    }

    private func says(_ words: String, _ path: String, _ place: SourceLocation = #_sourceLocation) async {
        let error = await #expect(throws: KernelStoreError.self, sourceLocation: place) {
            try await preparation.prepare(path)
        }
        #expect(
            error?.isBadInput == true && error?.description.contains(words) == true, "\(error as Any)",
            sourceLocation: place)
    }
}
