extension KernelChanges {
    /// The one data file of what Linux changed. An entry is made from two trees, one without and one with the change, or
    /// two running kernels; a commit that nobody has looked up is left out rather than guessed.
    package static let book: [Entry] = handshake + timers + ends + memory + counting + others

    private static let v6x1 = KernelRelease(6, 1)
    private static let v6x12 = KernelRelease(6, 12)
    private static let v6x18 = KernelRelease(6, 18)

    /// How connections are made.
    private static let handshake = [
        Entry(
            KernelChange(
                "syn-linear-timeouts", "The first repeated SYNs wait no longer than the first one did.",
                since: KernelRelease(6, 5), commit: "ccce324dabfe", scenario: "connect-timeout-default"),
            [.sysctlAppeared("net.ipv4.tcp_syn_linear_timeouts")]),
        Entry(
            KernelChange(
                "half-open-beyond-backlog", "A listener holds one half-open connection more than its backlog.",
                since: KernelRelease(6, 14), commit: "3479c7549fb1",
                subject: "tcp/dccp: allow a connection when sk_max_ack_backlog is zero", isInStables: true,
                scenario: "half-open-limit"),
            [.halfOpenBeyondBacklog(from: 0, to: 1)]),
        Entry(
            KernelChange(
                "migrate-req", "A half-open connection can move to another listener of its SO_REUSEPORT group.",
                since: KernelRelease(5, 14)),
            [.sysctlAppeared("net.ipv4.tcp_migrate_req")]),
        Entry(
            KernelChange(
                "timestamp-echo", "A final ACK whose timestamp echoes nothing that was sent is dropped, and counted.",
                since: v6x18, absentIn: v6x12),
            [.counterAppeared("TcpExt.TSEcrRejected")]),
        Entry(
            KernelChange(
                "accurate-ecn", "AccECN can be negotiated; by default only with peers that ask for it.",
                since: v6x18),
            [
                .sysctlAppeared("net.ipv4.tcp_ecn_option"), .sysctlAppeared("net.ipv4.tcp_ecn_option_beacon"),
            ]),
        Entry(
            KernelChange(
                "tcp-ao", "TCP-AO (RFC 5925), with counters of its own.", since: v6x12, absentIn: v6x1),
            [
                .counterAppeared("TcpExt.TCPAOBad"), .counterAppeared("TcpExt.TCPAODroppedIcmps"),
                .counterAppeared("TcpExt.TCPAOGood"), .counterAppeared("TcpExt.TCPAOKeyNotFound"),
                .counterAppeared("TcpExt.TCPAORequired"),
            ]),
    ]

    /// Retransmission and delayed ACKs.
    private static let timers = [
        Entry(
            KernelChange(
                "rto-min", "The shortest RTO of new connections can be set.", since: KernelRelease(6, 11)),
            [.sysctlAppeared("net.ipv4.tcp_rto_min_us")]),
        Entry(
            KernelChange(
                "rto-max", "The longest RTO can be set.", since: KernelRelease(6, 15)),
            [.sysctlAppeared("net.ipv4.tcp_rto_max_ms")]),
        Entry(
            KernelChange(
                "backlog-ack-defer", "One ACK is sent for all that waits in a socket's backlog.",
                since: v6x12, absentIn: v6x1),
            [.sysctlAppeared("net.ipv4.tcp_backlog_ack_defer")]),
        Entry(
            KernelChange(
                "pingpong-threshold", "After how many answers a connection counts as interactive can be set.",
                since: v6x12, absentIn: v6x1),
            [.sysctlAppeared("net.ipv4.tcp_pingpong_thresh")]),
        Entry(
            KernelChange(
                "plb", "A congested connection can move to another path (protective load balancing, off by default).",
                since: v6x12, absentIn: v6x1),
            [
                .sysctlAppeared("net.ipv4.tcp_plb_enabled"), .sysctlAppeared("net.ipv4.tcp_plb_cong_thresh"),
                .sysctlAppeared("net.ipv4.tcp_plb_idle_rehash_rounds"),
                .sysctlAppeared("net.ipv4.tcp_plb_rehash_rounds"),
                .sysctlAppeared("net.ipv4.tcp_plb_suspend_rto_sec"), .counterAppeared("TcpExt.TCPPLBRehash"),
            ]),
    ]

    /// How connections end.
    private static let ends = [
        Entry(
            KernelChange(
                "tw-reuse-delay", "How old a TIME_WAIT must be to be used again is exact, and can be set.",
                since: KernelRelease(6, 14)),
            [.sysctlAppeared("net.ipv4.tcp_tw_reuse_delay")]),
        Entry(
            KernelChange(
                "paws-reasons", "Segments that PAWS drops are counted by reason.", since: v6x18, absentIn: v6x12),
            [.counterAppeared("TcpExt.PAWSOldAck"), .counterAppeared("TcpExt.PAWSTimewait")]),
        Entry(
            KernelChange(
                "beyond-window", "Segments that reach beyond the receive window are counted.",
                since: v6x18, absentIn: v6x12),
            [.counterAppeared("TcpExt.BeyondWindow")]),
    ]

