extension KernelChanges {
    /// The one data file of what Linux changed: what two kernels showed to be different, with the commit that did it and
    /// the release that came with. What nobody has traced to its commit is left out rather than guessed.
    package static let book: [Entry] = handshake + timers + ends + memory + counting + others

    /// How connections are made.
    private static let handshake = [
        Entry(
            "syn-linear-timeouts", "The first repeated SYNs wait no longer than the first one did.",
            since: KernelRelease(6, 5), commit: "ccce324dabfe",
            subject: "tcp: make the first N SYN RTO backoffs linear", scenario: "connect-timeout-default",
            sysctls: ["net.ipv4.tcp_syn_linear_timeouts"]),
        Entry(
            "half-open-beyond-backlog", "A listener holds one half-open connection more than its backlog.",
            since: KernelRelease(6, 13), commit: "3479c7549fb1",
            subject: "tcp/dccp: allow a connection when sk_max_ack_backlog is zero", isInStables: true,
            scenario: "half-open-limit", others: [.halfOpenBeyondBacklog(from: 0, to: 1)]),
        Entry(
            "migrate-req", "A half-open connection can move to another listener of its SO_REUSEPORT group.",
            since: KernelRelease(5, 14), commit: "f9ac779f881c", subject: "net: Introduce net.ipv4.tcp_migrate_req.",
            isInStables: true, sysctls: ["net.ipv4.tcp_migrate_req"]),
        Entry(
            "timestamp-echo", "A final ACK whose timestamp echoes nothing that was sent is dropped, and counted.",
            since: KernelRelease(6, 15), commit: "3ba075278c11",
            subject: "tcp: be less liberal in TSEcr received while in SYN_RECV state", isInStables: true,
            counters: ["TcpExt.TSEcrRejected"]),
        Entry(
            "accurate-ecn", "AccECN can be negotiated; off by default.", since: KernelRelease(6, 18),
            commit: "b5e74132dfbe", subject: "tcp: accecn: AccECN option",
            sysctls: ["net.ipv4.tcp_ecn_option", "net.ipv4.tcp_ecn_option_beacon"]),
        Entry(
            "tcp-ao", "TCP-AO (RFC 5925), with counters of its own.", since: KernelRelease(6, 7),
            commit: "af09a341dcf6", subject: "net/tcp: Add TCP-AO segments counters",
            counters: [
                "TcpExt.TCPAOBad", "TcpExt.TCPAODroppedIcmps", "TcpExt.TCPAOGood", "TcpExt.TCPAOKeyNotFound",
                "TcpExt.TCPAORequired",
            ]),
    ]

    /// Retransmission and delayed ACKs.
    private static let timers = [
        Entry(
            "rto-min", "The shortest RTO of new connections can be set.", since: KernelRelease(6, 11),
            commit: "f086edef71be", subject: "tcp: add sysctl_tcp_rto_min_us", sysctls: ["net.ipv4.tcp_rto_min_us"]),
        Entry(
            "rto-max", "The longest RTO can be set.", since: KernelRelease(6, 15), commit: "1280c26228bd",
            subject: "tcp: add tcp_rto_max_ms sysctl", sysctls: ["net.ipv4.tcp_rto_max_ms"]),
        Entry(
            "syn-ack-rto-max", "The longest RTO is that of a listener's repeated SYN+ACKs too.",
            since: KernelRelease(6, 19), commit: "1e9d3005e02c", subject: "tcp: Apply max RTO to non-TFO SYN+ACK.",
            scenario: "syn-ack-lost", others: [.law("syn-ack-retransmission")]),
        Entry(
            "backlog-ack-defer", "One ACK is sent for all that waits in a socket's backlog.",
            since: KernelRelease(6, 7), commit: "133c4c0d3717",
            subject: "tcp: defer regular ACK while processing socket backlog", isInStables: true,
            sysctls: ["net.ipv4.tcp_backlog_ack_defer"]),
        Entry(
            "receiver-repaths", "Whoever gets data twice sends its ACKs another way at the first time already.",
            since: KernelRelease(6, 7), commit: "939463016b7a",
            subject: "tcp: change data receiver flowlabel after one dup",
            others: [.counterCounts("TcpExt.TcpDuplicateDataRehash")]),
        Entry(
            "pingpong-threshold", "After how many answers a connection counts as interactive can be set.",
            since: KernelRelease(6, 7), commit: "562b1fdf061b", subject: "tcp: Set pingpong threshold via sysctl",
            isInStables: true, sysctls: ["net.ipv4.tcp_pingpong_thresh"]),
        Entry(
            "plb", "A congested connection can move to another path (protective load balancing, off by default).",
            since: KernelRelease(6, 2), commit: "bd456f283b66", subject: "tcp: add sysctls for TCP PLB parameters",
            sysctls: [
                "net.ipv4.tcp_plb_enabled", "net.ipv4.tcp_plb_cong_thresh", "net.ipv4.tcp_plb_idle_rehash_rounds",
                "net.ipv4.tcp_plb_rehash_rounds", "net.ipv4.tcp_plb_suspend_rto_sec",
            ], counters: ["TcpExt.TCPPLBRehash"]),
    ]

