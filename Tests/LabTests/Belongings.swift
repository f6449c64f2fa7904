import Glibc
import Kernel
import Model

/// What a process holds: its descriptors, and its threads with the namespace of each.
struct Belongings: Equatable {
    var descriptors: [Int]
    var namespaces: [String]

    init() {
        descriptors = Self.names(in: "/proc/self/fd").compactMap { Int($0) }.sorted()
        namespaces = Self.names(in: "/proc/self/task").compactMap { Self.target("/proc/self/task/\($0)/ns/net") }
    }

    /// The same descriptors as before, no more threads, and none in another namespace. Fewer threads are no trouble:
    /// Swift's own pool lets idle ones go.
    func holdsNothingBeyond(_ before: Belongings) -> Bool {
        descriptors == before.descriptors && namespaces.count <= before.namespaces.count
            && Set(namespaces) == Set(before.namespaces)
    }

    /// A thread that was joined may stay in /proc for a moment.
    static func settled(like other: Belongings) -> Belongings {
        var now = Belongings()
        _ = Patience.wait(.seconds(5)) {
            now = Belongings()
            return now.holdsNothingBeyond(other)
        }
        return now
    }

    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            // The descriptor of the listing itself is not counted.
            if !name.hasPrefix("."), name != "\(dirfd(directory))" { names.append(name) }
        }
        return names
    }

    static func target(_ link: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = readlink(link, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}

/// `hard`: for the rest of the process, as far as nobody with a privilege undoes it.
func limitDescriptors(to count: Int, hard: Bool = false) throws {
    var limit = rlimit()
    try system("read the limit") { getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
    limit.rlim_cur = rlim_t(count)
    if hard { limit.rlim_max = rlim_t(count) }
    try system("set the limit") { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
}
