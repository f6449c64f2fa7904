/// The modules without which plans cannot run in a guest, each with its reason. A kernel may have them built in.
package enum WantedModule {
    package static let all: [(name: String, reason: String)] = [
        ("veth", "the links between hosts"),
        ("sch_ingress", "clsact, to which faults are attached"),
        ("cls_bpf", "the filters that faults are"),
        ("inet_diag", "what sockets tell of themselves: retransmission timers, queues"),
        ("tcp_diag", "TCP's part of that"),
        ("af_packet", "taps, and made-up packets"),
        ("ipv6", "the other address family"),
    ]

    package static let names = all.map(\.name)

    /// Files are called by - or _, the kernel says _.
    package static func canonical(_ name: some StringProtocol) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }
}
