import Model

/// What so many sockets in one state cost in slab memory: by how much the machine's caches grew while their number did.
/// Buffers of packets are left out.
struct MemoryFinding {
    private let claim: MemoryClaim
    private let sockets: Int
    /// Cache → objects for each socket, and the size of one; those that clearly grew with the number, the largest first.
    private let parts: [(name: String, each: Double, size: Int)]
    private let own: (name: String, each: Double)?

    /// Of fewer objects for a socket than this, chance and other programs may be the cause.
    private static let least = 0.1
    /// Packets on their way, which come and go whatever state a socket is in.
    private static let buffers = "skbuff_"
    /// Caches keep a few objects for each processor.
    private static let right = 0.95...1.1
    /// The caches are the machine's: sockets of others, and of namespaces that are still being removed, come and go.
    private static let unsure = 0.5...2.0

    /// `nil`: nobody looked.
    init?(_ claim: MemoryClaim, _ evidence: Evidence) {
        self.claim = claim
        let samples = evidence.record.events.compactMap { event in
            if case .memory(let sample) = event.what { sample } else { nil }
        }
        func count(_ sample: MemorySample) -> Int { sample.sockets[claim.state] ?? 0 }
        guard let before = samples.first, let peak = samples.max(by: { count($0) < count($1) }) else { return nil }
        let sockets = count(peak) - count(before)
        self.sockets = sockets
        let grown = peak.caches.compactMap { name, cache -> (name: String, each: Double, size: Int)? in
            let more = cache.objects - (before.caches[name]?.objects ?? 0)
            let each = Double(more) / Double(max(1, sockets))
            return each >= Self.least && !name.hasPrefix(Self.buffers) ? (name, each, cache.size) : nil
        }
        parts = grown.sorted { ($1.each * Double($1.size), $0.name) < ($0.each * Double($0.size), $1.name) }
        let cache = Self.cache(of: claim.state, evidence.record.plan.family)
        own = cache.flatMap { name in
            peak.caches[name].map {
                (name, Double($0.objects - (before.caches[name]?.objects ?? 0)) / Double(max(1, sockets)))
            }
        }
    }

    /// The cache that has one object for each socket in a state (net/ipv4/tcp_ipv4.c, `tcp_prot`; net/ipv6/tcp_ipv6.c). A
    /// kernel that merges caches may show it under another name, or not at all.
    private static func cache(of state: String, _ family: Family) -> String? {
        let suffix = family == .ipv6 ? "v6" : ""
        return switch state {
        case "SYN_RECV": "request_sock_TCP\(suffix)"
        case "TIME_WAIT", "FIN_WAIT2": "tw_sock_TCP\(suffix)"
        case "ESTABLISHED", "CLOSE_WAIT": "TCP\(suffix)"
        default: nil
        }
    }

    var verdict: Verdict {
        guard claim.count.contains(sockets) else { return .fail }
        return own.map { Self.verdict($0.each) } ?? .pass
    }

    private static func verdict(_ each: Double) -> Verdict {
        right.contains(each) ? .pass : unsure.contains(each) ? .inconclusive : .fail
    }

    var seen: String {
        let bytes = parts.reduce(0.0) { $0 + $1.each * Double($1.size) }
        return "\(sockets) sockets, \(Int(bytes.rounded())) B each"
    }

    var rows: [Finding.Row] {
        parts.map { part in
            let isOwn = part.name == own?.name
            return Finding.Row(
                part.name, expected: isOwn ? "1 for each socket" : "–",
                seen: "\(Self.hundredths(part.each)) × \(part.size) B",
                verdict: isOwn ? Self.verdict(part.each) : .pass)
        }
    }

    private static func hundredths(_ value: Double) -> String {
        let rounded = Int((value * 100).rounded())
        let rest = rounded % 100
        return "\(rounded / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
