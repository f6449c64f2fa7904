import FoundationEssentials

/// The kernels that are kept, a folder each: what is known of it, its image, its modules, its facts once they are known.
package struct KernelStore: Sendable {
    /// Hears what takes long.
    package typealias Teller = @Sendable (String) -> Void

    package let folder: String

    package init(folder: String) { self.folder = HostFiles.absolute(folder) }

    /// `$TCPFAULT_KERNELS`, else `tcpfault/kernels` in the user's cache.
    package static func location(_ environment: [String: String]) throws -> String {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let chosen = set("TCPFAULT_KERNELS") { return chosen }
        // A relative path has no meaning there, says the specification.
        if let cache = set("XDG_CACHE_HOME"), cache.hasPrefix("/") { return "\(cache)/tcpfault/kernels" }
        if let home = set("HOME") { return "\(home)/.cache/tcpfault/kernels" }
        throw KernelStoreError.badInput("there is no folder for kernels: set TCPFAULT_KERNELS to one, or HOME")
    }

    private enum File {
        static let kernel = "kernel.json"
        static let facts = "facts.json"
    }

    package func kernel(named name: String) throws -> StoredKernel {
        try Self.check(name: name)
        guard HostFiles.exists("\(folder)/\(name)/\(File.kernel)") else {
            let names = try list().map(\.name)
            let there = names.isEmpty ? "there is none yet" : "there are: \(names.joined(separator: ", "))"
            throw KernelStoreError.badInput(
                "there is no kernel '\(name)' in \(folder) (\(there)); add it with: tcpfault kernels add \(name)")
        }
        return try read(name)
    }

    /// By name. What cannot be read is left out; `damaged` tells of it.
    package func list() throws -> [StoredKernel] { names().compactMap { try? read($0) } }

    /// What is wrong with those that `list` leaves out.
    package func damaged() -> [String] {
        names().compactMap { name in
            do {
                _ = try read(name)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    package func remove(named name: String) throws {
        try Self.check(name: name)
        let path = folder(of: name)
        // A damaged one can be removed too.
        if !HostFiles.exists(path) { _ = try kernel(named: name) }
        // Gone for `list` at once, and as a whole.
        let grave = "\(folder)/\(Self.unfinished)\(name)-\(UUID().uuidString)"
        do {
            try FileManager.default.moveItem(atPath: path, toPath: grave)
            try FileManager.default.removeItem(atPath: grave)
        } catch {
            throw KernelStoreError.badInput("\(path) cannot be removed: \(HostFiles.words(error))")
        }
    }

    package func folder(of kernel: StoredKernel) -> String { folder(of: kernel.name) }

    func folder(of name: String) -> String { "\(folder)/\(name)" }

    package func imagePath(of kernel: StoredKernel) -> String { "\(folder(of: kernel))/\(kernel.image.file)" }

    /// In the order in which they can be loaded.
    package func modulePaths(of kernel: StoredKernel) -> [String] {
        kernel.modules.map { "\(folder(of: kernel))/\($0.file)" }
    }

    /// Where its facts are, or are to be put.
    package func factsPath(of kernel: StoredKernel) -> String { "\(folder(of: kernel))/\(File.facts)" }

    package func hasFacts(_ kernel: StoredKernel) -> Bool { HostFiles.exists(factsPath(of: kernel)) }

    /// What it takes on disk.
    package func bytes(of kernel: StoredKernel) -> Int {
        let folder = folder(of: kernel)
        return HostFiles.below(folder).map { "\(folder)/\($0)" }.filter { !HostFiles.isFolder($0) }
            .compactMap { try? HostFiles.given($0).bytes }.reduce(0, +)
    }

    private func names() -> [String] {
        HostFiles.names(in: folder).filter { !$0.hasPrefix(".") && HostFiles.isFolder("\(folder)/\($0)") }
    }

    private func read(_ name: String) throws -> StoredKernel {
        let path = "\(folder)/\(name)/\(File.kernel)"
        let again = "add it again, or remove it with: tcpfault kernels remove \(name)"
        struct Head: Decodable { var format: Int }
        do {
            let data = try HostFiles.contents(path)
            let format = try JSONDecoder().decode(Head.self, from: data).format
            guard format <= StoredKernel.format else {
                throw KernelStoreError.badInput(
                    "\(path) has format \(format), and this tcpfault reads up to \(StoredKernel.format): \(again)")
            }
            var kernel = try JSONDecoder().decode(StoredKernel.self, from: data)
            // The folder may have been renamed.
            kernel.name = name
            return kernel
        } catch is DecodingError {
            throw KernelStoreError.badInput("\(path) does not describe a kernel: \(again)")
        }
    }

    /// Names become folders, and words of a command line.
    static func check(name: String) throws {
        let fine = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._+-~".contains($0)) }
        guard fine, name.first?.isLetter ?? false || name.first?.isNumber ?? false, name.count <= 64 else {
            throw KernelStoreError.badInput(
                "'\(name)' cannot name a kernel: take up to 64 letters, digits and . _ + - ~, such as 6.1")
        }
    }

    // MARK: Adding

    /// What is begun and not finished: `list` does not see it.
    private static let unfinished = ".unfinished-"
    /// Whoever began that was killed.
    private static let longestAdding = 86_400.0

    /// Lists of packages are kept from one time to the next.
    var packageLists: String { "\(folder)/.apt" }

    /// Puts a kernel where it belongs once it is complete: `build` gets the new folder and one for scratch.
    func publish(
        _ name: String, _ build: (_ folder: String, _ scratch: String) async throws -> StoredKernel
    ) async throws -> StoredKernel {
        let workshop = try openWorkshop(name)
        defer { HostFiles.remove(workshop) }
        let new = "\(workshop)/kernel"
        let scratch = "\(workshop)/scratch"
        try HostFiles.makeFolder(new)
        try HostFiles.makeFolder(scratch)
        let kernel = try await build(new, scratch)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try HostFiles.write(try encoder.encode(kernel), to: "\(new)/\(File.kernel)")
        try replace(folder(of: name), by: new, workshop)
        return kernel
    }

    private func openWorkshop(_ name: String) throws -> String {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in HostFiles.names(in: folder) where name.hasPrefix(Self.unfinished) {
                let path = "\(folder)/\(name)"
                if HostFiles.age(path).map({ $0 > Self.longestAdding }) ?? false { HostFiles.remove(path) }
            }
            let workshop = "\(folder)/\(Self.unfinished)\(name)-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: workshop, withIntermediateDirectories: false)
            return workshop
        } catch {
            throw KernelStoreError.badInput(
                "kernels cannot be kept in \(folder) (\(HostFiles.words(error))); "
                    + "set TCPFAULT_KERNELS to a folder of your own")
        }
    }

    /// Two renames, since no single one replaces a folder that has something in it.
    private func replace(_ path: String, by new: String, _ workshop: String) throws {
        let files = FileManager.default
        let old = "\(workshop)/old"
        for attempt in 1... {
            do {
                if HostFiles.exists(path) { try files.moveItem(atPath: path, toPath: "\(old)-\(attempt)") }
                return try files.moveItem(atPath: new, toPath: path)
            } catch  where attempt < 5 {
                // Somebody else adds the same one; the last of us wins.
            } catch {
                throw KernelStoreError.trouble("\(path) cannot be put in place: \(HostFiles.words(error))")
            }
        }
    }
}
