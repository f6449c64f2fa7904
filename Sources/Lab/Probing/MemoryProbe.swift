import Kernel
import Model

/// How much memory there is, and how much of it the objects of a connection take.
enum MemoryProbe {
    /// Caches of what a TCP connection consists of, from the SYN to the end of TIME_WAIT. Kernels lack some of them.
    private static let caches: Set<Substring> = [
        "TCP", "TCPv6", "request_sock_TCP", "request_sock_TCPv6", "tw_sock_TCP", "tw_sock_TCPv6", "sock_inode_cache",
        "skbuff_head_cache", "skbuff_fclone_cache", "skbuff_small_head", "tcp_bind_bucket", "tcp_bind2_bucket",
    ]

    /// MemTotal, in bytes.
    static func total() -> Int? {
        guard let text = try? TextFile.read("/proc/meminfo") else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemTotal:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }

    static func objectSizes() -> [String: Int]? {
        slabs()?.filter { caches.contains($0.key[...]) }.mapValues(\.size)
    }

    /// slabinfo(5): the name, then how many are in use, how many there are, and the size of one. `nil`: not for this user.
    static func slabs() -> [String: MemorySample.Cache]? {
        guard let text = try? TextFile.read("/proc/slabinfo") else { return nil }
        var slabs: [String: MemorySample.Cache] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 3, let objects = Int(words[1]), let size = Int(words[3]) else { continue }
            slabs[String(words[0])] = MemorySample.Cache(objects: objects, size: size)
        }
        return slabs
    }
}