    /// How connections end.
    private static let ends = [
        Entry(
            "tw-reuse-delay", "How old a TIME_WAIT must be to be used again is exact, and can be set.",
            since: KernelRelease(6, 14), commit: "ca6a6f93867a",
            subject: "tcp: Add sysctl to configure TIME-WAIT reuse delay", sysctls: ["net.ipv4.tcp_tw_reuse_delay"]),
        Entry(
            "paws-old-ack", "Old ACKs that PAWS drops are counted on their own.", since: KernelRelease(6, 14),
            commit: "d16b34479064", subject: "tcp: add LINUX_MIB_PAWS_OLD_ACK SNMP counter",
            counters: ["TcpExt.PAWSOldAck"]),
        Entry(
            "paws-timewait", "Segments that PAWS drops in TIME_WAIT are counted on their own.",
            since: KernelRelease(6, 16), commit: "c449d5f3a3d7", subject: "tcp: add LINUX_MIB_PAWS_TW_REJECTED counter",
            counters: ["TcpExt.PAWSTimewait"]),
        Entry(
            "beyond-window", "Segments that reach beyond the receive window are dropped, and counted.",
            since: KernelRelease(6, 17), commit: "9ca48d616ed7", subject: "tcp: do not accept packets beyond window",
            counters: ["TcpExt.BeyondWindow"]),
    ]

    /// Tables, buffers and the sockets themselves.
    private static let memory = [
        Entry(
            "established-table", "A network namespace can have a table of established connections of its own.",
            since: KernelRelease(6, 1), commit: "d1e5e6408b30", subject: "tcp: Introduce optional per-netns ehash.",
            sysctls: ["net.ipv4.tcp_child_ehash_entries", "net.ipv4.tcp_ehash_entries"]),
        Entry(
            "receive-buffer", "A receive buffer may grow to 32 MiB, where there is memory enough.",
            since: KernelRelease(6, 16),
            commit: "572be9bf9d0d", subject: "tcp: increase tcp_rmem[2] to 32 MB",
            others: [.sysctlRaised("net.ipv4.tcp_rmem")]),
        Entry(
            "tcp-sock-groups",
            "The members of struct tcp_sock are grouped by cache lines, among other changes to it (include/linux/tcp.h).",
            since: KernelRelease(6, 8), commit: "d5fed5addb2b", subject: "tcp: reorganize tcp_sock fast path variables",
            others: [.objectSize("TCP", from: 2304, to: 2432), .objectSize("TCPv6", from: 2496, to: 2624)]),
        Entry(
            "tw-bind2-node", "A TIME_WAIT has lost its node in the second bind table (tw_bind2_node).",
            since: KernelRelease(6, 8), commit: "8191792c18c5", subject: "tcp: Remove dead code and fields for bhash2.",
            others: [.objectSize("tw_sock_TCP", from: 272, to: 256), .objectSize("tw_sock_TCPv6", from: 272, to: 256)]),
        Entry(
            "optmem-max", "A network namespace has an optmem_max of its own.", since: KernelRelease(6, 8),
            commit: "f5769faeec36", subject: "net: Namespace-ify sysctl_optmem_max", sysctls: ["net.core.optmem_max"]),
        Entry(
            "core-sysctls-shown", "Network namespaces show the buffer limits of the whole machine.",
            since: KernelRelease(6, 11), commit: "19249c0724f2",
            subject: "net: make net.core.{r,w}mem_{default,max} namespaced",
            sysctls: ["net.core.rmem_default", "net.core.rmem_max", "net.core.wmem_default", "net.core.wmem_max"]),
        Entry(
            "core-buffers", "The largest socket buffer that may be asked for is 4 MiB.", since: KernelRelease(6, 18),
            commit: "a6d4f25888b8", subject: "net: set net.core.rmem_max and net.core.wmem_max to 4 MB",
            others: [
                .sysctlDefault("net.core.r_max", from: "212992", to: "4194304"),
                .sysctlDefault("net.core.w_max", from: "212992", to: "4194304"),
            ]),
        Entry(
            "limit-output", "A socket may have 4 MiB waiting in queues below TCP.", since: KernelRelease(6, 16),
            commit: "9ea3bfa61b09", subject: "tcp: increase tcp_limit_output_bytes default value to 4MB",
            others: [.sysctlDefault("net.ipv4.tcp_limit_output_bytes", from: "1048576", to: "4194304")]),
    ]

