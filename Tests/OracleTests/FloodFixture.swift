import Model
import Oracle

/// A flood of a listener with a backlog of 20, and a record of it made by hand. Every part can be bent.
struct FloodFixture {
    var syncookies: Int
    var sent = 500
    /// Seconds → half-open.
    var samples: [(Double, Int)]
    var counters: [String: Int64]
    /// A client's SYNs at the server, in seconds, and whether each is answered.
    var clients: [(Double, Bool)] = []
    var options = SynOptions(mss: 1460, windowScale: 7, sackPermitted: true, timestamps: true)
    var answerOptions = SynOptions(mss: 1460, windowScale: 7, sackPermitted: true, timestamps: true)
    /// Made-up SYNs that the server's tap has seen.
    var arrived: Int?
    var counterRun: CounterRun?
    /// SYN+ACKs for each client's SYN that is answered.
    var answers = 1
    var isFlooded = true

    /// The flood goes on from 1 s to 1.1 s; 21 fit.
    static let dropped = FloodFixture(
        syncookies: 0, samples: [(0.5, 0), (1.05, 21), (1.4, 21), (7.9, 21), (8.5, 10), (9.5, 10)],
        counters: [
            "TcpExt.ListenDrops": 480, "TcpExt.TCPReqQFullDrop": 480, "Tcp.InSegs": 502, "Tcp.PassiveOpens": 1,
        ], clients: [(0.6, true), (2, false)])
    static let cookies = FloodFixture(
        syncookies: 1, samples: dropped.samples,
        counters: [
            "TcpExt.SyncookiesSent": 480, "TcpExt.TCPReqQFullDoCookies": 480, "TcpExt.SyncookiesRecv": 1,
            "Tcp.InSegs": 502, "Tcp.PassiveOpens": 2,
        ], clients: [(0.6, true), (2, true)])
    static let always = FloodFixture(
        syncookies: 2, samples: dropped.samples.map { ($0.0, 0) },
        counters: [
            "TcpExt.SyncookiesSent": 502, "TcpExt.TCPReqQFullDoCookies": 502, "TcpExt.SyncookiesRecv": 2,
            "Tcp.InSegs": 502, "Tcp.PassiveOpens": 2,
        ], clients: [(0.6, true), (2, true)])

    var plan: Plan {
        var plan = ListenerFixture.plan(
            ["half-open-limit", "syn-cookies"], sysctls: ["net.ipv4.tcp_syncookies": "\(syncookies)"],
            [
                ListenerFixture.listen(20), ListenerFixture.wait(1000), ListenerFixture.flood(500),
                ListenerFixture.wait(8000),
            ])
        plan.counterRun = counterRun
        // Clients come and go all along.
        plan.steps.insert(
            Step(
                .connect(
                    Connect(
                        host: "client", socket: "c", to: ListenerFixture.server, from: Self.end,
                        series: Connect.Series(count: 2, every: .seconds(1)))), awaited: false), at: 1)
        return plan
    }

    private static let end = SocketAddress(ListenerFixture.client, 40_000)

    var record: RunRecord {
        func at(_ seconds: Double) -> Nanoseconds { Nanoseconds(Int64(seconds * 1e9)) }
        var events: [Event] = []
        if isFlooded {
            events.append(Event(at: at(1), .inject(InjectEvent(step: 3, sent: 0, ended: false))))
            events.append(Event(at: at(1.1), .inject(InjectEvent(step: 3, sent: sent, ended: true))))
        }
        for (time, length) in samples {
            let sample = QueueSample(host: "server", listener: "l", halfOpen: length, accepted: 0, limit: 20)
            events.append(Event(at: at(time), .queue(sample)))
        }
        func packet(_ segment: Segment, _ time: Double, _ direction: PacketEvent.Direction) {
            events.append(
                Event(
                    at: at(time),
                    .packet(
                        PacketEvent(
                            host: "server", interface: "to-x", direction: direction, segment: segment,
                            frame: events.count))))
        }
        for (index, client) in clients.enumerated() {
            let from = SocketAddress(ListenerFixture.client, 40_000 + UInt16(index))
            packet(
                Segment(
                    source: from, destination: ListenerFixture.server, flags: .syn, sequence: 7, options: options),
                client.0, .received)
            events.append(
                Event(
                    at: at(client.0 - 0.0001),
                    .call(
                        CallEvent(
                            socket: "c#\(index + 1)", host: "client", call: "connect",
                            ended: at(client.0 + (client.1 ? 0.0002 : 3)), errno: client.1 ? nil : "ETIMEDOUT",
                            local: from, remote: ListenerFixture.server))))
            guard client.1 else { continue }
            for number in 1...answers {
                packet(
                    Segment(
                        source: ListenerFixture.server, destination: from, flags: [.syn, .ack], acknowledgment: 8,
                        options: answerOptions), client.0 + 0.0001 * Double(number), .sent)
            }
        }
        events.sort { $0.at < $1.at }
        return RunRecord(
            plan: plan, facts: ListenerFixture.facts, ending: .completed,
            sysctls: [
                "client": [SynRetransmission.retriesKey: SysctlReading(before: "1", after: "1")],
                "server": [
                    "net.ipv4.tcp_syncookies": SysctlReading(before: "\(syncookies)", after: "\(syncookies)")
                ],
            ], events: events, counters: ["server": counters],
            taps: [
                TapReport(
                    host: "server", interface: "to-x", file: "server.pcapng", frames: 1, lost: 0, undecidable: 0,
                    unsampled: arrived ?? (isFlooded ? sent : 0))
            ])
    }

    var judgement: Judgement { Judge.judge(record) }
    /// Of half-open-limit, and of syn-cookies.
    var verdicts: [Verdict] { judgement.findings.map(\.verdict) }
    /// The rows that are not as they must be.
    var wrong: [String] {
        judgement.findings.flatMap(\.rows).filter { $0.verdict != .pass }.map(\.what)
    }
}
