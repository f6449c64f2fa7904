import FoundationEssentials
import Testing

@testable import VirtualMachines

@Suite struct StoreTests {
    private let folder: TemporaryFolder
    private let store: KernelStore
    private let image: String
    private let modules: String

    init() throws {
        folder = try TemporaryFolder()
        store = KernelStore(folder: "\(folder.path)/store")
        image = try folder.write("vmlinux", FakeKernel.elf(banner: "Linux version 6.1.0-1-test (x)"))
        modules = "\(folder.path)/modules"
        try folder.write("modules/veth.ko", FakeKernel.module())
        try folder.write("modules/modules.builtin", Array("kernel/ipv6.ko\n".utf8))
    }

    private func add(_ name: String, modules: String? = nil) async throws -> StoredKernel {
        try await store.add(name, image: image, modules: modules, tell: { _ in })
    }

    @Test func whereKernelsAreKept() throws {
        func place(_ environment: [String: String]) throws -> String { try KernelStore.location(environment) }
        #expect(try place(["TCPFAULT_KERNELS": "k", "XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "k")
        #expect(try place(["TCPFAULT_KERNELS": "", "XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/tcpfault/kernels")
        #expect(try place(["XDG_CACHE_HOME": "c", "HOME": "/h"]) == "/h/.cache/tcpfault/kernels")
        #expect(throws: KernelStoreError.self) { try place(["HOME": ""]) }
    }

    @Test func aKernelIsKept() async throws {
        #expect(try store.list() == [])
        let kernel = try await add("mine", modules: modules)
        #expect(try store.kernel(named: "mine") == kernel)
        #expect(try store.list() == [kernel])
        #expect(kernel.release == "6.1.0-1-test")
        #expect(kernel.wanted.map(\.name) == WantedModule.names)
        #expect(kernel.wanted.first { $0.name == "ipv6" }?.state == .builtIn)
        #expect(HostFiles.exists(store.imagePath(of: kernel)))
        #expect(store.modulePaths(of: kernel) == ["\(folder.path)/store/mine/modules/veth.ko"])
        #expect(!store.hasFacts(kernel))
        try folder.write("store/mine/facts.json", [])
        #expect(store.hasFacts(kernel))
        #expect(store.bytes(of: kernel) > kernel.image.bytes)
        #expect(folder.names("store") == ["mine"])
    }

    @Test func anotherOfThatNameTakesItsPlace() async throws {
        _ = try await add("mine")
        try folder.write("store/mine/facts.json", [])
        let kernel = try await add("mine", modules: modules)
        #expect(kernel.modules.count == 1)
        #expect(!store.hasFacts(kernel))
        #expect(folder.names("store") == ["mine"])
    }

    @Test func whatFailsLeavesTheOldOne() async throws {
        let kernel = try await add("mine")
        await #expect(throws: KernelStoreError.self) {
            try await store.add("mine", image: "\(folder.path)/gone", modules: nil, tell: { _ in })
        }
        try folder.write("other/veth.ko", FakeKernel.module(release: "5.0.0"))
        let error = await #expect(throws: KernelStoreError.self) {
            try await add("mine", modules: "\(folder.path)/other")
        }
        #expect(error?.description.contains("for 5.0.0, and") ?? false)
        #expect(try store.list() == [kernel])
        #expect(folder.names("store") == ["mine"])
    }

    @Test func whatWasBegunIsNotListed() async throws {
        _ = try await add("mine")
        try folder.write("store/.unfinished-other-1/kernel/kernel.json", folder.bytes("store/mine/kernel.json") ?? [])
        #expect(try store.list().map(\.name) == ["mine"])
        #expect(store.damaged() == [])
    }

    @Test func damagedOnesAreToldOf() async throws {
        try folder.write("store/bad/kernel.json", Array("{}".utf8))
        try folder.write("store/new/kernel.json", Array(#"{ "format": 99 }"#.utf8))
        #expect(try store.list() == [])
        #expect(store.damaged().count == 2)
        #expect(throws: KernelStoreError.self) { try store.kernel(named: "bad") }
        try store.remove(named: "bad")
        #expect(folder.names("store") == ["new"])
    }

    @Test func removing() async throws {
        _ = try await add("mine")
        try store.remove(named: "mine")
        #expect(try store.list() == [])
        let error = #expect(throws: KernelStoreError.self) { try store.remove(named: "mine") }
        #expect(error?.description.contains("tcpfault kernels add mine") ?? false)
    }

    @Test(arguments: ["", ".", "..", "a/b", ".hidden", "-x", "ü", "a b", String(repeating: "a", count: 65), "file-1"])
    func namesAreChecked(_ name: String) async throws {
        let error = await #expect(throws: KernelStoreError.self) { try await add(name) }
        #expect(error?.isBadInput == true)
    }

    @Test func aKernelByItsPathIsMadeOnce() async throws {
        func imported(_ further: [String] = []) async throws -> StoredKernel {
            try await store.imported(image: image, modules: modules, further: further, tell: { _ in })
        }
        let first = try await imported()
        #expect(first.name.hasPrefix("file-") && first.name.count == 17)
        try folder.write("store/\(first.name)/facts.json", [])
        #expect(store.hasFacts(try await imported()))
        #expect(!store.hasFacts(try await imported(["act_gact"])))
        try folder.write("store/\(first.name)/facts.json", [])
        try folder.write("modules/veth.ko", FakeKernel.module() + [0, 0])
        #expect(!store.hasFacts(try await imported()))
        #expect(try store.list().count == 1)
    }
}
