import Model

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
    /// tcp_mark_skb_lost(), tcp_rtx_synack(), tcp_v4_send_reset(), tcp_write_timeout(), tcp_listendrop().
    static func of(_ counter: String) -> [CountedPackets] {
        switch counter {
        case "Tcp.InSegs": [.received]
        case "Tcp.OutSegs": [.sent, .sentFirst]
        case "Tcp.RetransSegs": [.repeated]
        case "TcpExt.TCPSynRetrans": [.repeatedSyns, .repeatedAnswers]
        case "TcpExt.TCPTimeouts", "TcpExt.TcpTimeoutRehash", "TcpExt.TCPLostRetransmit": [.repeatedSyns, .repeated]
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
