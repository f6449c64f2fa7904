import Glibc
import Kernel

/// The counters of one namespace: /proc/net/netstat, snmp and, where there is IPv6, snmp6.
///
/// Each file is opened once, inside a visit, and read from its start again and again: it keeps its namespace.
final class CounterFiles {
    private let netstat: Descriptor
    private let snmp: Descriptor
    private let snmp6: Descriptor?

    /// Call it inside a namespace visit.
    init() throws(KernelError) {
        // /proc/net would be the main thread's.
        netstat = try Descriptor.open("/proc/thread-self/net/netstat", O_RDONLY)
        snmp = try Descriptor.open("/proc/thread-self/net/snmp", O_RDONLY)
        let path = "/proc/thread-self/net/snmp6"
        snmp6 = access(path, F_OK) == 0 ? try Descriptor.open(path, O_RDONLY) : nil
    }

    /// `Tcp.InSegs`, `TcpExt.TCPTimeouts`, `Ip6.InReceives` → what it stands at.
    func read() throws(KernelError) -> [String: Int64] {
        var counters = CounterText.paired(try TextFile.read(netstat, "read the counters of netstat"))
        counters.merge(CounterText.paired(try TextFile.read(snmp, "read the counters of snmp"))) { $1 }
        switch snmp6 {
        case .some(let file):
            counters.merge(CounterText.plain(try TextFile.read(file, "read the counters of snmp6"))) { $1 }
        case .none: break
        }
        return counters
    }
}

/// The two forms in which the kernel writes counters.
package enum CounterText {
    /// netstat and snmp: a line of names and a line of values, both after the same `Group:`.
    package static func paired(_ text: String) -> [String: Int64] {
        var counters: [String: Int64] = [:]
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        for (names, values) in zip(lines, lines.dropFirst()) {
            guard let group = names.first, group.hasSuffix(":"), values.first == group else { continue }
            for (name, value) in zip(names.dropFirst(), values.dropFirst()) {
                if let number = Int64(value) { counters["\(group.dropLast()).\(name)"] = number }
            }
        }
        return counters
    }

    /// snmp6: `Ip6InReceives   12`, told as `Ip6.InReceives`.
    package static func plain(_ text: String) -> [String: Int64] {
        let groups = ["UdpLite6", "Icmp6", "Udp6", "Ip6"]
        var counters: [String: Int64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let value = Int64(words[1]),
                let group = groups.first(where: { words[0].hasPrefix($0) })
            else { continue }
            counters["\(group).\(words[0].dropFirst(group.count))"] = value
        }
        return counters
    }
}
