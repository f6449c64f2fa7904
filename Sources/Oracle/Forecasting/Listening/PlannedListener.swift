import Model

/// A listener as a plan sets it up, and as later steps change it.
struct PlannedListener {
    let listen: Listen
    /// The step that opens it.
    let step: Int
    private(set) var queues: ListenQueues
    /// How often a SYN+ACK is sent again: TCP_SYNCNT of the listener, or else `tcp_synack_retries`.
    private(set) var retries: Int
    let requestTimer: RequestTimer
    var wheel: TimerWheel { requestTimer.wheel }

    private var sysctls: [String: Int] = [:]
    /// What each listen() made of its argument.
    private(set) var backlogs: [(argument: Int, inForce: Int)] = []
    private let addresses: Set<IPAddress>

    static let somaxconn = "net.core.somaxconn"
    static let syncookies = "net.ipv4.tcp_syncookies"
    static let maxSynBacklog = "net.ipv4.tcp_max_syn_backlog"
    static let synackRetries = "net.ipv4.tcp_synack_retries"
    static let abortOnOverflow = "net.ipv4.tcp_abort_on_overflow"
    static let noMetrics = "net.ipv4.tcp_no_metrics_save"

    /// Those that decide over half-open connections, and over all of both queues.
    static let halfOpenKeys = [somaxconn, syncookies, maxSynBacklog, synackRetries]
    static let keys = halfOpenKeys + [abortOnOverflow]
    /// net/core/sysctl_net_core.c, net/ipv4/sysctl_net_ipv4.c.
    static let limits: [String: ClosedRange<Int>] = [
        somaxconn: 0...Int(Int32.max), syncookies: 0...255, synackRetries: 0...255, abortOnOverflow: 0...255,
    ]

    /// As it is after its `listen` step and all `set` steps before it.
    init(_ socket: String, in plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        var found: (Int, Listen)?
        for (index, step) in plan.steps.enumerated() {
            if case .listen(let listen) = step.action, listen.socket == socket { found = (index, listen) }
        }
        guard let (step, listen) = found else {
            throw OracleError("no listen action makes the socket '\(socket)'", origin: origin)
        }
        if plan.sysctl(Self.noMetrics, on: listen.host, facts: facts) == "0" {
            throw OracleError(
                "\(Self.noMetrics)=0 lets earlier connections decide who is a known peer, which this law does not cover",
                origin: origin)
        }
        if listen.options.contains(where: { $0.name == "TCP_DEFER_ACCEPT" }) {
            throw OracleError(
                "TCP_DEFER_ACCEPT changes when a request is complete, which this law does not cover", origin: origin)
        }
        requestTimer = try RequestTimer(of: listen, in: plan, facts: facts, origin: origin)
        guard let beyond = facts.halfOpenBeyondBacklog else {
            throw OracleError(
                "how many half-open connections a listener holds could not be tried out here", origin: origin,
                isLack: true)
        }
        var sysctls: [String: Int] = [:]
        for key in Self.keys {
            guard let text = plan.sysctl(key, on: listen.host, facts: facts) else {
                throw OracleError("\(key) cannot be read here", origin: origin, isLack: true)
            }
            guard let value = Int(text) else {
                throw OracleError("\(key) of host '\(listen.host)' is '\(text)', not a number", origin: origin)
            }
            sysctls[key] = value
        }
        self.listen = listen
        self.step = step
        let ownRetries = listen.options.last { $0.name == "TCP_SYNCNT" }?.value
        retries = ownRetries ?? sysctls[Self.synackRetries] ?? 5
        let later = ownRetries == nil ? plan.writes(of: Self.synackRetries, on: listen.host) : []
        try requestTimer.checkRetries(([retries] + later).max() ?? retries, origin: origin)
        addresses = Set(plan.host(listen.host)?.interfaces.flatMap { $0.addresses.map(\.address) } ?? [])
        queues = ListenQueues(
            backlog: 0, syncookies: SynCookies(sysctl: sysctls[Self.syncookies] ?? 1),
            maxSynBacklog: sysctls[Self.maxSynBacklog] ?? 128,
            abortsOnOverflow: sysctls[Self.abortOnOverflow] != 0, beyond: beyond)
        self.sysctls = sysctls
        for earlier in plan.steps[..<step] { apply(earlier.action) }
        setBacklog(listen.backlog)
    }

    /// Whether a SYN that goes there reaches it.
    func hears(_ address: SocketAddress) -> Bool {
        guard address.port == listen.address.port else { return false }
        return address.address == listen.address.address
            || listen.address.address.isUnspecified && addresses.contains(address.address)
    }

    /// A step that writes a sysctl of its host, or calls listen() again.
    mutating func apply(_ action: Action) {
        switch action {
        case .set(let write) where write.host == listen.host:
            guard let value = Int(write.value) else { return }
            sysctls[write.key] = value
            switch write.key {
            case Self.syncookies: queues.syncookies = SynCookies(sysctl: value)
            case Self.maxSynBacklog: queues.maxSynBacklog = value
            case Self.abortOnOverflow: queues.abortsOnOverflow = value != 0
            case Self.synackRetries:
                // reqsk_timer_handler() reads it at every timeout.
                if !listen.options.contains(where: { $0.name == "TCP_SYNCNT" }) { retries = value }
            default: break
            }
        case .listenAgain(let again) where again.socket == listen.socket: setBacklog(again.backlog)
        default: break
        }
    }

    /// `__sys_listen()`: compared as unsigned.
    private mutating func setBacklog(_ argument: Int) {
        queues.backlog = min(argument, sysctls[Self.somaxconn] ?? argument)
        backlogs.append((argument, queues.backlog))
    }

    mutating func update<Value>(_ body: (inout ListenQueues) -> Value) -> Value { body(&queues) }

    /// `tcp_syncookies=1`.
    var syncookiesWords: String { "tcp_syncookies=\(sysctls[Self.syncookies] ?? queues.syncookies.rawValue)" }

    /// `backlog 4 (listen(1024) cut to net.core.somaxconn), later 64`.
    var backlogWords: String {
        let words = backlogs.map { backlog in
            let cut = backlog.inForce < backlog.argument
            return "\(backlog.inForce)" + (cut ? " (listen(\(backlog.argument)) cut to net.core.somaxconn)" : "")
        }
        return "backlog " + words.joined(separator: ", later ")
    }

    /// Whether a client's options make its final ACK come later than its SYN+ACK (`tcp_rcv_synsent_state_process()`).
    static func delaysAck(_ connect: Connect) -> Bool {
        connect.options.contains { ["TCP_QUICKACK", "TCP_DEFER_ACCEPT"].contains($0.name) }
    }
}

extension IPAddress {
    /// 0.0.0.0 or ::.
    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
}
