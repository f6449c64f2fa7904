import Glibc
import Kernel

/// All the sysctls that a network namespace shows.
enum SysctlTree {
    private static let root = "/proc/sys/net"

    /// Key → value. Call it inside a namespace visit. What cannot be read is left out, and so is what interfaces have
    /// of their own (`conf` and `neigh` beside `all` and `default`).
    static func read() -> [String: String] {
        var values: [String: String] = [:]
        walk([]) { parts in
            let key = (["net"] + parts.map(spelled)).joined(separator: ".")
            if let value = (try? SysctlFile.read(key)) ?? nil { values[key] = value }
        }
        return values
    }

    /// A dot in a name, such as that of an interface, is written as a slash (sysctl(8)).
    private static func spelled(_ name: String) -> String { String(name.map { $0 == "." ? "/" : $0 }) }

    private static func walk(_ parts: [String], _ visit: ([String]) -> Void) {
        let path = ([root] + parts).joined(separator: "/")
        guard let folder = opendir(path) else { return }
        defer { closedir(folder) }
        let ofInterfaces = parts.last == "conf" || parts.last == "neigh"
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(".") || (ofInterfaces && !["all", "default"].contains(name)) { continue }
            if entry.pointee.d_type == UInt8(DT_DIR) {
                walk(parts + [name], visit)
            } else {
                visit(parts + [name])
            }
        }
    }
}
