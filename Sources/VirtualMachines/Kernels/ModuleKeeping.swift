import FoundationEssentials

/// Takes the wanted modules out of a tree and keeps them, uncompressed, in a kernel's folder.
struct ModuleKeeping {
    let folder: String
    let scratch: String

    struct Kept {
        var modules: [StoredModule] = []
        var answers: [ModuleAnswer] = []
        /// What was looked at.
        var files: [String] = []
        /// What the modules were built for.
        var release: String?
    }

    static let subfolder = "modules"

    /// Without a tree nothing is known of any module.
    func keep(_ wanted: [String], from tree: ModuleTree?) async throws -> Kept {
        var kept = Kept()
        var found: [String: ModuleInfo] = [:]
        try HostFiles.makeFolder("\(folder)/\(Self.subfolder)")
        let selection = try await ModuleSelection.select(
            wanted, hasFile: { tree?.files[$0] != nil }, builtIn: tree?.builtIn,
            depends: { name in
                let info = ModuleInfo(try HostFiles.contents(try await unpacked(name, tree?.files[name] ?? "")))
                found[name] = info
                return info.depends
            })
        for name in selection.order {
            let file = "\(Self.subfolder)/\(name).ko"
            try HostFiles.copy(scratchPath(name), to: "\(folder)/\(file)")
            kept.modules.append(
                StoredModule(
                    name: name, file: file, bytes: try HostFiles.given("\(folder)/\(file)").bytes,
                    depends: found[name]?.depends ?? []))
            kept.release = kept.release ?? found[name]?.release
        }
        for name in found.keys { HostFiles.remove(scratchPath(name)) }
        kept.answers = selection.answers
        kept.files = found.keys.sorted().compactMap { tree?.files[$0] } + [tree?.list].compactMap { $0 }
        return kept
    }

    private func scratchPath(_ name: String) -> String { "\(scratch)/\(name).ko" }

    private func unpacked(_ name: String, _ path: String) async throws -> String {
        let target = scratchPath(name)
        HostFiles.remove(target)
        guard let compression = Compression.of(try HostFiles.contents(path)) else {
            try HostFiles.copy(HostFiles.resolved(path), to: target)
            return target
        }
        let result = try await compression.unpack(path, into: target)
        guard result.succeeded else {
            throw KernelStoreError.trouble("the module \(path) cannot be unpacked: \(result.complaint)")
        }
        return target
    }
}
