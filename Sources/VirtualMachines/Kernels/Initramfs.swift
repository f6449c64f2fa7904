import FoundationEssentials

/// The first root of a guest: the program as `/init`, its libraries, the modules in load order, and empty folders.
package struct Initramfs {
    private let store: KernelStore
    private let kernel: StoredKernel

    package init(of kernel: StoredKernel, in store: KernelStore) {
        self.store = store
        self.kernel = kernel
    }

    /// A further file in the guest.
    package struct Extra: Codable, Sendable, Hashable {
        package var path: String
        package var source: String
        package var mode: UInt32

        package init(_ path: String, from source: String, mode: UInt32 = 0o644) {
            self.path = path
            self.source = source
            self.mode = mode
        }
    }

    /// What the archive in a kernel's folder was made of: `initramfs.json`.
    private struct Made: Codable, Equatable {
        static let file = "initramfs.json"

        var archive: String
        var inputs: [GivenFile]
        var extra: [Extra]
    }

    /// Where every library is put, and where loaders look when nothing tells them otherwise.
    private static let libraries = "/lib"
    private static let defaults = [
        "/lib64", "/usr/lib", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu",
    ]
    private static let emptyFolders = ["/proc", "/sys", "/dev", "/tmp", "/results"]
    /// An archive that was replaced may still be on its way into a guest that is just being started.
    private static let grace = 3600.0

    /// The archive for this program; made anew when it, a library or a module has changed.
    package func path(program: String, extra: [Extra] = []) async throws -> String {
        let program = HostFiles.absolute(program)
        let libraries = try await SharedLibraries.of(program)
        let folder = store.folder(of: kernel)
        let inputs = try ([program] + libraries.paths + store.modulePaths(of: kernel) + extra.map(\.source))
            .map(HostFiles.given)
        let description = "\(folder)/\(Made.file)"
        if let data = try? HostFiles.contents(description), let made = try? JSONDecoder().decode(Made.self, from: data),
            made.inputs == inputs, made.extra == extra, HostFiles.exists("\(folder)/\(made.archive)")
        {
            return "\(folder)/\(made.archive)"
        }
        let made = Made(archive: "initramfs-\(UUID().uuidString).cpio", inputs: inputs, extra: extra)
        let path = "\(folder)/\(made.archive)"
        do {
            try archive(program, libraries, extra).write(to: path)
            try HostFiles.write(try JSONEncoder().encode(made), to: description)
        } catch {
            HostFiles.remove(path)
            throw error
        }
        for name in HostFiles.names(in: folder) where name.hasSuffix(".cpio") && name != made.archive {
            if HostFiles.age("\(folder)/\(name)").map({ $0 > Self.grace }) ?? true {
                HostFiles.remove("\(folder)/\(name)")
            }
        }
        return path
    }

    private func archive(_ program: String, _ libraries: SharedLibraries, _ extra: [Extra]) -> CpioArchive {
        var archive = CpioArchive()
        archive.file("/init", from: program, mode: 0o755)
        for folder in Self.emptyFolders { archive.folder(folder) }
        Self.add(libraries, to: &archive)
        for (index, module) in kernel.modules.enumerated() {
            let number = index < 10 ? "0\(index)" : "\(index)"
            archive.file("/modules/\(number)-\(module.name).ko", from: "\(store.folder(of: kernel))/\(module.file)")
        }
        if kernel.modules.isEmpty { archive.folder("/modules") }
        for file in extra { archive.file(file.path, from: file.source, mode: file.mode) }
        return archive
    }

    /// Every library once, in one folder. Where the host has them (a RUNPATH may name that) and where a loader looks by
    /// itself are links to it.
    static func add(
        _ libraries: SharedLibraries, to archive: inout CpioArchive, reading source: (String) -> String = { $0 }
    ) {
        archive.folder(Self.libraries)
        for (name, path) in libraries.libraries {
            let target = "\(Self.libraries)/\(name)"
            if !archive.contains(target) { archive.file(target, from: source(path), mode: 0o755) }
        }
        let folders = libraries.paths.map { path in
            "/" + path.split(separator: "/").dropLast().joined(separator: "/")
        }
        var linked: Set<String> = [Self.libraries]
        // Parents first: what is below a link has to be made where the link leads.
        for folder in Set(folders + defaults).sorted() where folder != "/" {
            var place = folder
            while let above = linked.first(where: { place.hasPrefix("\($0)/") && $0 != Self.libraries }) {
                place = Self.libraries + place.dropFirst(above.count)
            }
            linked.insert(folder)
            if place != Self.libraries, !archive.contains(place) { archive.link(place, to: Self.libraries) }
        }
    }
}