    /// Counters beside those of TCP.
    private static let counting = [
        Entry(
            "ip-out-transmits", "IP counts what it hands to the link, beside what it was asked to send.",
            since: KernelRelease(6, 7), commit: "b4a11b2033b7",
            subject: "net: fix IPSTATS_MIB_OUTPKGS increment in OutForwDatagrams.", isInStables: true,
            counters: ["Ip.OutTransmits", "Ip6.OutTransmits"]),
        Entry(
            "mptcp-address-counters", "MPTCP counts the addresses that it announces.", since: KernelRelease(6, 5),
            commit: "45b1a1227a7a", subject: "mptcp: introduces more address related mibs",
            counters: [
                "MPTcpExt.AddAddrTx", "MPTcpExt.AddAddrTxDrop", "MPTcpExt.EchoAddTx", "MPTcpExt.EchoAddTxDrop",
                "MPTcpExt.RmAddrTx", "MPTcpExt.RmAddrTxDrop",
            ]),
        Entry(
            "mptcp-established", "MPTCP counts its established connections.", since: KernelRelease(6, 8),
            commit: "d9cd27b8cd19", subject: "mptcp: add CurrEstab MIB counter support", isInStables: true,
            counters: ["MPTcpExt.MPCurrEstab"]),
        Entry(
            "mptcp-blackhole", "MPTCP is not tried for a while where its SYNs are lost.", since: KernelRelease(6, 12),
            commit: "27069e7cb3d1", subject: "mptcp: disable active MPTCP in case of blackhole",
            sysctls: ["net.mptcp.blackhole_timeout"],
            counters: ["MPTcpExt.Blackhole", "MPTcpExt.MPCapableSYNTXDisabled", "MPTcpExt.MPCapableSYNTXDrop"]),
        Entry(
            "mptcp-join-counters", "MPTCP counts the MP_JOINs that it sends.", since: KernelRelease(6, 12),
            commit: "1bd1788b6cab", subject: "mptcp: MIB counters for sent MP_JOIN",
            counters: [
                "MPTcpExt.MPJoinSynTx", "MPTcpExt.MPJoinSynTxBindErr", "MPTcpExt.MPJoinSynTxConnectErr",
                "MPTcpExt.MPJoinSynTxCreatSkErr",
            ]),
        Entry(
            "mptcp-fallbacks", "MPTCP counts why it falls back to TCP.", since: KernelRelease(6, 17),
            commit: "c65c2e3bae69", subject: "mptcp: track fallbacks accurately via mibs", isInStables: true,
            counters: [
                "MPTcpExt.DssFallback", "MPTcpExt.FallbackFailed", "MPTcpExt.MD5SigFallback",
                "MPTcpExt.MPCapableDataFallback", "MPTcpExt.SimultConnectFallback",
            ]),
        Entry(
            "mptcp-join-rejected", "MPTCP counts the MP_JOINs that it rejects.", since: KernelRelease(6, 16),
            commit: "4ce7fb8de556", subject: "mptcp: add MPJoinRejected MIB counter",
            counters: ["MPTcpExt.MPJoinRejected"]),
    ]

