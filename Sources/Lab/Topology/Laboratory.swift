import Glibc
import Kernel
package import Model

/// A plan's hosts, made real by messages and files alone: no other program runs, and nothing outside the namespaces
/// made here is touched.
///
/// Either `init` ends with everything in place, or it throws and leaves nothing behind. Only namespaces outlive the
/// step that makes them, and only by the descriptors of their `LabHost`: the undo of every step is to close those.
package final class Laboratory {
    private let plan: Plan
    private let beforeStep: (String) throws -> Void
    private var hosts: [String: LabHost] = [:]
    private var undo: [() -> Void] = []

    /// How long a veth may take from "up" to carrying packets, and how long an IPv6 address to become local. Work queues
    /// of the kernel do both, well under 1 ms on an idle machine; but they need the lock of all namespaces (rtnl_lock),
    /// which the removal of many others has held for more than 5 s.
    private static let kernelLimit = Nanoseconds.seconds(30)

    /// Throws `LabError` where the plan asks for what the kernel refuses or lacks, otherwise `KernelError`.
    package convenience init(_ plan: Plan) throws { try self.init(plan, beforeStep: { _ in }) }

    /// `beforeStep` is told what comes next, and may throw in its place: a test makes every step fail once.
    package init(_ plan: Plan, beforeStep: @escaping (String) throws -> Void) throws {
        self.plan = plan
        self.beforeStep = beforeStep
        do {
            try build()
        } catch {
            tearDown()
            throw error
        }
    }

    deinit { tearDown() }

    /// Throws for a name that is not in the plan.
    package func host(_ name: String) throws -> LabHost {
        guard let host = hosts[name] else {
            throw LabError.inconsistentPlan("it has no host '\(name)'")
        }
        return host
    }

    /// Lets everything go, last things first. Once is enough; twice does no harm.
    package func tearDown() {
        while let last = undo.popLast() { last() }
        hosts = [:]
    }

    private func step(_ what: String, _ body: () throws -> Void) throws {
        try beforeStep(what)
        try body()
    }

    /// Interfaces copy `conf.default` when they are made, so those sysctls come first. Interfaces are up and carry
    /// packets before they get addresses and routes: a route over an interface that is down is refused (ENETDOWN),
    /// and an IPv6 address that came earlier would wait for the carrier. All the other sysctls come last, since those
    /// of an interface need the interface.
    private func build() throws {
        for host in plan.hosts { try create(host) }
        for host in plan.hosts {
            try step("write the sysctls of \(host.name) that interfaces copy") {
                try self.host(host.name).writeSysctls(plan.writtenSysctls(of: host).filter(Self.isCopied))
            }
        }
        for link in plan.links { try create(link) }
        for host in plan.hosts { try quieten(host) }
        for host in plan.hosts { try raise(host) }
        for host in plan.hosts { try awaitCarrier(host) }
        for host in plan.hosts { try furnish(host) }
        for host in plan.hosts { try awaitAddresses(host) }
        for host in plan.hosts {
            try step("write the other sysctls of \(host.name)") {
                try self.host(host.name).writeSysctls(plan.writtenSysctls(of: host).filter { !Self.isCopied($0) })
            }
        }
    }

    private static func isCopied(_ setting: SysctlSetting) -> Bool {
        let parts = setting.key.split(separator: ".")
        return parts.count > 4 && ["conf", "neigh"].contains(parts[2]) && ["all", "default"].contains(parts[3])
    }

    private func create(_ host: Host) throws {
        try step("create the namespace of \(host.name)") {
            do {
                let made = try LabHost(host)
                undo.append { made.close() }
                hosts[host.name] = made
            } catch let error as KernelError where [EPERM, EINVAL, ENOSYS].contains(error.errno) {
                throw LabError.unsupported(feature: Feature.networkNamespaces.rawValue, reason: "\(error)")
            }
        }
    }

    private func create(_ link: Link) throws {
        try step("create the veth of \(link.a.host) and \(link.b.host)") {
            let near = try interface(link.a)
            let far = try interface(link.b)
            do {
                try host(link.a.host).route.linkAdd(
                    veth: near.name, mac: near.mac,
                    peer: VethPeer(name: far.name, mac: far.mac, namespace: try host(link.b.host).namespaceDescriptor))
            } catch let error as KernelError where error.errno == EOPNOTSUPP {
                throw LabError.unsupported(feature: Feature.veth.rawValue, reason: "\(error)")
            }
        }
    }

    /// So that only TCP speaks, one packet at a time.
    private func quieten(_ host: Host) throws {
        guard !host.interfaces.isEmpty else { return }
        try step("switch off the offloads of \(host.name)") {
            let made = try self.host(host.name)
            let ethtool: EthtoolSession
            do {
                ethtool = try made.visit { try EthtoolSession() }
            } catch let error as KernelError where [ENOENT, EPROTONOSUPPORT].contains(error.errno) {
                throw LabError.unsupported(feature: Feature.ethtoolNetlink.rawValue, reason: "\(error)")
            }
            for interface in host.interfaces where interface.name != "lo" {
                let left = try ethtool.offloadsOff(try made.interfaceIndex(interface.name)).filter(Self.joinsSegments)
                guard left.isEmpty else {
                    throw LabError.unsupported(
                        feature: "one packet at a time on \(interface.name)",
                        reason: "the driver does not let go of \(left.joined(separator: ", "))")
                }
            }
        }
        try step("keep link-local addresses from \(host.name)") {
            let made = try self.host(host.name)
            for interface in host.interfaces {
                try made.route.linkSetNoLinkLocal(try made.interfaceIndex(interface.name))
            }
        }
    }

    /// With one of these on, several segments would pass a tap or a filter as one packet. Others that a driver holds
    /// on to do no harm.
    private static func joinsSegments(_ feature: String) -> Bool {
        feature.hasPrefix("tx-tcp") || ["tx-generic-segmentation", "rx-gro", "rx-lro"].contains(feature)
    }

    private func raise(_ host: Host) throws {
        try step("set the interfaces of \(host.name) up") {
            let made = try self.host(host.name)
            for name in ["lo"] + host.interfaces.map(\.name) {
                try made.route.linkSetUp(try made.interfaceIndex(name))
            }
        }
    }

    /// Until the kernel's link watch has seen the carrier, an interface throws away what it is given to send.
    private func awaitCarrier(_ host: Host) throws {
        try step("wait for the carrier of \(host.name)") {
            let route = try self.host(host.name).route
            for interface in host.interfaces {
                guard try Patience.wait(Self.kernelLimit, until: { try route.link(interface.name).isOperational })
                else { throw KernelError("get a carrier on \(interface.name) of \(host.name)", errno: ETIMEDOUT) }
            }
        }
    }

    private func furnish(_ host: Host) throws {
        let made = try self.host(host.name)
        // The kernel has given the loopback its own.
        for interface in host.interfaces where interface.name != "lo" {
            for prefix in interface.addresses {
                try step("add \(prefix) to \(interface.name) of \(host.name)") {
                    try made.route.addressAdd(prefix, to: try made.interfaceIndex(interface.name))
                }
            }
        }
        for neighbour in host.neighbours {
            try step("add the neighbour \(neighbour.address) of \(host.name)") {
                try made.route.neighbourAdd(
                    neighbour.address, neighbour.mac, on: try made.interfaceIndex(neighbour.interface))
            }
        }
        for route in plan.installedRoutes(of: host) {
            try step("add the route to \(route.destination) of \(host.name)") {
                switch route.target {
                case .gateway(let gateway, let interface):
                    try made.route.routeAdd(
                        route.destination, via: gateway, interface: try made.interfaceIndex(interface))
                case .blackhole: try made.route.routeAddBlackhole(route.destination)
                case .unreachable: try made.route.routeAddUnreachable(route.destination)
                }
            }
        }
    }

    /// Until then the host throws away what comes for the address (Ip6InAddrErrors), be it the first SYN of a run.
    private func awaitAddresses(_ host: Host) throws {
        let route = try self.host(host.name).route
        for address in host.interfaces.flatMap(\.addresses).map(\.address) {
            try step("wait until \(address) is local to \(host.name)") {
                guard try Patience.wait(Self.kernelLimit, until: { try route.isLocal(address) })
                else { throw KernelError("make \(address) local to \(host.name)", errno: ETIMEDOUT) }
            }
        }
    }

    private func interface(_ attachment: Attachment) throws -> Interface {
        let found = plan.host(attachment.host)?.interfaces.first { $0.name == attachment.interface }
        guard let found else {
            throw LabError.inconsistentPlan("host '\(attachment.host)' has no interface '\(attachment.interface)'")
        }
        return found
    }
}
