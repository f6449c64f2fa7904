import Model

/// `syn-cookies`: when a listener answers with cookies, what that costs, and what becomes of clients meanwhile.
struct CookieForecast: LawForecast {
    static let description = LawDescription(
        name: "syn-cookies",
        summary:
            "when a listener answers with SYN cookies, what they cost, and what clients get while its queue is full",
        subject: .listener,
        sysctls: PlannedListener.halfOpenKeys + [
            "net.ipv4.tcp_timestamps", "net.ipv4.tcp_sack", "net.ipv4.tcp_window_scaling",
        ], limits: PlannedListener.limits)

    private let flood: FloodPlan
    private let plan: Plan
    private let facts: Facts
    private let options: SynAnswerOptions

    init(_ claim: LawClaim, plan: Plan, facts: Facts, origin: SourceLocation?) throws(OracleError) {
        flood = try FloodPlan(claim.of, in: plan, facts: facts, origin: origin)
        self.plan = plan
        self.facts = facts
        options = SynAnswerOptions(host: flood.listener.listen.host, plan: plan, facts: facts)
    }

    var moments: [Moment] { [] }
    var rungs: [Rung] { ListenWalk.rungs(flood.socket, plan: plan, facts: facts) }
    var isBendable: Bool { true }

    private var mode: SynCookies { flood.listener.queues.syncookies }

    var expected: String {
        switch mode {
        case .always: return "a cookie for every SYN, and never a request socket"
        case .whenFull where flood.isFilled:
            return "a cookie for every SYN beyond \(flood.halfOpen) half-open; clients are answered all along"
        case .whenFull: return "no cookie: the queue is never full"
        case .never:
            return flood.isFilled
                ? "no cookie: SYNs beyond \(flood.halfOpen) half-open are dropped, those of clients among them"
                : "no cookie"
        }
    }

    var effect: String {
        guard mode == .always || mode == .whenFull && flood.isFilled else { return expected }
        return "\(expected); its SYN+ACK has \(options.mostOfCookie) at the most"
    }

    var rule: String {
        let words =
            switch mode {
            case .always: "always"
            case .whenFull: "when the half-open queue is full"
            case .never: "never"
            }
        return
            "\(flood.listener.syncookiesWords): \(words) (tcp_conn_request, tcp_syn_flood_action); a cookie leaves no request, is not sent again, and "
            + "carries SACK and window scaling only in a timestamp (cookie_init_timestamp)"
    }

    func finding(in evidence: Evidence) -> LawFinding {
        let host = flood.listener.listen.host
        if let blindness = evidence.blindness(of: host) { return LawFinding(verdict: .inconclusive, seen: blindness) }
        guard let books = ListenerBooks(host: host, evidence) else {
            return LawFinding(verdict: .inconclusive, seen: "\(host) has no counter Tcp.InSegs")
        }
        let sent = books.grown("SyncookiesSent")
        let (arrival, lack) = flood.arrival(in: evidence)
        if let lack { return LawFinding(rows: arrival, seen: lack) }
        let seen =
            "SYNs \(books.syns), cookies sent \(sent), cookies that came back \(books.grown("SyncookiesRecv"))"
        let clients = ClientSyns(flood: flood, mode: mode, evidence)
        return LawFinding(
            rows: arrival + sums(books, sent) + requests(evidence) + clients.rows
                + options.rows(clients.sureAnswers),
            seen: seen)
    }

    private func sums(_ books: ListenerBooks, _ sent: Int) -> [Finding.Row] {
        let wanted = books.fates(flood, halfOpen: flood.halfOpen).cookies
        let passive = books.counters["Tcp.PassiveOpens"] ?? 0
        var rows = [
            ListenerBooks.row("cookies (TcpExt.SyncookiesSent)", plan.bent(wanted), sent),
            ListenerBooks.row(
                "as counted for the queue (TcpExt.TCPReqQFullDoCookies)", wanted, books.grown("TCPReqQFullDoCookies")),
            ListenerBooks.row("cookies that were wrong (TcpExt.SyncookiesFailed)", 0, books.grown("SyncookiesFailed")),
        ]
        switch mode {
        case .whenFull where flood.isFilled: break
        default:
            rows.append(
                ListenerBooks.row(
                    "cookies that came back (TcpExt.SyncookiesRecv)", mode == .always ? passive : 0,
                    books.grown("SyncookiesRecv")))
        }
        return rows
    }

    /// With cookies for everybody there is nothing half-open at any time, and so nothing that could be sent again: as many
    /// SYN+ACKs as SYNs, among those that the taps kept.
    private func requests(_ evidence: Evidence) -> [Finding.Row] {
        let lengths = evidence.queueSamples(of: flood.socket).map(\.queue.halfOpen)
        guard mode == .always, let most = lengths.max() else { return [] }
        let host = flood.listener.listen.host
        let syns = evidence.packets(at: host, .received).count {
            $0.event.takenBy == nil && PacketKind.syn.matches($0.event.segment)
        }
        let answers = evidence.packets(at: host, .sent).count { PacketKind.synAck.matches($0.event.segment) }
        return [
            ListenerBooks.row("half-open, at the most", 0, most),
            ListenerBooks.row("SYN+ACKs, for each captured SYN one", syns, answers),
        ]
    }
}
