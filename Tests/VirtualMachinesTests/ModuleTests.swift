import FoundationEssentials
import Testing

@testable import VirtualMachines

@Suite struct ModuleTests {
    @Test func modulesTellWhatTheyNeed() {
        let info = ModuleInfo(Data(FakeKernel.module(depends: "nf-tables,inet_diag", release: "6.1.0-1-cloud")))
        #expect(info.depends == ["nf_tables", "inet_diag"])
        #expect(info.release == "6.1.0-1-cloud")
        #expect(ModuleInfo(Data(FakeKernel.module())).depends == [])
        #expect(ModuleInfo(Data()).release == nil)
    }

    @Test func namesOfFiles() {
        #expect(ModuleTree.name(of: "kernel/net/sched/sch-ingress.ko.xz") == "sch_ingress")
        #expect(ModuleTree.name(of: "veth.ko") == "veth")
        #expect(ModuleTree.name(of: "modules.order") == nil)
        #expect(ModuleTree.name(of: "x/.ko") == nil)
        #expect(ModuleTree.builtIn("kernel/net/ipv6/ipv6.ko\nkernel/a-b.ko\n") == ["ipv6", "a_b"])
    }

    private func select(
        _ wanted: [String], _ files: [String: [String]], builtIn: Set<String>? = []
    ) async throws -> ModuleSelection {
        try await ModuleSelection.select(wanted, hasFile: { files[$0] != nil }, builtIn: builtIn) { files[$0] ?? [] }
    }

    @Test func dependenciesComeFirst() async throws {
        let files = ["a": ["b", "c"], "b": ["d"], "c": ["d"], "d": [], "e": ["b"]]
        let selection = try await select(["e", "a", "e"], files)
        #expect(selection.order == ["d", "b", "e", "c", "a"])
        #expect(selection.answers.map(\.name) == ["e", "a"])
        #expect(selection.answers.allSatisfy { $0.state == .loadable })
    }

    @Test func whatIsMissingIsSaid() async throws {
        let files = ["a": ["b"], "b": ["gone"], "c": ["in"], "d": []]
        let selection = try await select(["a", "c", "d", "in", "nowhere"], files, builtIn: ["in"])
        #expect(selection.order == ["c", "d"])
        #expect(selection.answers.map(\.state) == [.absent, .loadable, .loadable, .builtIn, .absent])
        #expect(selection.answers[0].lacks == "gone")
        #expect(try await select(["x"], [:], builtIn: nil).answers.map(\.state) == [.unknown])
    }

    @Test func circlesEnd() async throws {
        #expect(try await select(["a"], ["a": ["b"], "b": ["a"]]).order == ["b", "a"])
    }

    @Test func theFolderOfOneReleaseIsFound() throws {
        let folder = try TemporaryFolder()
        for release in ["6.1.0", "6.12.0"] {
            try folder.write("root/lib/modules/\(release)/kernel/net/veth.ko", FakeKernel.module(release: release))
        }
        let root = "\(folder.path)/root"
        let all = ["\(root)/lib/modules/6.1.0", "\(root)/lib/modules", root]
        for given in all { #expect(try ModuleTree.locate(given, release: "6.1.0").files.keys.sorted() == ["veth"]) }
        #expect(try ModuleTree.locate(root, release: "6.12.0").folder.hasSuffix("/6.12.0"))
        for release in [nil, "5.10.0"] {
            let error = #expect(throws: KernelStoreError.self) { try ModuleTree.locate(root, release: release) }
            #expect(error?.isBadInput == true && error?.description.contains("2 kernels") == true, "\(error as Any)")
        }
        #expect(throws: KernelStoreError.self) { try ModuleTree.locate("\(folder.path)/gone", release: nil) }
        try folder.write("flat/veth.ko", FakeKernel.module())
        #expect(try ModuleTree.locate("\(folder.path)/flat", release: "6.1.0").builtIn == nil)
        try HostFiles.makeFolder("\(folder.path)/empty")
        #expect(throws: KernelStoreError.self) { try ModuleTree.locate("\(folder.path)/empty", release: nil) }
    }

    @Test func modulesAreKeptUnpacked() async throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write("tree/kernel/inet-diag.ko", FakeKernel.module())
        let other = try folder.write("tcp_diag.ko", FakeKernel.module(depends: "inet_diag"))
        try folder.write("tree/modules.builtin", Array("kernel/ipv6.ko\n".utf8))
        _ = try await HostProgram("gzip", for: "it packs").filter(
            ["-c"], from: other, into: "\(folder.path)/tree/tcp_diag.ko.gz")
        for name in ["kept", "scratch"] { try HostFiles.makeFolder("\(folder.path)/\(name)") }
        let kept = try await ModuleKeeping(folder: "\(folder.path)/kept", scratch: "\(folder.path)/scratch")
            .keep(["tcp-diag", "ipv6", "veth"], from: ModuleTree(folder: "\(folder.path)/tree"))
        #expect(kept.modules.map(\.file) == ["modules/inet_diag.ko", "modules/tcp_diag.ko"])
        #expect(kept.answers.map(\.state) == [.loadable, .builtIn, .absent])
        #expect(folder.bytes("kept/modules/tcp_diag.ko") == FakeKernel.module(depends: "inet_diag"))
        #expect(kept.release == "6.1.0-1-test")
        #expect(kept.files.contains(plain) && kept.files.contains { $0.hasSuffix("modules.builtin") })
        #expect(folder.names("scratch") == [])
    }
}
