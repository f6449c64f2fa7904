import Model

/// The growth of what TCP counts, host by host. Other layers also count what has nothing to do with a connection, such as
/// neighbour discovery.
struct CounterComparison {
    private let laws: LawChanges
    private let packets: PacketComparison
    private(set) var changes: [Change] = []

    init(
        _ before: ComparedPair.One, _ after: ComparedPair.One, _ laws: LawChanges, _ packets: PacketComparison
    ) {
        self.laws = laws
        self.packets = packets
        for host in before.record.plan.hosts.map(\.name) {
            let (old, new) = (before.record.counters[host] ?? [:], after.record.counters[host] ?? [:])
            for name in old.keys.sorted() where Self.isOfTCP(name) {
                guard let first = old[name], let second = new[name], first != second,
                    let explanation = explanation(name, host, second - first)
                else { continue }
                changes.append(
                    Change(
                        .counter, "\(name) of \(host)", before: "+\(first)", after: "+\(second)", explanation))
            }
        }
    }

    private static func isOfTCP(_ name: String) -> Bool {
        (name.hasPrefix("Tcp.") || name.hasPrefix("TcpExt.")) && !CountedPackets.byChance.contains(name)
    }

    /// Why a counter grew by so many more; `nil` where it counts packets that are no change themselves.
    private func explanation(_ name: String, _ host: String, _ difference: Int64) -> Explanation? {
        for what in CountedPackets.of(name) {
            let (old, new) = (what.count(packets.old, at: host), what.count(packets.new, at: host))
            guard difference == Int64(new - old) else { continue }
            let told = packets.changes.filter { $0.kind == .packets && $0.what.contains(" by \(host)") }
            return told.isEmpty
                ? nil : .follows(from: "\(host) \(what.verb) \(old) \(what.rawValue) before and \(new) after")
        }
        return laws.pairs.lazy.filter { $0.counters.contains(name) }.compactMap(\.explanation).first ?? .unexplained
    }
}

/// Classes of packets that counters count.
enum CountedPackets: String {
    case received = "segments"
    case sent = "segments in all"
    case sentFirst = "new segments"
    case repeated = "repeated segments"
    case repeatedSyns = "repeated SYNs"
    case repeatedAnswers = "repeated SYN+ACKs"
    case resets = "RSTs"
    case receivedSyns = "SYNs"
    case receivedAcks = "ACKs"

    var verb: String {
        switch self {
        case .received, .receivedSyns, .receivedAcks: "got"
        default: "sent"
        }
    }

    /// By the code that counts: tcp_v4_rcv(), __tcp_transmit_skb(), __tcp_retransmit_skb(), tcp_retransmit_timer(),
    /// tcp_rtx_synack(), tcp_v4_send_reset(), tcp_write_timeout(), tcp_listendrop().
    static func of(_ counter: String) -> [CountedPackets] {
        switch counter {
        case "Tcp.InSegs": [.received]
        case "Tcp.OutSegs": [.sent, .sentFirst]
        case "Tcp.RetransSegs": [.repeated]
        case "TcpExt.TCPSynRetrans": [.repeatedSyns, .repeatedAnswers]
        case "TcpExt.TCPTimeouts", "TcpExt.TcpTimeoutRehash": [.repeatedSyns, .repeated]
        case "Tcp.OutRsts": [.resets]
        case "TcpExt.ListenDrops", "TcpExt.ListenOverflows", "TcpExt.TCPReqQFullDrop", "TcpExt.TCPReqQFullDoCookies":
            [.receivedSyns, .receivedAcks]
        default: []
        }
    }

    /// What depends on when a thread ran, and not on what TCP decided: how packets were cut and put together on the way,
    /// which path through the receiver they took, when ACKs were put off, and what the congestion control made of times
    /// of microseconds. CurrEstab is a gauge.
    static let byChance: Set<String> = [
        "Tcp.CurrEstab", "TcpExt.BusyPollRxPackets", "TcpExt.DelayedACKs", "TcpExt.DelayedACKLocked",
        "TcpExt.DelayedACKLost", "TcpExt.TCPAckCompressed", "TcpExt.TCPAutoCorking", "TcpExt.TCPBacklogCoalesce",
        "TcpExt.TCPHPAcks", "TcpExt.TCPHPHits", "TcpExt.TCPPureAcks", "TcpExt.TCPRcvCoalesce",
        "TcpExt.TCPHystartDelayCwnd", "TcpExt.TCPHystartDelayDetect", "TcpExt.TCPHystartTrainCwnd",
        "TcpExt.TCPHystartTrainDetect", "TcpExt.TCPSpuriousRtxHostQueues", "TcpExt.TCPOrigDataSent",
        "TcpExt.TCPDelivered",
    ]

    func count(_ flows: Flows, at host: String) -> Int {
        flows.items.filter { $0.key.host == host }.map { key, items in
            items.count { includes($0, key.direction) }
        }.reduce(0, +)
    }

    private func includes(_ item: Flows.Item, _ direction: PacketEvent.Direction) -> Bool {
        let isHere = direction == .received && item.takenBy == nil
        let isSent = direction == .sent
        return switch self {
        case .received: isHere
        case .sent: isSent
        case .sentFirst: isSent && !item.again
        case .repeated: isSent && item.again
        case .repeatedSyns: isSent && item.again && item.kind == "SYN"
        case .repeatedAnswers: isSent && item.again && item.kind == "SYN+ACK"
        case .resets: isSent && item.kind.hasPrefix("RST")
        case .receivedSyns: isHere && item.kind == "SYN"
        case .receivedAcks: isHere && item.kind == "ACK"
        }
    }
}
