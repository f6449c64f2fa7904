import Model

/// `accept-queue-overflow`: how many connections fit, and what becomes of the others.
struct OverflowForecast: LawForecast {
    static let description = LawDescription(
        name: "accept-queue-overflow",
        summary: "how many connections a listener keeps until somebody accepts, and what the next ones get",
        subject: .listener, sysctls: PlannedListener.keys, limits: PlannedListener.limits)

    private let socket: String
    private let origin: SourceLocation?
    private let walk: ListenWalk
    private let bend: Int

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        socket = claim.of
        self.origin = origin
        bend = plan.counterRun == .bentLaw ? 1 : 0
        walk = try ListenWalk(claim.of, plan: plan, facts: facts, origin: origin)
    }

    var moments: [Moment] { [] }
    var rungs: [Rung] { walk.rungs }
    var isBendable: Bool { true }
    var longest: Nanoseconds { walk.now.to }

    var expected: String {
        var words = ["\(walk.listener.queues.mostAccepted + bend) in the accept queue at the most"]
        for fate in Outcome.allCases {
            let names = walk.order.filter { walk.connections[$0].map(Outcome.init) == fate }
            if fate != .connected, !names.isEmpty { words.append("\(Self.list(names)): \(fate.words)") }
        }
        let drops = walk.listener.queues.counts
        words.append("ListenOverflows +\(drops["TcpExt.ListenOverflows"] ?? 0)")
        return words.joined(separator: "; ")
    }

    /// Names of a series are told as one.
    private static func list(_ names: [String]) -> String {
        names.count > 3 ? "\(names[0]) … \(names[names.count - 1])" : names.joined(separator: ", ")
    }

    var rule: String {
        let listener = walk.listener
        let times = listener.retries == 1 ? "once" : "\(listener.retries) times"
        let abort =
            listener.queues.abortsOnOverflow
            ? "tcp_abort_on_overflow=1 answers a final ACK with RST (tcp_check_req), SYNs and cookies never"
            : "a final ACK is dropped and the request waits for another (tcp_check_req, tcp_abort_on_overflow=0)"
        return
            "one more than the \(listener.backlogWords) fits (sk_acceptq_is_full); while it is full a SYN is dropped "
            + "(tcp_conn_request) and \(abort); SYN+ACKs are sent again \(times) (reqsk_timer_handler)"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        let host = walk.listener.listen.host
        if let blindness = evidence.blindness(of: host) { return LawFinding(verdict: .inconclusive, seen: blindness) }
        // Without its cause a run takes other times, and is held against what was predicted for the whole plan.
        let timed = walk.plan.counterRun == .withoutCause ? nil : evidence
        let seen: ListenWalk
        do {
            seen = try ListenWalk(socket, plan: walk.plan, facts: walk.facts, origin: origin, evidence: timed)
        } catch {
            return .tooLate("\(error.message)")
        }
        guard seen.isSame(as: walk) else {
            return .tooLate("with the steps' real times something else had to happen than was planned")
        }
        let most = evidence.queueSamples(of: socket).map(\.queue.accepted).max()
        var rows = [
            ListenerBooks.row("in the accept queue, at the most", seen.listener.queues.mostAccepted + bend, most)
        ]
        let counters = evidence.record.counters[host] ?? [:]
        let always = ["TcpExt.ListenOverflows", "TcpExt.ListenDrops"]
        for name in ListenQueues.counters {
            let (wanted, found) = (seen.listener.queues.counts[name] ?? 0, counters[name].map(Int.init))
            if always.contains(name) || wanted != 0 || found != 0 {
                rows.append(ListenerBooks.row(name, wanted, found))
            }
        }
        if let backlogs = backlogs(in: evidence) { rows.append(backlogs) }
        rows += fates(of: seen, evidence)
        let overflows = counters["TcpExt.ListenOverflows"] ?? 0
        return LawFinding(
            rows: rows, seen: "\(most ?? 0) in the accept queue at the most; ListenOverflows +\(overflows)")
    }

    /// What each of several listen() calls left in force, as the kernel tells it; one may be over before anybody looks.
    private func backlogs(in evidence: Evidence) -> Finding.Row? {
        let planned = walk.listener.backlogs.map(\.inForce)
        guard planned.count > 1 else { return nil }
        let limits = evidence.queueSamples(of: socket).map(\.queue.limit)
        let seen = limits.indices.filter { $0 == 0 || limits[$0] != limits[$0 - 1] }.map { limits[$0] }
        var rest = seen[...]
        for backlog in planned where rest.first == backlog { rest.removeFirst() }
        func words(_ backlogs: [Int]) -> String { backlogs.map(String.init).joined(separator: ", then ") }
        return Finding.Row(
            "backlog in force (Send-Q of ss -ltn)", expected: words(planned), seen: words(seen),
            verdict: !rest.isEmpty ? .fail : seen.isEmpty ? .inconclusive : .pass)
    }

    /// Those that connected are told in one row, the others one by one.
    private func fates(of walk: ListenWalk, _ evidence: Evidence) -> [Finding.Row] {
        let punctuality = Punctuality(evidence.record)
        var rows: [Finding.Row] = []
        var connected = (wanted: 0, seen: 0)
        for name in walk.order {
            guard let connection = walk.connections[name] else { continue }
            let outcome = Outcome(connection)
            let found = Outcome.seen(of: name, in: evidence)
            guard outcome != .connected else {
                connected.wanted += 1
                if found.outcome == .connected || outcome == found.outcome { connected.seen += 1 }
                continue
            }
            if outcome == .reset, found.outcome == .reset, let at = found.at {
                let window = Interval(connection.since.from, connection.since.to)
                let call = evidence.call("connect", of: name)?.at ?? .zero
                rows.append(
                    Finding.Row(
                        verdict: walk.evidence == nil
                            ? .pass : punctuality.verdict(at, in: window, armed: connection.began.from),
                        what: "\(name): RST arrives", window: Interval(window.from - call, window.to - call),
                        seen: at - call))
            } else {
                rows.append(
                    Finding.Row(
                        name, expected: outcome.words, seen: found.outcome?.words ?? "it was never called",
                        verdict: outcome == found.outcome ? .pass : .fail))
            }
        }
        if connected.wanted > 0 {
            rows.append(ListenerBooks.row("connect() returned, and no RST came", connected.wanted, connected.seen))
        }
        return rows
    }

    /// What its client can know of a connection.
    enum Outcome: CaseIterable {
        case connected
        case unanswered
        case reset
        case abandoned

        init(_ connection: ListenWalk.Connection) {
            self =
                switch connection.fate {
                case .queued, .held, .forgotten: .connected
                case .connecting, .timedOut: .unanswered
                case .reset: .reset
                case .abandoned: .abandoned
                }
        }

        var words: String {
            switch self {
            case .connected: "connect() returns, no RST comes"
            case .unanswered: "no SYN is answered"
            case .reset: "connect() returns, and an RST comes later"
            case .abandoned: "closed by its client"
            }
        }

        static func seen(of name: String, in evidence: Evidence) -> (outcome: Outcome?, at: Nanoseconds?) {
            guard let call = evidence.call("connect", of: name) else { return (nil, nil) }
            let closed = evidence.closing(of: call.event)
            let reset = evidence.packets(at: call.event.host, .received).first { packet in
                PacketKind.rst.matches(packet.event.segment) && packet.event.takenBy == nil
                    && packet.event.segment.destination == call.event.local
                    && packet.event.segment.source == call.event.remote && packet.at < closed ?? .init(.max)
            }
            if let reset { return (.reset, reset.at) }
            if call.event.ended != nil { return (call.event.errno == nil ? .connected : .unanswered, nil) }
            return (evidence.calls("close", of: name).isEmpty ? .unanswered : .abandoned, nil)
        }
    }
}
