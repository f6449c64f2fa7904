import Glibc
import Kernel
import Model
import Testing

/// Against the running kernel, in namespaces made here.
@Suite(
    "Netlink sessions",
    .enabled(if: UserNamespace.holdsCapabilities(), "needs CAP_SYS_ADMIN and CAP_NET_ADMIN"))
struct NetlinkSessionTests {
    private static let near = MACAddress(bytes: [2, 0, 0, 0, 1, 1])
    private static let far = MACAddress(bytes: [2, 0, 0, 0, 1, 2])

    /// A namespace with both ends of a veth, `a` and `b`, and what talks to it.
    private final class Bench {
        let namespace: NetworkNamespace
        let route: RouteSession

        init() throws {
            namespace = try NetworkNamespace()
            route = try namespace.visit { try RouteSession() }
            try route.linkAdd(
                veth: "a", mac: NetlinkSessionTests.near,
                peer: VethPeer(name: "b", mac: NetlinkSessionTests.far, namespace: namespace.descriptor.number))
        }
    }

    @Test("show the kernel's refusal in the kernel's words")
    func refusal() throws {
        let namespace = try NetworkNamespace()
        let session = try namespace.visit { try NetlinkSession(.route) }
        let request = NetlinkRequest(16, flags: 0x600) { message in  // RTM_NEWLINK, CREATE | EXCL
            for _ in 0..<4 { message.put(UInt32(0)) }
            message.nest(18) { $0.put(1, "no-such-kind") }  // IFLA_LINKINFO, IFLA_INFO_KIND
        }
        let error = #expect(throws: KernelError.self) { try session.send(request, "create a link") }
        #expect(error?.errno == EOPNOTSUPP)
        #expect(error?.kernelSays == "Unknown device type")
    }

    @Test("name the attribute that was refused")
    func refusedAttribute() throws {
        let namespace = try NetworkNamespace()
        let session = try namespace.visit { try NetlinkSession(.route) }
        let request = NetlinkRequest(16) { message in  // RTM_NEWLINK
            for number: UInt32 in [0, 1, 0, 0] { message.put(number) }  // the loopback
            message.put(4, [UInt8(1)])  // IFLA_MTU of one byte
        }
        let error = #expect(throws: KernelError.self) { try session.send(request, "set an MTU") }
        #expect(error?.errno == ERANGE || error?.errno == EINVAL)
        #expect(error?.kernelSays?.hasSuffix("attribute 4 at byte 32 of the request") == true)
    }

    @Test("work on after a refusal, and from many threads at once")
    func manyThreads() async throws {
        let bench = try Bench()
        let route = bench.route
        try await withThrowingTaskGroup(of: Int32.self) { group in
            for number in 0..<64 {
                group.addTask {
                    #expect(throws: KernelError.self) { try route.linkIndex("none-\(number)") }
                    return try route.linkIndex(number % 2 == 0 ? "a" : "b")
                }
            }
            let found = try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
            #expect(found.count == 2)
        }
    }

    @Test("tell what is local from what is far away or nowhere")
    func local() throws {
        let bench = try Bench()
        let interface = try bench.route.linkIndex("a")
        try bench.route.linkSetUp(interface)
        try bench.route.linkSetUp(try bench.route.linkIndex("b"))
        for (own, neighbour, length) in [("198.18.0.1", "198.18.0.2", 24), ("fd00::1", "fd00::2", 64)] {
            let own = try #require(IPAddress(own))
            let neighbour = try #require(IPAddress(neighbour))
            #expect(try !bench.route.isLocal(own), "no route at all")
            try bench.route.addressAdd(Prefix(own, length), to: interface)
            #expect(try Patience.wait(.seconds(5)) { try bench.route.isLocal(own) })
            #expect(try !bench.route.isLocal(neighbour))
        }
    }

    @Test("read dumps that need many datagrams")
    func longDump() throws {
        let bench = try Bench()
        for number in 0..<200 {
            let peer = VethPeer(name: "y\(number)", mac: Self.far, namespace: bench.namespace.descriptor.number)
            try bench.route.linkAdd(veth: "x\(number)", mac: Self.near, peer: peer)
        }
        let names = Set(try bench.route.links().map(\.name))
        #expect(names.count == 403)
        #expect(names.contains("y199"))
    }

    @Test("switch offloads off, and tell what is on")
    func offloads() throws {
        let bench = try Bench()
        let ethtool = try bench.namespace.visit { try EthtoolSession() }
        let index = try bench.route.linkIndex("a")
        let before = try ethtool.features(index)
        #expect(before.active.contains("tx-tcp-segmentation"), "otherwise this test shows nothing")
        #expect(before.active.contains("rx-checksum"))
        #expect(try ethtool.offloadsOff(index).isEmpty)
        let after = try ethtool.features(index)
        #expect(after.active.isDisjoint(with: ["tx-tcp-segmentation", "tx-checksum-ip-generic", "rx-checksum"]))
        #expect(before.active.subtracting(after.active).allSatisfy(EthtoolSession.isOffload))
        let error = #expect(throws: KernelError.self) { try ethtool.featuresOff(["no-such-feature"], on: index) }
        #expect(error?.kernelSays?.contains("bit name not found") == true)
    }

