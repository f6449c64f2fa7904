import Glibc
import Kernel
import Model

/// Tries each feature once, in a namespace that is thrown away.
enum FeatureProbe {
    static func features(in namespace: borrowing NetworkNamespace) throws -> [Feature: Availability] {
        let here = namespace.descriptor.number
        var features = try namespace.visit { tried(in: here) }
        features[.networkNamespaces] = .present
        features[.extendedFilter] = CountingFilter.availability()
        features[.socketOperations] = socketOperations(in: namespace)
        return features
    }

    private static func tried(in namespace: Int32) -> [Feature: Availability] {
        var found: [Feature: Availability] = [:]
        found[.sysctlWriting] = sysctlWriting()
        found[.socketDiagnostics] = trying { _ = try SocketDiagnostics().sockets() }
        found[.ethtoolNetlink] = trying { _ = try EthtoolSession() }
        let veth = trying { try makeVeth(in: namespace) }
        let clsact = trying(after: veth) { try RouteSession().qdiscAddClsact(try probeIndex()) }
        found[.veth] = veth
        found[.clsact] = clsact
        found[.classicFilter] = trying(after: clsact) {
            try RouteSession().filterReplace(
                interface: try probeIndex(), hook: .ingress, priority: 1, program: .classic(ClassicEncoder.off))
        }
        found[.packetSockets] = trying(after: veth) {
            _ = try PacketSocket(interface: try probeIndex(), named: name)
        }
        return found
    }

    /// Writes what is there already.
    private static func sysctlWriting() -> Availability {
        let key = "net.ipv4.tcp_syn_retries"
        guard let value = (try? SysctlFile.read(key)) ?? nil else { return .missing("cannot read \(key)") }
        switch SysctlFile.write(key, value) {
        case .written: return .present
        case .absent: return .missing("there is no \(key)")
        case .withheld(let error), .refused(let error): return .missing("\(error)")
        }
    }

    /// Attaches the program, and has it asked by a connect() that the loopback refuses.
    private static func socketOperations(in namespace: borrowing NetworkNamespace) -> Availability {
        do {
            let cookie = try namespace.cookie()
            let program = try InitialTimeoutProgram()
            try program.answer(jiffies: 1, inNamespace: cookie)
            try namespace.visit {
                let route = try RouteSession()
                try route.linkSetUp(try route.linkIndex("lo"))
                // Refused or not, the kernel has asked by then.
                _ = try? StreamSocket(.ipv4).connect(SocketAddress(IPAddress(bytes: [127, 0, 0, 1]), discard))
            }
            guard try program.answers(inNamespace: cookie) > 0 else {
                return .missing("the kernel does not ask a program on the cgroup of this process about its sockets")
            }
            return .present
        } catch {
            return .missing("\(error)")
        }
    }

    private static let discard: UInt16 = 9
    private static let name = "probe"

    private static func probeIndex() throws -> Int32 { try RouteSession().linkIndex(name) }

    private static func makeVeth(in namespace: Int32) throws {
        try RouteSession().linkAdd(
            veth: name, mac: MACAddress(bytes: [2, 0, 0, 0, 0, 1]),
            peer: VethPeer(name: "\(name)-peer", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 2]), namespace: namespace))
    }

    /// What a feature stands on is its reason when that is missing.
    private static func trying(after ground: Availability = .present, _ body: () throws -> Void) -> Availability {
        guard ground.isPresent else { return ground }
        do {
            try body()
            return .present
        } catch {
            return .missing("\(error)")
        }
    }
}