    /// Tables, buffers and the sockets themselves.
    private static let memory = [
        Entry(
            KernelChange(
                "established-table", "A network namespace can have a table of established connections of its own.",
                since: KernelRelease(6, 1)),
            [
                .sysctlAppeared("net.ipv4.tcp_child_ehash_entries"), .sysctlAppeared("net.ipv4.tcp_ehash_entries"),
            ]),
        Entry(
            KernelChange(
                "receive-buffer", "A receive buffer may grow to 32 MiB.", since: v6x18, absentIn: v6x12),
            [
                .sysctlDefault("net.ipv4.tcp_rmem", from: "4096 131072 6291456", to: "4096 131072 33554432")
            ]),
        Entry(
            KernelChange(
                "tcp-sock-groups", "The members of struct tcp_sock are grouped by cache lines (include/linux/tcp.h).",
                since: v6x12, absentIn: v6x1),
            [
                .objectSize("TCP", from: 2304, to: 2432), .objectSize("TCPv6", from: 2496, to: 2624),
            ]),
        Entry(
            KernelChange(
                "tw-bind2-node", "A TIME_WAIT has lost its node in the second bind table (tw_bind2_node).",
                since: v6x12, absentIn: v6x1),
            [
                .objectSize("tw_sock_TCP", from: 272, to: 256), .objectSize("tw_sock_TCPv6", from: 272, to: 256),
            ]),
        Entry(
            KernelChange(
                "core-sysctls-shown",
                "Network namespaces show the buffer limits of the whole machine, and have an "
                    + "optmem_max of their own (netns_core_table).",
                since: v6x12, absentIn: v6x1),
            [
                .sysctlAppeared("net.core.optmem_max"), .sysctlAppeared("net.core.rmem_default"),
                .sysctlAppeared("net.core.rmem_max"), .sysctlAppeared("net.core.wmem_default"),
                .sysctlAppeared("net.core.wmem_max"),
            ]),
    ]

    /// Counters beside those of TCP.
    private static let counting = [
        Entry(
            KernelChange(
                "ip-out-transmits", "IP counts what it hands to the link, beside what it was asked to send.",
                since: v6x12, absentIn: v6x1),
            [.counterAppeared("Ip.OutTransmits"), .counterAppeared("Ip6.OutTransmits")]),
        Entry(
            KernelChange(
                "mptcp-counters", "MPTCP counts why it falls back, what it announces and its connections.",
                since: v6x12, absentIn: v6x1),
            [
                "AddAddrTx", "AddAddrTxDrop", "Blackhole", "DssFallback", "EchoAddTx", "EchoAddTxDrop",
                "FallbackFailed",
                "MD5SigFallback", "MPCapableDataFallback", "MPCapableSYNTXDisabled", "MPCapableSYNTXDrop",
                "MPCurrEstab", "MPJoinSynTx", "MPJoinSynTxBindErr", "MPJoinSynTxConnectErr", "MPJoinSynTxCreatSkErr",
                "RmAddrTx", "RmAddrTxDrop", "SimultConnectFallback",
            ].map { .counterAppeared("MPTcpExt.\($0)") }),
    ]

    /// Sysctls that decide over no TCP connection, or only over which way it takes.
    private static let others = [
        Entry(
            KernelChange(
                "rps-default-mask", "The CPUs that new interfaces spread packets over can be set.",
                since: v6x12, absentIn: v6x1),
            [.sysctlAppeared("net.core.rps_default_mask")]),
        Entry(
            KernelChange(
                "lwtunnel-hook",
                "The sysctl of netfilter's hook for lightweight tunnels no longer waits for nf_conntrack.",
                since: v6x12, absentIn: v6x1),
            [.sysctlAppeared("net.netfilter.nf_hooks_lwtunnel")]),
        Entry(
            KernelChange(
                "multipath-seed", "The seed of multipath routing's hash can be set.", since: v6x12, absentIn: v6x1),
            [.sysctlAppeared("net.ipv4.fib_multipath_hash_seed")]),
        Entry(
            KernelChange(
                "udp-table", "A network namespace can have a UDP table of its own.", since: v6x12, absentIn: v6x1),
            [
                .sysctlAppeared("net.ipv4.udp_child_hash_entries"), .sysctlAppeared("net.ipv4.udp_hash_entries"),
            ]),
        Entry(
            KernelChange(
                "ipv6-router-advertisements",
                "How IPv6 heeds the prefixes of router advertisements, and when it makes new temporary addresses.",
                since: v6x12, absentIn: v6x1),
            ["ra_honor_pio_life", "ra_honor_pio_pflag", "regen_min_advance"].flatMap { name in
                ["all", "default"].map { .sysctlAppeared("net.ipv6.conf.\($0).\(name)") }
            }),
        Entry(
            KernelChange(
                "ipv6-anycast-errors", "ICMPv6 errors can come from an anycast address.", since: v6x12, absentIn: v6x1),
            [.sysctlAppeared("net.ipv6.icmp.error_anycast_as_unicast")]),
        Entry(
            KernelChange(
                "mptcp-schedulers", "MPTCP has schedulers to choose from, and timeouts that can be set.",
                since: v6x12, absentIn: v6x1),
            [
                .sysctlAppeared("net.mptcp.available_schedulers"), .sysctlAppeared("net.mptcp.scheduler"),
                .sysctlAppeared("net.mptcp.blackhole_timeout"), .sysctlAppeared("net.mptcp.close_timeout"),
            ]),
    ]
}
