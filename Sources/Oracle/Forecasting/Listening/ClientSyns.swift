import Model

/// The SYNs of clients at a listener's host, one by one: which had to be answered, and which were.
struct ClientSyns {
    /// A SYN with the SYN+ACK that answered it, where it is sure which kind that is.
    struct Answered {
        var syn: Segment
        var answer: Segment
        var isCookie: Bool
    }

    private enum Part: String, CaseIterable {
        case always = "SYNs of clients"
        case before = "SYNs of clients before the flood"
        case full = "SYNs of clients while the queue was full"
        case after = "SYNs of clients when there was room again"
    }

    private(set) var rows: [Finding.Row] = []
    private(set) var sureAnswers: [Answered] = []

    init(flood: FloodPlan, mode: SynCookies, _ evidence: Evidence) {
        let host = flood.listener.listen.host
        let plan = evidence.record.plan
        let sent = evidence.packets(at: host, .sent).filter { PacketKind.synAck.matches($0.event.segment) }
        let answers = Dictionary(grouping: sent) { Key($0.event.segment.destination, $0.event.segment.source) }
        let bounds = Bounds(flood, mode, evidence)
        var counts: [Part: (all: Int, answered: Int)] = [:]
        for syn in evidence.packets(at: host, .received) where syn.event.takenBy == nil {
            let segment = syn.event.segment
            guard PacketKind.syn.matches(segment), flood.listener.hears(segment.destination),
                plan.spoofing?.isMadeUp(segment.source.address) != true, let part = bounds.part(of: syn.at)
            else { continue }
            let answer = answers[Key(segment.source, segment.destination)]?.first { packet in
                packet.at >= syn.at && packet.at <= syn.at + Punctuality.cap
                    && packet.event.segment.acknowledgment == segment.sequence &+ 1
            }
            counts[part, default: (0, 0)].all += 1
            guard let answer else { continue }
            counts[part, default: (0, 0)].answered += 1
            sureAnswers.append(
                Answered(
                    syn: segment, answer: answer.event.segment,
                    isCookie: mode == .always || mode == .whenFull && part == .full))
        }
        for part in Part.allCases {
            guard let count = counts[part] else { continue }
            let wanted = mode == .never && part == .full ? 0 : count.all
            rows.append(
                Finding.Row(
                    part.rawValue, expected: "\(wanted) of \(count.all) answered", seen: "\(count.answered) answered",
                    verdict: wanted == count.answered ? .pass : .fail))
        }
    }

    private struct Key: Hashable {
        let client: SocketAddress
        let server: SocketAddress

        init(_ client: SocketAddress, _ server: SocketAddress) { (self.client, self.server) = (client, server) }
    }

    /// The times of which it is sure whether the queue was full. Between them nothing is said.
    private struct Bounds {
        private let mode: SynCookies
        private var flooded: Interval?
        private var full: Interval?
        private var roomFrom: Nanoseconds?

        init(_ flood: FloodPlan, _ mode: SynCookies, _ evidence: Evidence) {
            self.mode = mode
            guard let flooded = flood.seen(in: evidence) else { return }
            self.flooded = flooded
            let limit = flood.listener.queues.halfOpenLimit
            let samples = evidence.queueSamples(of: flood.socket).filter { $0.at >= flooded.from }
            let first = samples.first { $0.queue.halfOpen >= limit }
            if let first {
                full = Interval(first.at, flooded.from + flood.life.from - flood.listener.wheel.tick)
            }
            // Nothing made-up comes any more, so once there is room again it stays.
            let over = max(flooded.to + Punctuality.cap, first?.at ?? .zero)
            roomFrom = samples.first { $0.at > over && $0.queue.halfOpen < limit }?.at
        }

        func part(of time: Nanoseconds) -> Part? {
            guard let flooded, mode != .always else { return .always }
            if time < flooded.from { return .before }
            if let full, full.contains(time) { return .full }
            if let roomFrom, time >= roomFrom { return .after }
            return nil
        }
    }
}

/// What the SYN+ACK of a listener offers, by what the SYN did and whether it is a cookie.
struct SynAnswerOptions {
    private let timestamps: Bool
    private let sack: Bool
    private let windowScaling: Bool

    init(host: String, plan: Plan, facts: Facts) {
        func isOn(_ key: String) -> Bool { plan.sysctl(key, on: host, facts: facts) != "0" }
        timestamps = isOn("net.ipv4.tcp_timestamps")
        sack = isOn("net.ipv4.tcp_sack")
        windowScaling = isOn("net.ipv4.tcp_window_scaling")
    }

    private struct Offer: Hashable, CustomStringConvertible {
        var timestamps: Bool
        var sack: Bool
        var windowScale: Bool

        var description: String {
            let words = ["MSS"] + (sack ? ["SACK"] : []) + (timestamps ? ["timestamps"] : [])
            return (words + (windowScale ? ["window scale"] : [])).joined(separator: ", ")
        }
    }

    /// `tcp_conn_request()`: without a timestamp, a cookie forgets every option but the MSS.
    private func offer(to syn: SynOptions, cookie: Bool) -> Offer {
        let stamps = timestamps && syn.timestamps
        let keeps = stamps || !cookie
        return Offer(
            timestamps: stamps, sack: keeps && sack && syn.sackPermitted,
            windowScale: keeps && windowScaling && syn.windowScale != nil)
    }

    /// What the SYN+ACK of a cookie has for a client that offers everything.
    var mostOfCookie: String {
        offer(to: SynOptions(mss: 1460, windowScale: 7, sackPermitted: true, timestamps: true), cookie: true)
            .description
    }

    /// One row for the cookies and one for the requests, as far as there are any.
    func rows(_ answers: [ClientSyns.Answered]) -> [Finding.Row] {
        [true, false].compactMap { cookie -> Finding.Row? in
            let pairs = answers.filter { $0.isCookie == cookie }.compactMap { answered -> (Offer, Offer)? in
                guard let syn = answered.syn.options, let found = answered.answer.options else { return nil }
                return (
                    offer(to: syn, cookie: cookie),
                    Offer(
                        timestamps: found.timestamps, sack: found.sackPermitted, windowScale: found.windowScale != nil)
                )
            }
            guard let worst = pairs.first(where: { $0.0 != $0.1 }) ?? pairs.first else { return nil }
            return Finding.Row(
                cookie ? "options of a cookie's SYN+ACK" : "options of a SYN+ACK that is no cookie",
                expected: "\(worst.0)", seen: "\(worst.1)", verdict: worst.0 == worst.1 ? .pass : .fail)
        }
    }
}
