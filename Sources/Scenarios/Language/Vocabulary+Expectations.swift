extension Vocabulary {
    private static let within = "Between these times from its start: 6s..8s, or at most: 8s."

    private static func claim(
        _ name: String, _ summary: String, _ fields: [Field], open: Record.Open? = nil,
        exactlyOne: [[String]] = [], within: Bool = false, count: Bool = false, built: Bool = true
    ) -> Word {
        let every = [
            Field("within", .interval, Self.within, built: within),
            Field("count", .count, "How many: 7, 5..7, 2..", required: count, built: count),
        ]
        return Word(name, summary, Record(fields + every, open: open, exactlyOne: exactlyOne), built: built)
    }

    package static let expectations = [
        claim(
            "law", "A law of the kernel holds for a socket: LAW: SOCKET.", [],
            open: .init(.law, .reference(.socket), count: 1...1)),
        claim(
            "call", "How a call of a socket ends: SOCKET: returns or fails. Of a series: each of its calls.",
            [
                Field("in", .choice(["connect", "send", "receive"]), "Which call; connect unless said."),
                Field("errno", .choice(errnos), "The error it fails with."),
            ],
            open: .init(.socket, .choice(["returns", "fails"]), count: 1...1), within: true),
        claim(
            "packets", "How many packets a host's tap sees.",
            selector + [Field("at", .reference(.host), "Whose tap counts; where they arrive unless said.")],
            within: true, count: true),
        claim(
            "state", "Which states a socket goes through.",
            [
                Field("of", .reference(.socket), "The socket.", required: true),
                Field("is", .choice(states + ["gone"]), "It is in this state at some time."),
                Field("never", .choice(states + ["gone"]), "It is never in this state."),
            ], exactlyOne: [["is", "never"]]),
        claim(
            "queue", "How long a listener's queue gets.",
            [
                Field("of", .reference(.socket), "The listener.", required: true),
                Field("kind", .choice(["accept", "half-open"]), "Which queue.", required: true),
                Field("peak", .count, "Its greatest length."), Field("now", .count, "Its length at the end."),
            ], exactlyOne: [["peak", "now"]]),
        claim(
            "counters", "By how much a host's counters grow: HOST: { TcpExt.TCPTimeouts: +1 }.", [],
            open: .init(.host, .record(Record([], open: .init(.counter, .count))))),
        claim(
            "memory", "What sockets in one state cost: an object of the state's own slab cache for each.",
            [Field("per", .choice(["SYN_RECV", "ESTABLISHED", "TIME_WAIT"]), "The state.", required: true)], count: true
        ),
        claim(
            "sysctl", "What a host's sysctl reads: a value, or absent.",
            [Field("on", .reference(.host), "The host.", required: true)],
            open: .init(.sysctl, .sysctlValue)),
    ]

    /// What connect() and its like end with (connect(2), tcp(7)).
    static let errnos = [
        "EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "EAGAIN", "EALREADY", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET",
        "EHOSTUNREACH", "EINPROGRESS", "EINVAL", "EISCONN", "ENETUNREACH", "ENOBUFS", "ENOTCONN", "EPERM", "EPIPE",
        "EPROTO", "ETIMEDOUT",
    ]

    /// Socket options by their kernel names, and the unit of their value; an empty unit is a plain number.
    static let socketOptions: [String: String] = [
        "SO_KEEPALIVE": "", "SO_RCVBUF": "B", "SO_REUSEADDR": "", "SO_REUSEPORT": "", "SO_SNDBUF": "B",
        "TCP_CORK": "", "TCP_DEFER_ACCEPT": "s", "TCP_FASTOPEN": "", "TCP_FASTOPEN_CONNECT": "", "TCP_KEEPCNT": "",
        "TCP_KEEPIDLE": "s", "TCP_KEEPINTVL": "s", "TCP_LINGER2": "s", "TCP_MAXSEG": "B", "TCP_NODELAY": "",
        "TCP_QUICKACK": "", "TCP_RTO_MAX_MS": "ms", "TCP_RTO_MIN_US": "us", "TCP_SYNCNT": "",
        "TCP_USER_TIMEOUT": "ms", "TCP_WINDOW_CLAMP": "B", "IP_BIND_ADDRESS_NO_PORT": "",
    ]

    /// The tables of /proc/net/netstat, /proc/net/snmp and /proc/net/snmp6.
    static let counterTables = ["Ip", "IpExt", "Icmp", "Tcp", "TcpExt", "Udp", "Ip6", "Icmp6", "MPTcpExt"]
}
