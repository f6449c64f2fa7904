import FoundationEssentials

extension KernelStore {
    /// Begins the names of kernels that are run by their path.
    static let importedPrefix = "file-"

    /// From a package of the distribution. `further`: modules beside those that plans need.
    package func add(
        _ request: KernelRequest, further: [String] = [], tell: @escaping Teller
    ) async throws -> StoredKernel {
        try Self.check(newName: request.name)
        return try await publish(request.name) { folder, scratch in
            let packages = KernelPackages(request: request, lists: packageLists, scratch: scratch, tell: tell)
            let unpacked = try await packages.fetch()
            tell("unpacking the image and its modules")
            let builder = KernelBuilder(
                folder: folder, scratch: scratch, wanted: WantedModule.names + further, tell: tell)
            return try await builder.build(
                request.name, image: unpacked.image, modules: unpacked.root, origin: .package(unpacked.package))
        }
    }

    /// From files by hand. Without modules nothing can be loaded, which does for a kernel that has everything built in.
    package func add(
        _ name: String, image: String, modules: String?, further: [String] = [], tell: @escaping Teller
    ) async throws -> StoredKernel {
        try Self.check(newName: name)
        return try await publish(name, image: image, modules: modules, further: further, tell: tell)
    }

    /// A kernel that nobody named: kept by what it is, and not made again while its files are as they were.
    package func imported(
        image: String, modules: String?, further: [String] = [], tell: @escaping Teller
    ) async throws -> StoredKernel {
        guard HostFiles.exists(image), !HostFiles.isFolder(image) else {
            throw KernelStoreError.badInput("\(image): there is no such kernel image")
        }
        let name = Self.importedPrefix + (try await Digest.sha256(of: image)).prefix(12)
        if HostFiles.exists(folder(of: name)), let known = try? kernel(named: name),
            Self.isCurrent(known, modules: modules, further: further)
        {
            return known
        }
        return try await publish(name, image: image, modules: modules, further: further, tell: tell)
    }

    private func publish(
        _ name: String, image: String, modules: String?, further: [String], tell: @escaping Teller
    ) async throws -> StoredKernel {
        try await publish(name) { folder, scratch in
            try await KernelBuilder(folder: folder, scratch: scratch, wanted: WantedModule.names + further, tell: tell)
                .build(name, image: image, modules: modules, origin: nil)
        }
    }

    private static func check(newName name: String) throws {
        try check(name: name)
        if name.hasPrefix(importedPrefix) {
            throw KernelStoreError.badInput(
                "'\(name)': names with \(importedPrefix) are for kernels that are run by their path; choose another")
        }
    }

    /// Whether the modules that were taken are those that would be taken now.
    private static func isCurrent(_ known: StoredKernel, modules: String?, further: [String]) -> Bool {
        guard case .files(let files) = known.origin,
            files.modules == modules.map(HostFiles.absolute),
            Set(known.wanted.map(\.name)).isSuperset(
                of: (WantedModule.names + further).map { WantedModule.canonical($0) })
        else { return false }
        return files.used.allSatisfy { (try? HostFiles.given($0.path)) == $0 }
    }
}
