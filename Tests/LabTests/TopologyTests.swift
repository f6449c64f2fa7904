import Glibc
import Kernel
import Lab
import Model
import Synchronization
import Testing

@Suite("A plan's hosts", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct TopologyTests {
    @Test("have the interfaces, addresses and neighbours of the plan, and no others")
    func everythingInPlace() throws {
        let laboratory = try Laboratory(Plans.pair())
        let client = try laboratory.host("client")
        let links = try client.route.links()
        #expect(links.map(\.name).sorted() == ["lo", "to-server"])
        #expect(links.allSatisfy { $0.isOperational })
        let link = try client.route.link("to-server")
        #expect(link.mac == MACAddress(bytes: [2, 0, 0, 0, 1, 1]))
        #expect(link.index == (try client.interfaceIndex("to-server")))

        let addresses = try TopologyDumps.addresses(client)
        #expect(addresses.keys.sorted() == ["127.0.0.1", "198.18.0.1", "::1", "fd00:7cb:1::1"])
        let tentative: UInt32 = 0x40  // IFA_F_TENTATIVE
        #expect(addresses.values.allSatisfy { $0 & tentative == 0 })

        let server = MACAddress(bytes: [2, 0, 0, 0, 1, 2])
        #expect(try TopologyDumps.permanentNeighbours(client) == ["198.18.0.2": server, "fd00:7cb:1::2": server])

        let features = try client.visit { try EthtoolSession().features(link.index) }
        #expect(features.active.filter(EthtoolSession.isOffload).isEmpty)
    }

    @Test("can talk TCP at once, and nothing asks for an address first", arguments: Family.allCases)
    func realConnection(_ family: Family) throws {
        let laboratory = try Laboratory(Plans.pair(family))
        let client = try laboratory.host("client")
        let server = try laboratory.host("server")
        let target = Plans.address(family == .ipv4 ? "198.18.0.2" : "fd00:7cb:1::2")
        let before = try client.counters()

        let listener = Descriptor(owning: try server.visit { try Sockets.listener(on: target, port: 5_000).take() })
        let socket = Descriptor(owning: try client.visit { try Sockets.stream(family).take() })
        try Sockets.connect(socket, to: target, port: 5_000)

        let after = try client.counters()
        func growth(_ name: String) -> Int64? { after[name].flatMap { now in before[name].map { now - $0 } } }
        #expect(growth("Tcp.ActiveOpens") == 1)
        #expect(growth("Tcp.OutSegs") == 2, "SYN and ACK")
        #expect(growth("TcpExt.TCPTimeouts") == 0)
        #expect(try server.counters()["Tcp.PassiveOpens"] == 1)
        let watched = Set(QueueSample.watched)
        #expect(try server.watchedCounters() == server.counters().filter { watched.contains($0.key) })
        #expect(after["Icmp6.OutNeighborSolicits"] == 0)
        #expect(after["Icmp6.OutRouterSolicits"] == 0)

        let remote = SocketAddress(target, 5_000)
        #expect(try client.sockets().contains { $0.state == "ESTABLISHED" && $0.remote == remote })
        let states = try server.sockets([family]).map(\.state).sorted()
        #expect(states == ["ESTABLISHED", "LISTEN"])
        withExtendedLifetime((socket.number, listener.number)) {}
    }

    /// The more addresses there are, the longer the kernel's work queue lags behind: without the wait, this fails.
    @Test("take in what comes for any of their addresses as soon as they are built")
    func localAtOnce() throws {
        var plan = Plans.pair()
        for number in 0..<100 {
            plan.hosts[1].interfaces[0].addresses.append(Plans.prefix("fd00:7cb:2::\(number)", 64))
        }
        let wanted = plan.hosts.flatMap { host in
            host.interfaces.flatMap(\.addresses).map { "wait until \($0.address) is local to \(host.name)" }
        }
        for _ in 0..<10 {
            var steps: [String] = []
            let laboratory = try Laboratory(plan) { steps.append($0) }
            for host in plan.hosts {
                let missing = try host.interfaces.flatMap(\.addresses).filter {
                    try !laboratory.host(host.name).route.isLocal($0.address)
                }
                #expect(missing.isEmpty, "\(host.name)")
            }
            #expect(steps.filter { $0.hasPrefix("wait until ") } == wanted)
        }
    }

    @Test("lose no first SYN, however busy the machine is", arguments: Family.allCases)
    func firstSyn(_ family: Family) throws {
        let crowd = try Crowd()
        defer { crowd.disperse() }
        let target = Plans.address(family == .ipv4 ? "198.18.0.2" : "fd00:7cb:1::2")
        for _ in 0..<(TextNumber.environment("TCPFAULT_BUILDS") ?? 10) {
            let laboratory = try Laboratory(Plans.pair(family))
            let client = try laboratory.host("client")
            let socket = Descriptor(owning: try client.visit { try Sockets.stream(family).take() })
            // Nobody listens: the refusal is the answer to the first SYN, which is not sent twice within this limit.
            let error = #expect(throws: KernelError.self) {
                try Sockets.connect(socket, to: target, port: 5_000, limit: 900)
            }
            #expect(error?.errno == ECONNREFUSED)
            #expect(try laboratory.host("server").counters()["Ip6.InAddrErrors"] == 0)
        }
    }

    @Test("reach what is behind a route")
    func route() throws {
        let laboratory = try Laboratory(Plans.pair())
        let client = try laboratory.host("client")
        for text in ["198.18.9.1", "fd00:7cb:9::1"] {
            let target = Plans.address(text)
            let socket = Descriptor(owning: try client.visit { try Sockets.stream(target.family).take() })
            // Nobody lives there and the server does not forward: but without the route it would be ENETUNREACH.
            let error = #expect(throws: KernelError.self) {
                try Sockets.connect(socket, to: target, port: 9, limit: 50)
            }
            #expect(error?.errno == EINPROGRESS, "\(error.map(\.description) ?? "")")
        }
    }

    @Test("have nowhere to go where a route is a blackhole")
    func blackhole() throws {
        let laboratory = try Laboratory(Plans.star())
        let attacker = try laboratory.host("attacker")
        for text in ["198.19.0.1", "fd7c:fa17:1::1"] {
            let target = Plans.address(text)
            let socket = Descriptor(owning: try attacker.visit { try Sockets.stream(target.family).take() })
            let error = #expect(throws: KernelError.self) { try Sockets.connect(socket, to: target, port: 9) }
            // fib_props, net/ipv4/fib_semantics.c; ip6_rt_type_to_error, net/ipv6/route.c
            #expect(error?.errno == EINVAL, "\(error.map(\.description) ?? "")")
        }
    }

    @Test("are told where a route is unreachable, unless it is withheld", arguments: Family.allCases)
    func unreachable(_ family: Family) throws {
        let target = Plans.address(family == .ipv4 ? "198.18.9.9" : "fd00:7cb:9::9")
        var plan = Plans.pair(family)
        plan.hosts[0].routes.append(
            Route(destination: Prefix(target, family == .ipv4 ? 32 : 128), target: .unreachable, fault: "u"))
        for (withheld, errno) in [([], EHOSTUNREACH), (["u"], EINPROGRESS)] {
            plan.withheld.faults = withheld
            let laboratory = try Laboratory(plan)
            let client = try laboratory.host("client")
            let socket = Descriptor(owning: try client.visit { try Sockets.stream(family).take() })
            let error = #expect(throws: KernelError.self) {
                try Sockets.connect(socket, to: target, port: 9, limit: 50)
            }
            #expect(error?.errno == errno, "\(error.map(\.description) ?? "")")
        }
    }

    @Test("do not change the links of the machine, and go with their laboratory")
    func nothingOutside() throws {
        let outside = try RouteSession()
        let before = try outside.links().map(\.name)
        let laboratory = try Laboratory(Plans.pair())
        #expect(try outside.links().map(\.name) == before)
        laboratory.tearDown()
        laboratory.tearDown()
        #expect(try outside.links().map(\.name) == before)
        #expect(throws: LabError.self) { try laboratory.host("client") }
    }

    @Test("must be named in the plan")
    func strangers() throws {
        var plan = Plans.pair()
        plan.links[0].b.interface = "to-nowhere"
        let error = #expect(throws: LabError.self) { try Laboratory(plan) }
        #expect(error == .inconsistentPlan("host 'server' has no interface 'to-nowhere'"))
    }
}

/// One thread a processor that does nothing but use it, until all are told to stop.
private final class Crowd {
    private final class Whistle: Sendable {
        let blown = Atomic(false)
    }

    private let whistle = Whistle()
    private var threads: [PlainThread] = []

    init() throws {
        for _ in 0..<sysconf(Int32(_SC_NPROCESSORS_ONLN)) {
            threads.append(
                try PlainThread { [whistle] in
                    while !whistle.blown.load(ordering: .relaxed) {}
                })
        }
    }

    func disperse() {
        whistle.blown.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
    }
}
