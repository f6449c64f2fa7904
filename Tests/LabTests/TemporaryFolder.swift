import Glibc
import Kernel

/// A folder that goes with its owner, files and all.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/tcpfault-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw KernelError("make a temporary folder", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    var names: [String] { Self.names(in: path) }

    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func read(_ name: String) throws -> String { try TextFile.read("\(path)/\(name)") }

    func bytes(_ name: String) throws -> [UInt8] {
        let file = try Descriptor.open("\(path)/\(name)", O_RDONLY)
        var space = [UInt8](repeating: 0, count: 1 << 20)
        let count = try system("read \(name)") { Glibc.read(file.number, &space, space.count) }
        return Array(space[..<count])
    }
}
