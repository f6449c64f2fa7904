import Glibc

/// The names in a folder.
package enum FolderList {
    /// Sorted, without those that begin with a dot.
    package static func names(in path: String) throws(KernelError) -> [String] {
        guard let folder = opendir(path) else { throw KernelError("list \(path)", errno: errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
