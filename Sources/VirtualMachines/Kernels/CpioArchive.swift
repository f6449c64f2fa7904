import FoundationEssentials
import SystemPackage

/// An archive that the kernel unpacks as its first root: cpio of the form "newc"
/// (Documentation/driver-api/early-userspace/buffer-format.rst). The same entries make the same bytes.
package struct CpioArchive {
    private enum Content {
        case bytes([UInt8])
        case file(String)
    }

    private struct Entry {
        var name: String
        var mode: UInt32
        var content: Content
    }

    private var entries: [Entry] = []
    private var names: Set<String> = []

    package init() {}

    /// Kinds of files, as the upper bits of a mode.
    private enum Kind {
        static let folder: UInt32 = 0o040000
        static let file: UInt32 = 0o100000
        static let link: UInt32 = 0o120000
    }

    /// With the folders above it; one that is there already is left alone.
    package mutating func folder(_ path: String, mode: UInt32 = 0o755) {
        let name = Self.name(path)
        if name.isEmpty || names.contains(name) { return }
        makeRoom(for: name)
        append(Entry(name: name, mode: Kind.folder | mode, content: .bytes([])))
    }

    package mutating func file(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) {
        makeRoom(for: Self.name(path))
        append(Entry(name: Self.name(path), mode: Kind.file | mode, content: .bytes(bytes)))
    }

    /// A file of the host's, read when the archive is written.
    package mutating func file(_ path: String, from source: String, mode: UInt32 = 0o644) {
        makeRoom(for: Self.name(path))
        append(Entry(name: Self.name(path), mode: Kind.file | mode, content: .file(source)))
    }

    package mutating func link(_ path: String, to target: String) {
        makeRoom(for: Self.name(path))
        append(Entry(name: Self.name(path), mode: Kind.link | 0o777, content: .bytes(Array(target.utf8))))
    }

    package func contains(_ path: String) -> Bool { names.contains(Self.name(path)) }

    private mutating func append(_ entry: Entry) {
        precondition(names.insert(entry.name).inserted, "bug: \(entry.name) is twice in an archive")
        entries.append(entry)
    }

    private mutating func makeRoom(for name: String) {
        let parent = name.split(separator: "/").dropLast().joined(separator: "/")
        if !parent.isEmpty { folder(parent) }
    }

    /// Names are relative to the root.
    private static func name(_ path: String) -> String { path.split(separator: "/").joined(separator: "/") }

    package func bytes() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try write { bytes += $0 }
        return bytes
    }

    package func write(to path: String) throws {
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try file.closeAfter { try write { _ = try file.writeAll($0) } }
        } catch let error as Errno {
            throw KernelStoreError.trouble("\(path) cannot be written: \(error)")
        }
    }

    private func write(_ sink: ([UInt8]) throws -> Void) throws {
        for (index, entry) in entries.enumerated() {
            let content = try content(of: entry)
            try sink(Self.header(entry.name, mode: entry.mode, inode: index + 1, bytes: content.count))
            try sink(content)
            try sink(Self.padding(content.count))
        }
        try sink(Self.header("TRAILER!!!", mode: 0, inode: 0, bytes: 0))
    }

    private func content(of entry: Entry) throws -> [UInt8] {
        switch entry.content {
        case .bytes(let bytes): return bytes
        case .file(let path):
            let data = try HostFiles.contents(path)
            guard data.count < 1 << 32 else {
                throw KernelStoreError.badInput("\(path) is too large for an archive: 4 GB is the most")
            }
            return Array(data)
        }
    }

    /// Thirteen numbers of eight digits behind the magic one, and the name; all of it padded to four.
    private static func header(_ name: String, mode: UInt32, inode: Int, bytes: Int) -> [UInt8] {
        let links = mode & 0o170000 == Kind.folder ? 2 : 1
        let fields = [inode, Int(mode), 0, 0, links, 0, bytes, 0, 0, 0, 0, name.utf8.count + 1, 0]
        let text = "070701" + fields.map(digits).joined() + name
        return Array(text.utf8) + [0] + padding(text.utf8.count + 1)
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - text.count) + text
    }

    private static func padding(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: (4 - count % 4) % 4) }
}