    /// Sysctls that decide over no TCP connection, or only over which way it takes.
    private static let others = [
        Entry(
            "rps-default-mask", "The CPUs that new interfaces spread packets over can be set.",
            since: KernelRelease(6, 3), commit: "605cfa1b1090",
            subject: "net: introduce default_rps_mask netns attribute", sysctls: ["net.core.rps_default_mask"]),
        Entry(
            "lwtunnel-hook", "The sysctl of netfilter's hook for lightweight tunnels no longer waits for nf_conntrack.",
            since: KernelRelease(6, 10), commit: "a2225e0250c5",
            subject: "netfilter: move the sysctl nf_hooks_lwtunnel into the netfilter core", isInStables: true,
            sysctls: ["net.netfilter.nf_hooks_lwtunnel"]),
        Entry(
            "multipath-seed", "The seed of multipath routing's hash can be set.", since: KernelRelease(6, 11),
            commit: "4ee2a8cace3f", subject: "net: ipv4: Add a sysctl to set multipath hash seed",
            sysctls: ["net.ipv4.fib_multipath_hash_seed"]),
        Entry(
            "udp-table", "A network namespace can have a UDP table of its own.", since: KernelRelease(6, 2),
            commit: "9804985bf27f", subject: "udp: Introduce optional per-netns hash table.",
            sysctls: ["net.ipv4.udp_child_hash_entries", "net.ipv4.udp_hash_entries"]),
        Entry(
            "ra-pio-life", "IPv6 can take the lifetimes of router advertisements as they are.",
            since: KernelRelease(6, 7), commit: "473267a4911f",
            subject: "net: add sysctl to disable rfc4862 5.5.3e lifetime handling",
            sysctls: ["net.ipv6.conf.all.ra_honor_pio_life", "net.ipv6.conf.default.ra_honor_pio_life"]),
        Entry(
            "ra-pio-pflag", "IPv6 can heed the P flag of router advertisements.", since: KernelRelease(6, 12),
            commit: "990c30493013", subject: "Add support for PIO p flag",
            sysctls: ["net.ipv6.conf.all.ra_honor_pio_pflag", "net.ipv6.conf.default.ra_honor_pio_pflag"]),
        Entry(
            "regen-advance", "How early IPv6 makes a new temporary address can be set.", since: KernelRelease(6, 9),
            commit: "a5fcea2d2f79", subject: "net: ipv6/addrconf: introduce a regen_min_advance sysctl",
            sysctls: ["net.ipv6.conf.all.regen_min_advance", "net.ipv6.conf.default.regen_min_advance"]),
        Entry(
            "force-forwarding", "IPv6 forwarding can be forced for single interfaces.", since: KernelRelease(6, 17),
            commit: "f24987ef6959", subject: "ipv6: add `force_forwarding` sysctl to enable per-interface forwarding",
            sysctls: ["net.ipv6.conf.all.force_forwarding", "net.ipv6.conf.default.force_forwarding"]),
        Entry(
            "ipv6-anycast-errors", "ICMPv6 errors can come from an anycast address.", since: KernelRelease(6, 4),
            commit: "7ab75456be14", subject: "ipv6: add icmpv6_error_anycast_as_unicast for ICMPv6",
            sysctls: ["net.ipv6.icmp.error_anycast_as_unicast"]),
        Entry(
            "mptcp-scheduler", "MPTCP has schedulers to choose from.", since: KernelRelease(6, 6),
            commit: "e3b2870b6d22", subject: "mptcp: add a new sysctl scheduler", sysctls: ["net.mptcp.scheduler"]),
        Entry(
            "mptcp-schedulers", "MPTCP tells which schedulers there are.", since: KernelRelease(6, 10),
            commit: "73c900aa3660", subject: "mptcp: add net.mptcp.available_schedulers",
            sysctls: ["net.mptcp.available_schedulers"]),
        Entry(
            "mptcp-close-timeout", "How long MPTCP waits for a broken connection can be set.",
            since: KernelRelease(6, 7), commit: "d866ae9aaa43",
            subject: "mptcp: add a new sysctl for make after break timeout", sysctls: ["net.mptcp.close_timeout"]),
        Entry(
            "mptcp-syn-fallback", "After how many lost SYNs MPTCP tries plain TCP can be set.",
            since: KernelRelease(6, 14), commit: "5b4fd35343d7",
            subject: "mptcp: sysctl: add syn_retrans_before_tcp_fallback",
            sysctls: ["net.mptcp.syn_retrans_before_tcp_fallback"]),
        Entry(
            "mptcp-path-manager", "MPTCP has path managers to choose from.", since: KernelRelease(6, 15),
            commit: "595c26d122d1", subject: "mptcp: sysctl: set path manager by name",
            sysctls: ["net.mptcp.path_manager"]),
        Entry(
            "mptcp-path-managers", "MPTCP tells which path managers there are.", since: KernelRelease(6, 15),
            commit: "fa3ee9dd8067", subject: "mptcp: sysctl: add available_path_managers",
            sysctls: ["net.mptcp.available_path_managers"]),
        Entry(
            "tstamp-allow-data", "Network namespaces show whether time stamps may come with data.",
            since: KernelRelease(6, 13), commit: "da5e06dee58a",
            subject: "net-timestamp: namespacify the sysctl_tstamp_allow_data", sysctls: ["net.core.tstamp_allow_data"]),
        Entry(
            "icmp-msgs", "A network namespace has ICMP limits of its own.", since: KernelRelease(6, 12),
            commit: "f17bf505ff89", subject: "icmp: icmp_msgs_per_sec and icmp_msgs_burst sysctls become per netns",
            isInStables: true, sysctls: ["net.ipv4.icmp_msgs_per_sec", "net.ipv4.icmp_msgs_burst"]),
    ]
}
