import Model

/// `time-wait-buckets`: what becomes of the connections that a host closes first.
struct TimeWaitBucketsForecast: LawForecast {
    static let description = TimeWaitBuckets.description

    private let plan: Plan
    private let host: String
    private let law: TimeWaitBuckets
    private let closers: FirstClosers
    /// Predicted: bent where the run says so.
    private let kept: Int
    private let resets: Int
    /// How long each is kept at the least.
    private let life: Nanoseconds

    /// A peer's FIN that comes sooner than its delayed ACK may cross it (TCP_DELACK_MAX).
    private static let apart = Nanoseconds.milliseconds(200)
    /// What a busy machine may add to the longest that steps may take.
    private static let margin = Nanoseconds.seconds(1)

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        func refusal(_ why: String) -> OracleError {
            OracleError(
                "which connections the host of '\(claim.of)' keeps is not decided by the kernel's rules alone: \(why)",
                origin: origin)
        }
        guard let host = plan.host(of: claim.of) else { throw refusal("no action makes '\(claim.of)'") }
        self.plan = plan
        self.host = host
        closers = try FirstClosers(host, in: plan, refusal: refusal)
        guard !closers.closed.isEmpty else { throw refusal("it closes none before its peer does") }
        let numbers = SysctlNumbers(host: host, plan: plan, facts: facts, origin: origin)
        law = TimeWaitBuckets(limit: try numbers.required(TimeWaitBuckets.limitKey))
        guard law.limit >= 0 else { throw refusal("a negative limit is none on some kernels, and 0 on others") }
        let timeout = try numbers.required(FinWait2.timeoutKey)
        guard timeout <= FinWait2.timeWait.milliseconds / 1000 else {
            throw refusal("beyond 60 s of tcp_fin_timeout FIN_WAIT2 begins without a minisock")
        }
        life = .seconds(Int64(timeout))
        guard closers.span + Self.margin < life else {
            throw refusal("FIN_WAIT2 (tcp_fin_timeout) may be over before the steps are")
        }
        try Self.check(closers, host, plan, origin, refusal)
        let closed = closers.closed
        kept = min(plan.bent(law.kept(of: closed.count)), closed.count)
        resets = closed.dropFirst(kept).count { $0.peers != nil }
    }

    /// Whether nothing but the limit decides which end has a minisock.
    private static func check(
        _ closers: FirstClosers, _ host: String, _ plan: Plan, _ origin: SourceLocation?,
        _ refusal: (String) -> OracleError
    ) throws(OracleError) {
        let first = closers.closed[0].own
        for (index, step) in plan.steps.enumerated() {
            switch step.action {
            case .send, .shutdown, .inject, .replay: throw refusal("more is sent than the FINs of close()")
            case .set(let write) where write.host == host && write.key == TimeWaitBuckets.limitKey:
                throw refusal("the limit is changed meanwhile")
            case .connect where index > first: throw refusal("a connection that is made later may take a port over")
            case .connect(let connect) where connect.options.contains { $0.name == "TCP_LINGER2" }:
                throw refusal("TCP_LINGER2 decides how long FIN_WAIT2 lasts")
            case .listen(let listen) where listen.options.contains { $0.name == "TCP_LINGER2" }:
                throw refusal("TCP_LINGER2 decides how long FIN_WAIT2 lasts")
            default: continue
            }
        }
        for end in Set(closers.closed) {
            if let peers = end.peers, plan.pauses(in: end.own..<peers) < apart {
                throw refusal("the peers close too soon after it; wait for 200ms in between")
            }
            guard let local = end.local, let remote = end.remote else {
                if plan.faults.isEmpty { continue }
                throw refusal("the kernel chooses a port, and there are faults")
            }
            for flags in [[.fin, .ack], .ack] as [TCPFlags] {
                for (from, to) in [(local, remote), (remote, local)] {
                    let losses = Losses(
                        plan: plan, at: end.own, during: end.own + 1..<plan.steps.endIndex, ephemeral: false,
                        others: [], origin: origin)
                    let lost = try losses.count(Segment(source: from, destination: to, flags: flags))
                    guard lost == .first(0) else { throw refusal("FINs or ACKs are lost") }
                }
            }
        }
    }

    private var count: Int { closers.closed.count }

    var isBendable: Bool { law.limit > 0 && law.limit < count }
    var moments: [Moment] { [] }

    var expected: String {
        let gone = count - kept
        return "\(kept) of \(count) connections that \(host) closes \(kept == 1 ? "is" : "are") kept in FIN_WAIT2 and "
            + "TIME_WAIT, \(gone) vanish\(gone == 1 ? "es" : "") at once; "
            + "\(resets) FIN\(resets == 1 ? " is" : "s are") answered with RST"
    }

    var rule: String {
        "tcp_max_tw_buckets is \(law.limit): so many minisocks a namespace may have, in FIN_WAIT2 and in TIME_WAIT "
            + "(inet_twsk_alloc); a socket that gets none is gone without a packet (tcp_time_wait)"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        if let blindness = evidence.blindness(of: host) { return LawFinding(verdict: .inconclusive, seen: blindness) }
        let counters = evidence.record.counters[host] ?? [:]
        func counted(_ name: String) -> Int { Int(counters["TcpExt.\(name)"] ?? 0) }
        // Which of the two counts a minisock hangs on how long it will be there (__inet_twsk_schedule()).
        let minisocks = counted("TW") + counted("TWKilled")
        let first = evidence.step(closers.closed[0].own)?.began ?? .zero
        guard evidence.end - first < life else { return .tooLate("some of its minisocks may be gone already") }
        let sent = evidence.packets(at: host, .sent).count {
            $0.at >= first && PacketKind.rst.matches($0.event.segment)
        }
        let samples = evidence.sockets(at: host, since: first)
        if samples.joined().contains(where: { $0.state == "FIN_WAIT2" && $0.timer == "keepalive" }) {
            return .tooLate("an ACK came while close() still held its socket, which is in FIN_WAIT2 without a minisock")
        }
        guard let last = samples.last else {
            return LawFinding(verdict: .inconclusive, seen: "nobody looked at the sockets of \(host)")
        }
        let left = last.count { ["FIN_WAIT2", "TIME_WAIT"].contains($0.state) }
        return LawFinding(
            rows: [
                ListenerBooks.row("TcpExt.TCPTimeWaitOverflow", count - kept, counted("TCPTimeWaitOverflow")),
                ListenerBooks.row("minisocks (TcpExt.TW, TcpExt.TWKilled)", kept, minisocks),
                ListenerBooks.row("those that are there at the end (sock_diag)", kept, left),
                ListenerBooks.row("RSTs", resets, sent),
            ],
            seen: "\(minisocks) kept, \(counted("TCPTimeWaitOverflow")) gone at once, \(sent) "
                + "RST\(sent == 1 ? "" : "s")")
    }
}

extension Evidence {
    /// A host's sockets each time that they were looked at.
    fileprivate func sockets(at host: String, since: Nanoseconds) -> [[SocketState]] {
        record.events.compactMap { event in
            guard case .sockets(let sample) = event.what, sample.host == host, event.at >= since else { return nil }
            return sample.sockets
        }
    }
}
