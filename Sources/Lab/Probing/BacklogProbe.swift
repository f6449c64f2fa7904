import Kernel
import Model

/// Tries out how many half-open connections a listener takes. `inet_csk_reqsk_queue_is_full()` used to say so from as
/// many on as the backlog is; since "tcp/dccp: allow a connection when sk_max_ack_backlog is zero" only beyond that. The
/// change went into many stable kernels, so no version tells.
enum BacklogProbe {
    private static let backlog = 1
    /// One that anybody may bind: below 1024 root in a container may lack CAP_NET_BIND_SERVICE.
    private static let port: UInt16 = 9_009
    private static let syns = 4
    /// As long as it may take the kernel to look at four segments.
    private static let limit = Nanoseconds.seconds(2)

    /// By how many they exceed the backlog: 0 or 1. `nil`: whatever came out is neither.
    static func halfOpenBeyondBacklog() throws -> Int? {
        let plan = Self.plan
        let laboratory = try Laboratory(plan)
        defer { laboratory.tearDown() }
        let server = try laboratory.host("server")
        let listener = try server.visit { try StreamSocket(.ipv4) }
        try listener.bind(target)
        try listener.listen(backlog: backlog)
        let before = try server.counters()["Tcp.InSegs"] ?? 0
        let flooder = try flood(try laboratory.host("attacker"))
        defer { flooder.cancel() }
        let came = try Patience.wait(limit) { try server.counters()["Tcp.InSegs"] ?? 0 >= before + Int64(syns) }
        guard came else { return nil }
        let beyond = try server.sockets([.ipv4]).count { $0.state == "SYN_RECV" } - backlog
        return [0, 1].contains(beyond) ? beyond : nil
    }

    private static func flood(_ attacker: LabHost) throws -> Flooder {
        let inject = Inject(
            host: "attacker", interface: near.name, mac: far.mac, to: target, packet: .syn, count: syns,
            from: IPAddress(bytes: [198, 19, 0, 1]), sources: syns, atMost: limit)
        let index = try attacker.interfaceIndex(near.name)
        let socket = try attacker.visit {
            let socket = try RawSocket("inject")
            try socket.bind(to: index, listening: false, "inject")
            return socket
        }
        return try Flooder(inject, try FrameBuilder(inject, from: near.mac), by: socket, bell: try Bell())
    }

    private static let near = Interface(
        name: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 1]),
        addresses: [Prefix(IPAddress(bytes: [198, 18, 0, 1]), 24)])
    private static let far = Interface(
        name: "to-attacker", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 2]),
        addresses: [Prefix(IPAddress(bytes: [198, 18, 0, 2]), 24)])
    private static let target = SocketAddress(IPAddress(bytes: [198, 18, 0, 2]), port)
    private static let madeUp = Prefix(IPAddress(bytes: [198, 19, 0, 0]), 16)

    /// Without cookies, and with so large a tcp_max_syn_backlog that it does not decide.
    private static var plan: Plan {
        let gateway = IPAddress(bytes: [198, 18, 0, 1])
        return Plan(
            instance: "probe", scenario: "probe", summary: "", family: .ipv4,
            hosts: [
                Host(
                    name: "attacker", interfaces: [near], routes: [Route(destination: madeUp, target: .blackhole)],
                    neighbours: [Neighbour(interface: near.name, address: target.address, mac: far.mac)]),
                Host(
                    name: "server", interfaces: [far],
                    routes: [Route(destination: madeUp, target: .gateway(gateway, interface: far.name))],
                    neighbours: [Neighbour(interface: far.name, address: gateway, mac: near.mac)],
                    sysctls: [
                        SysctlSetting(key: "net.ipv4.tcp_syncookies", value: "0", optional: true),
                        SysctlSetting(key: "net.ipv4.tcp_max_syn_backlog", value: "128"),
                        SysctlSetting(key: "net.ipv4.conf.all.rp_filter", value: "0"),
                        SysctlSetting(key: "net.ipv4.conf.default.rp_filter", value: "0"),
                    ]),
            ],
            links: [
                Link(
                    Attachment(host: "attacker", interface: near.name), Attachment(host: "server", interface: far.name))
            ], faults: [], steps: [], expectations: [], deadline: limit)
    }
}
