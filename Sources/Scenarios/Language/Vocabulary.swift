/// Every word of the scenario language: the one table that reading, checking, `validate` and the JSON Schema share.
package enum Vocabulary {
    package static let scenario = Record([
        Field("summary", .text, "What happens, in one sentence.", required: true),
        Field("question", .text, "The operator's question that the scenario answers."),
        Field("why", .text, "What goes wrong for people who do not know the answer."),
        Field("reference", .text, "The documents and kernel functions that say so."),
        Field("answer", .record(answer), "What `tcpfault explain` answers; the figures come from the laws."),
        Field(
            "topology", .reference(.topology), "The hosts and links: a file in netns/ without its ending.",
            required: true),
        Field("families", .oneOrMore(.choice(["ipv4", "ipv6"])), "The IP versions to run on; both unless said."),
        Field("tags", .oneOrMore(.text), "Words for choosing scenarios with --tag."),
        Field("alone", .toggle, "Run with nothing beside it: for what machine-wide figures disturb."),
        Field("without", .record(without), "The cause, where it is not the faults: what a counter-run leaves out."),
        Field("sysctls", .record(hostSysctls), "Sysctls of each host, on top of the pinned ones."),
        Field(
            "matrix", .record(Record([], open: .init(.hostSysctl, .list(.sysctlValue), count: 1...8))),
            "One instance for each value of HOST:SYSCTL."),
        Field("initial-rto", .duration, "What TCP begins to wait with, 1 s unless said; set by a BPF program."),
        Field("faults", .list(.phrase(faults)), "What is lost, and where to."),
        Field("actions", .list(.phrase(actions)), "What the hosts do, in this order.", required: true),
        Field("expect", .list(.phrase(expectations)), "What must be seen.", required: true),
        Field("deadline", .duration, "Give up after this long; by default a little longer than the laws allow."),
    ])

    package static let topology = Record([
        Field("summary", .text, "The hosts and how they are joined, in one sentence.", required: true),
        Field("hosts", .list(.definition(.host)), "Each is a network namespace of its own.", required: true),
        Field(
            "links",
            .list(
                .record(Record([Field("between", .list(.reference(.host)), "Its two ends.", required: true)]))),
            "Each is a veth.", required: true),
        Field("spoofed", .reference(.host), "The host that every made-up address leads to."),
        Field("routers", .oneOrMore(.reference(.host)), "The hosts that pass on what is for others."),
    ])

    package static let baseline = Record([
        Field("summary", .text, "What is pinned, and why.", required: true),
        Field("sysctls", .record(sysctls), "Written on every host where the kernel has them.", required: true),
    ])

    static let answer = Record([
        Field("happens", .text, "What happens, as somebody sees it who was surprised by it.", required: true),
        Field("because", .text, "Why, with the kernel function that decides."),
        Field("costs", .text, "What it costs, and whom."),
        Field("advice", .text, "What is usually recommended."),
        Field("unless", .text, "When not to follow the advice."),
    ])

    package static let profile = Record([
        Field("summary", .text, "Whose sysctls these are, in one sentence.", required: true),
        Field("sysctls", .record(sysctls), "Written on every host.", required: true),
    ])

    static let sysctls = Record([], open: .init(.sysctl, .sysctlValue, count: 1...256))
    static let hostSysctls = Record([], open: .init(.host, .record(sysctls)))

    static let without = Record(
        [
            Field("action", .oneOrMore(.reference(.action)), "The actions of this name are left out."),
            Field("fault", .oneOrMore(.reference(.fault)), "The faults of this name are left out."),
            Field("sysctl", .record(hostSysctls), "These sysctls are left as the kernel made them."),
            Field("initial-rto", .choice(["default"]), "The initial RTO is left as the kernel made it."),
        ], exactlyOne: [["action", "fault", "sysctl", "initial-rto"]])

    /// Which packets. `faults`, `packets` and `wait` share it.
    static let selector = [
        Field("from", .reference(.host), "The host that sends them."),
        Field("to", .reference(.host), "The host that they go to."),
        Field(
            "packet", .choice(["syn", "syn-ack", "ack", "data", "fin", "rst", "any"]),
            "syn: without ACK; ack: ACK alone, no payload; ECN bits never matter."),
        Field(
            "flags",
            .record(
                Record([
                    Field("set", .oneOrMore(.choice(flags)), "Flags that must be set."),
                    Field("clear", .oneOrMore(.choice(flags)), "Flags that must not be set."),
                ])), "In place of packet."),
        Field("connection", .reference(.socket), "Only packets of this connection."),
    ]

    static let flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"]

    static let faults = [
        Word(
            "drop", "Lost on the wire: dropped at the receiver's ingress.",
            Record(
                selector + [
                    Field("nth", .nth, "Which of the matching packets: 1, 2..4, 2.. (from 1; all unless said)."),
                    Field("share", .percent, "A part of the matching packets, chosen by seed: 25%."),
                    Field("seed", .integer(0...Int(UInt32.max)), "Which part; the same seed takes the same packets."),
                    Field("name", .definition(.fault), "What fault actions and reports call it."),
                    Field("starts", .toggle, "off: switched on by a fault action; on unless said."),
                ])),
        Word(
            "unreachable", "A router has no way to a host, and says so by ICMP.",
            Record([
                Field("on", .reference(.host), "The router.", required: true),
                Field("to", .reference(.host), "The host that it has no way to.", required: true),
                Field("name", .definition(.fault), "What without: and reports call it."),
            ])),
    ]
}
