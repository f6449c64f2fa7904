import Glibc
package import Kernel
package import Model

/// A host of a plan, made real: a network namespace, and the sockets and files that were opened in it.
///
/// No thread stays in the namespace; everything here works from any thread, one at a time.
package final class LabHost {
    package let name: String

    private let settings: [SysctlSetting]
    private var parts: Parts?
    private var indices: [String: Int32] = [:]

    /// A new namespace with nothing in it but a loopback that is down.
    init(_ host: Host) throws {
        name = host.name
        settings = host.sysctls
        parts = try Parts()
    }

    /// What is held open for the host, and keeps its namespace alive.
    private final class Parts {
        let namespace: NetworkNamespace
        let route: RouteSession
        let diagnostics: SocketDiagnostics
        let counters: CounterFiles

        init() throws {
            namespace = try NetworkNamespace()
            (route, diagnostics, counters) = try namespace.visit {
                (try RouteSession(), try SocketDiagnostics(), try CounterFiles())
            }
        }
    }

    /// Traps after tear-down.
    private var live: Parts {
        guard let parts else { preconditionFailure("bug: host \(name) was torn down") }
        return parts
    }

    /// Lets the namespace go. The kernel removes it, with all that is in it, when no descriptor from it is left:
    /// sockets that others opened in a visit keep it until they are closed.
    func close() { parts = nil }

    /// The descriptor of the namespace, as for `nsenter --net=/proc/PID/fd/N`. It stays the host's.
    package var namespaceDescriptor: Int32 { live.namespace.descriptor.number }

    /// The number by which BPF programs know the namespace.
    func namespaceCookie() throws -> UInt64 { try live.namespace.cookie() }

    /// Runs `body` on a thread of its own inside the namespace: to open sockets or files, and for nothing else.
    package func visit<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        try live.namespace.visit(body)
    }

    /// rtnetlink in this namespace.
    package var route: RouteSession { live.route }

    /// The number of an interface inside the host. It never changes.
    package func interfaceIndex(_ interface: String) throws -> Int32 {
        if let known = indices[interface] { return known }
        let index = try live.route.linkIndex(interface)
        indices[interface] = index
        return index
    }

    /// The TCP sockets of the host, in all states (one walk of the machine's table for each family).
    package func sockets(_ families: [Family] = Family.allCases) throws -> [SocketState] {
        try live.diagnostics.sockets(families)
    }

    /// The same, but request sockets of made-up peers are only counted.
    func sockets(_ family: Family, apartFrom spoofing: Spoofing) throws -> (listed: [SocketState], counted: Int) {
        try live.diagnostics.sockets([family], counting: spoofing.prefix)
    }

    /// The socket with that connection, if it is there; without a remote address, the listener.
    func socket(_ local: SocketAddress, _ remote: SocketAddress?) throws -> SocketState? {
        try live.diagnostics.socket(local, remote)
    }

    /// How many request sockets there are at each local port.
    func halfOpen(_ family: Family, initialRTO: Nanoseconds) throws -> [UInt16: Int] {
        try live.diagnostics.halfOpen(family, initialRTO: initialRTO)
    }

    /// The sockets that listen.
    func listening(_ family: Family) throws -> [SocketState] { try live.diagnostics.listening(family) }

    /// `TcpExt.TCPTimeouts` and all its like, as they stand.
    package func counters() throws -> [String: Int64] { try live.counters.read() }

    /// Of these only what `QueueSample.watched` names: cheap enough to be asked for all the time.
    package func watchedCounters() throws -> [String: Int64] { try live.counters.readWatched() }

    /// Every sysctl that the plan names for this host, as it reads now; `nil` where it is absent or unreadable.
    package func sysctls() throws -> [String: String?] {
        let keys = Set(settings.map(\.key))
        guard !keys.isEmpty else { return [:] }
        return try visit {
            var values: [String: String?] = [:]
            for key in keys { values.updateValue(try SysctlFile.read(key), forKey: key) }
            return values
        }
    }

    /// Sets one sysctl, in the middle of a run or while building.
    package func writeSysctl(_ key: String, _ value: String, origin: SourceLocation? = nil) throws {
        try writeSysctls([SysctlSetting(key: key, value: value, origin: origin)])
    }

    /// In order, in one visit. What has no value is left alone, and so is what is optional and either absent or not
    /// for this user to write.
    func writeSysctls(_ settings: [SysctlSetting]) throws {
        let orders = settings.compactMap { setting in setting.value.map { (setting, $0) } }
        guard !orders.isEmpty else { return }
        let name = name
        try visit {
            for (setting, value) in orders {
                switch SysctlFile.write(setting.key, value) {
                case .written: continue
                case .absent where setting.optional: continue
                case .absent:
                    throw LabError.unsupported(
                        feature: setting.key, reason: "a network namespace of this kernel has no such sysctl")
                case .withheld(let error):
                    if setting.optional, [EACCES, EPERM].contains(error.errno) { continue }
                    throw LabError.unsupported(feature: setting.key, reason: "\(error)")
                case .refused(let error):
                    throw LabError.sysctlRefused(
                        host: name, key: setting.key, value: value, errno: error.symbol,
                        message: String(cString: strerror(error.errno)), origin: setting.origin)
                }
            }
        }
    }
}
