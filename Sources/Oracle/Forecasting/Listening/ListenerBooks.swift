import Model

/// What reached a listener's host and what it counted, for holding one against the other.
///
/// A law of sums needs to know how many SYNs came. That is no prediction: it is the number that was sent, as far as it
/// arrived. `Tcp.InSegs` counts every segment; those that were no SYNs are told by the taps, which keep all segments but
/// some of the made-up SYNs.
struct ListenerBooks {
    /// SYNs that the host's TCP got.
    let syns: Int
    /// Growth during the run.
    let counters: [String: Int]

    /// `nil` where the host counts no segments.
    init?(host: String, _ evidence: Evidence) {
        counters = (evidence.record.counters[host] ?? [:]).mapValues { Int($0) }
        guard let segments = counters["Tcp.InSegs"] else { return nil }
        let others = evidence.packets(at: host, .received).count {
            $0.event.takenBy == nil && !PacketKind.syn.matches($0.event.segment)
        }
        syns = segments - others
    }

    func grown(_ name: String) -> Int { counters["TcpExt.\(name)"] ?? 0 }

    /// Where every SYN must have gone, by what the queues allow: a request, a cookie, or a drop.
    func fates(_ flood: FloodPlan, halfOpen: Int) -> (cookies: Int, drops: Int) {
        let beyond = syns - halfOpen - completedRequests
        switch flood.listener.queues.syncookies {
        case .always: return (syns, 0)
        case .whenFull: return (flood.isFilled ? beyond : 0, flood.isFilled ? 0 : beyond)
        case .never: return (0, beyond)
        }
    }

    /// Requests of clients: connections that came about without a cookie.
    var completedRequests: Int { (counters["Tcp.PassiveOpens"] ?? 0) - grown("SyncookiesRecv") }

    /// One figure; `nil` for one that nobody could read.
    static func row(_ what: String, _ expected: Int, _ seen: Int?) -> Finding.Row {
        Finding.Row(
            what, expected: "\(expected)", seen: seen.map(String.init) ?? "not told",
            verdict: seen == expected ? .pass : seen == nil ? .inconclusive : .fail)
    }

    static func row(_ what: String, _ expected: CountRange, _ seen: Int) -> Finding.Row {
        Finding.Row(
            what, expected: "\(expected)", seen: "\(seen)", verdict: expected.contains(seen) ? .pass : .fail)
    }
}

/// Numbers of a law that is wrong on purpose.
extension Plan {
    /// A tenth more, and one at least, where this is such a run.
    func bent(_ number: Int) -> Int { counterRun == .bentLaw ? number + max(1, number / 10) : number }
}
