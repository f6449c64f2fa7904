import FoundationEssentials

/// The modules of one kernel as they lie on disk: `/lib/modules/RELEASE`, or a kernel's build folder.
struct ModuleTree: Sendable {
    let folder: String
    /// Name → path of its file, perhaps compressed.
    let files: [String: String]
    /// `nil` where nothing tells.
    let builtIn: Set<String>?

    static let endings = [".ko", ".ko.xz", ".ko.zst", ".ko.gz"]

    init(folder: String) {
        self.folder = folder
        var files: [String: String] = [:]
        for path in HostFiles.below(folder) {
            guard let name = Self.name(of: path), files[name] == nil else { continue }
            files[name] = "\(folder)/\(path)"
        }
        self.files = files
        let list = "\(folder)/\(Self.builtInList)"
        builtIn = (try? HostFiles.contents(list)).map { Self.builtIn(String(decoding: $0, as: UTF8.self)) }
    }

    private static let builtInList = "modules.builtin"

    /// The files by which one can tell whether anything has changed.
    var list: String? { builtIn == nil ? nil : "\(folder)/\(Self.builtInList)" }

    /// `sch_ingress` for `kernel/net/sched/sch_ingress.ko.xz`; `nil` for what is no module.
    static func name(of path: some StringProtocol) -> String? {
        guard let file = path.split(separator: "/").last, let ending = endings.first(where: file.hasSuffix),
            file.count > ending.count
        else { return nil }
        return WantedModule.canonical(file.dropLast(ending.count))
    }

    static func builtIn(_ text: String) -> Set<String> { Set(text.split(separator: "\n").compactMap { name(of: $0) }) }

    /// The folder of this release's modules in what a user may mean by "the modules": itself, a folder of several
    /// kernels', a root of a file system, or files in any order.
    static func locate(_ given: String, release: String?) throws -> ModuleTree {
        guard HostFiles.isFolder(given) else { throw KernelStoreError.badInput("\(given): there is no such folder") }
        if isRelease(given) { return ModuleTree(folder: given) }
        let parents = [given, "\(given)/lib/modules", "\(given)/usr/lib/modules"]
        if let release, let parent = parents.first(where: { HostFiles.isFolder("\($0)/\(release)") }) {
            return ModuleTree(folder: "\(parent)/\(release)")
        }
        let releases = parents.flatMap { parent in
            HostFiles.names(in: parent).map { "\(parent)/\($0)" }.filter(isRelease)
        }
        if releases.count == 1 { return ModuleTree(folder: releases[0]) }
        if releases.count > 1 {
            let which = release.map { "none of them for \($0)" } ?? "and the image does not say which it needs"
            throw KernelStoreError.badInput(
                "\(given) has the modules of \(releases.count) kernels, \(which): "
                    + "name the folder of one, such as \(releases[0])")
        }
        let tree = ModuleTree(folder: given)
        guard !tree.files.isEmpty || tree.builtIn != nil else {
            throw KernelStoreError.badInput("\(given) has no modules in it (\(endings.joined(separator: ", ")))")
        }
        return tree
    }

    private static func isRelease(_ folder: String) -> Bool {
        [builtInList, "modules.order", "modules.dep", "kernel"].contains { HostFiles.exists("\(folder)/\($0)") }
            && HostFiles.isFolder(folder)
    }
}
