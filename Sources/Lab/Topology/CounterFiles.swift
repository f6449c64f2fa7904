import Glibc
import Kernel
import Model

/// The counters of one namespace: /proc/net/netstat, snmp and, where there is IPv6, snmp6.
///
/// Each file is opened once, inside a visit, and read from its start again and again: it keeps its namespace.
final class CounterFiles {
    private let netstat: CounterFile
    private let snmp: CounterFile
    private let snmp6: CounterFile?

    /// Call it inside a namespace visit.
    init() throws(KernelError) {
        netstat = try CounterFile("netstat", .paired)
        snmp = try CounterFile("snmp", .paired)
        snmp6 = access(CounterFile.path("snmp6"), F_OK) == 0 ? try CounterFile("snmp6", .plain) : nil
    }

    /// `Tcp.InSegs`, `TcpExt.TCPTimeouts`, `Ip6.InReceives` → what it stands at.
    func read() throws(KernelError) -> [String: Int64] {
        var counters: [String: Int64] = [:]
        try netstat.readAll(into: &counters)
        try snmp.readAll(into: &counters)
        try snmp6?.readAll(into: &counters)
        return counters
    }

    /// Of these only what `QueueSample.watched` names, for a small part of the time.
    func readWatched() throws(KernelError) -> [String: Int64] {
        var counters: [String: Int64] = [:]
        try netstat.readWatched(into: &counters)
        try snmp.readWatched(into: &counters)
        return counters
    }
}

/// One of the files, and what is remembered of it for either way of reading it.
private final class CounterFile {
    private let file: Descriptor
    private let attempt: String
    private var all: CounterText
    private var watched: CounterText

    init(_ name: String, _ form: CounterText.Form) throws(KernelError) {
        file = try Descriptor.open(Self.path(name), O_RDONLY)
        attempt = "read the counters of \(name)"
        all = CounterText(form)
        watched = CounterText(form, wanted: Set(QueueSample.watched))
    }

    /// /proc/net would be the main thread's.
    static func path(_ name: String) -> String { "/proc/thread-self/net/\(name)" }

    func readAll(into counters: inout [String: Int64]) throws(KernelError) {
        all.read(try TextFile.bytes(file, attempt), into: &counters)
    }

    func readWatched(into counters: inout [String: Int64]) throws(KernelError) {
        watched.read(try TextFile.bytes(file, attempt), into: &counters)
    }
}