    @Test("install, exchange and remove a filter while the qdisc counts")
    func filters() throws {
        let bench = try Bench()
        let index = try bench.route.linkIndex("a")
        try bench.route.qdiscAddClsact(index)
        #expect(throws: KernelError.self) { try bench.route.qdiscAddClsact(index) }
        let drop = FilterProgram.classic([ClassicInstruction(code: 6, operand: 2)])  // return TC_ACT_SHOT
        let pass = FilterProgram.classic([ClassicInstruction(code: 6, operand: 0xFFFF_FFFF)])  // TC_ACT_UNSPEC
        try bench.route.filterReplace(interface: index, hook: .ingress, priority: 1, program: drop)
        #expect(try bench.route.qdiscStatistics(index) == QdiscStatistics(seen: 0, dropped: 0))

        // 198.18.0.2 lives nowhere, so what is sent there leaves by b and arrives at a.
        let other = try bench.route.linkIndex("b")
        for end in [index, other] { try bench.route.linkSetUp(end) }
        #expect(try Patience.wait(.seconds(5)) { try bench.route.link("b").isOperational })
        try bench.route.addressAdd(Prefix(IPAddress(bytes: [198, 18, 0, 1]), 24), to: other)
        try bench.route.neighbourAdd(IPAddress(bytes: [198, 18, 0, 2]), Self.near, on: other)
        let socket = Descriptor(
            owning: try bench.namespace.visit {
                try Descriptor.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0, "open a socket").take()
            })
        let first = try bench.route.qdiscStatistics(index)
        for _ in 0..<3 { try Self.send(socket) }
        let dropped = try bench.route.qdiscStatistics(index)
        #expect(dropped.dropped - first.dropped >= 3)
        #expect(dropped.seen == dropped.dropped)

        try bench.route.filterReplace(interface: index, hook: .ingress, priority: 1, program: pass)
        for _ in 0..<3 { try Self.send(socket) }
        let passed = try bench.route.qdiscStatistics(index)
        #expect(passed.seen - dropped.seen >= 3)
        #expect(passed.dropped == dropped.dropped)

        try bench.route.filterDelete(interface: index, hook: .ingress, priority: 1)
        #expect(throws: KernelError.self) {
            try bench.route.filterDelete(interface: index, hook: .ingress, priority: 1)
        }
        try bench.route.qdiscDeleteClsact(index)
        let gone = #expect(throws: KernelError.self) { try bench.route.qdiscStatistics(index) }
        #expect(gone?.errno == ENOENT)
    }

    @Test("refuse a broken classic program with an errno")
    func brokenProgram() throws {
        let bench = try Bench()
        let index = try bench.route.linkIndex("a")
        try bench.route.qdiscAddClsact(index)
        let jump = FilterProgram.classic([ClassicInstruction(code: 5, operand: 9)])  // beyond its end
        let error = #expect(throws: KernelError.self) {
            try bench.route.filterReplace(interface: index, hook: .ingress, priority: 1, program: jump)
        }
        #expect(error?.errno == EINVAL)
    }

    @Test("see a listener with its backlog, in the namespace where it is", arguments: Family.allCases)
    func listener(_ family: Family) throws {
        let namespace = try NetworkNamespace()
        let elsewhere = try NetworkNamespace()
        let diagnostics = try namespace.visit { try SocketDiagnostics() }
        let others = try elsewhere.visit { try SocketDiagnostics() }
        let number = try namespace.visit {
            let socket = try Descriptor.socket(
                family == .ipv4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue), 0, "open a socket")
            try system("listen") { listen(socket.number, 7) }
            return socket.take()
        }
        let socket = Descriptor(owning: number)
        let seen = try diagnostics.sockets()
        #expect(seen.count == 1)
        #expect(seen.first?.state == "LISTEN")
        #expect(seen.first?.sendQueue == 7)
        #expect(seen.first?.local.address.family == family)
        #expect(try diagnostics.sockets(Family.allCases.filter { $0 != family }).isEmpty)
        #expect(try diagnostics.sockets(states: 1 << 1).isEmpty, "ESTABLISHED only")
        #expect(try others.sockets().isEmpty)
        let local = try #require(seen.first?.local)
        #expect(try diagnostics.socket(local, nil) == seen.first)
        #expect(try diagnostics.socket(local, SocketAddress(local.address, 9)) == nil)
        #expect(try others.socket(local, nil) == nil)
        #expect(try diagnostics.listening(family) == seen)
        #expect(try diagnostics.halfOpen(family).isEmpty)
        withExtendedLifetime(socket.number) {}
    }

    /// One byte to the discard port of 198.18.0.2.
    private static func send(_ socket: borrowing Descriptor) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(9).bigEndian
        address.sin_addr.s_addr = in_addr_t(0xC612_0002).bigEndian
        let number = socket.number
        try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = try system("send a datagram") {
                    sendto(number, "x", 1, 0, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }
}
