import Model
import Oracle

/// A pair, a client that connects, and a record made by hand. Every part can be bent.
struct Fixture: Sendable {
    static let client = IPAddress("198.18.0.1")!
    static let server = IPAddress("198.18.0.2")!
    static let from = SocketAddress(client, 40_000)
    static let to = SocketAddress(server, 5000)

    static let facts = Facts(
        kernel: "6.18.0", machine: "x86_64", tick: .milliseconds(4), processors: 1,
        sysctls: [
            SynRetransmission.retriesKey: "6", SynRetransmission.linearKey: "4",
            SynRetransmission.maximumKey: "120000",
        ],
        features: [:], privilege: .root, descriptors: 1024)

    var plan: Plan
    /// Seconds at which SYNs are sent; the first one at 0.
    var syns: [Double]
    /// How many of them the fault takes.
    var taken: Int
    /// What reaches the client, and when.
    var answer: (flags: TCPFlags, at: Double)?
    var errno: String?
    var ended: Double?
    var noticedLate: Nanoseconds?
    var moments: [LatenessReport.Moment] = []
    var change: @Sendable (inout RunRecord) -> Void = { _ in }

    /// `tcp_syn_retries` as given, every SYN lost, and a client that gives up on time.
    static func silence(retries: Int = 2, syns: [Double], ended: Double) -> Fixture {
        Fixture(
            plan: plan(retries: retries, nth: nil), syns: syns, taken: syns.count, errno: "ETIMEDOUT", ended: ended)
    }

    /// The first `lost` SYNs are lost; the next is answered at once.
    static func connected(lost: Int, syns: [Double]) -> Fixture {
        let last = syns[syns.count - 1]
        return Fixture(
            plan: plan(retries: 6, nth: [NthRange(first: 1, last: lost)]), syns: syns, taken: lost,
            answer: ([.syn, .ack], last + 0.0001), ended: last + 0.0002)
    }

    static func plan(retries: Int, nth: [NthRange]?) -> Plan {
        func host(_ name: String, _ peer: String, _ address: IPAddress, _ sysctls: [SysctlSetting]) -> Host {
            Host(
                name: name,
                interfaces: [
                    Interface(
                        name: "to-\(peer)", mac: MACAddress(bytes: [2, 0, 0, 0, 0, address.bytes[3]]),
                        addresses: [Prefix(address, 24)])
                ],
                sysctls: sysctls)
        }
        let setting = SysctlSetting(key: SynRetransmission.retriesKey, value: "\(retries)")
        return Plan(
            instance: "connect-timeout/ipv4", scenario: "connect-timeout", summary: "", family: .ipv4,
            hosts: [host("client", "server", client, [setting]), host("server", "client", server, [])],
            links: [
                Link(
                    Attachment(host: "client", interface: "to-server"),
                    Attachment(host: "server", interface: "to-client"))
            ],
            faults: [
                Fault(
                    name: "lost-syn",
                    selector: Selector(source: client, flagMask: .deciding, flagValue: .syn, nth: nth),
                    site: FaultSite(host: "server", interface: "to-client"))
            ],
            steps: [
                Step(.listen(Listen(host: "server", socket: "l", address: to, backlog: 16))),
                Step(.connect(Connect(host: "client", socket: "c", to: to, from: from))),
            ],
            expectations: [Expectation(.law(LawClaim(law: "syn-retransmission", of: "c")))],
            deadline: .seconds(10))
    }

    var record: RunRecord {
        func at(_ seconds: Double) -> Nanoseconds { .milliseconds(1) + Nanoseconds(Int64(seconds * 1e9)) }
        var events: [Event] = []
        func add(_ host: String, _ direction: PacketEvent.Direction, _ segment: Segment, _ time: Double, _ by: String?)
        {
            let interface = host == "client" ? "to-server" : "to-client"
            events.append(
                Event(
                    at: at(time),
                    .packet(
                        PacketEvent(
                            host: host, interface: interface, direction: direction, segment: segment, takenBy: by,
                            frame: events.count + 1))))
        }
        for (index, time) in syns.enumerated() {
            let syn = Segment(source: Self.from, destination: Self.to, flags: .syn)
            add("client", .sent, syn, time, nil)
            add("server", .received, syn, time, index < taken ? "lost-syn" : nil)
        }
        if let answer {
            let segment = Segment(source: Self.to, destination: Self.from, flags: answer.flags)
            add("client", .received, segment, answer.at, nil)
        }
        let call = CallEvent(
            socket: "c", host: "client", call: "connect", ended: ended.map(at), errno: errno, noticedLate: noticedLate,
            local: Self.from,
            remote: Self.to)
        events.append(Event(at: at(-0.0001), .call(call)))
        var record = RunRecord(
            plan: plan, facts: Self.facts, ending: .completed, events: events,
            counters: [
                "client": ["TcpExt.TCPRetransFail": 0, "Tcp.InSegs": answer == nil ? 0 : 1],
                "server": ["TcpExt.TCPRetransFail": 0, "Tcp.InSegs": Int64(syns.count - taken)],
            ],
            faults: [
                FaultReport(
                    name: "lost-syn", mechanism: .classic, matched: nil, taken: nil, qdiscSeen: syns.count,
                    qdiscDropped: taken)
            ],
            taps: ["client", "server"].map {
                TapReport(host: $0, interface: "to-x", file: "\($0).pcapng", frames: 1, lost: 0, undecidable: 0)
            })
        record.lateness = LatenessReport(moments: moments)
        record.sysctls = ["client": [SynRetransmission.retriesKey: SysctlReading(before: "2", after: "2")]]
        if case .law = plan.expectations[0].claim, let value = plan.hosts[0].sysctls[0].value {
            record.sysctls["client"] = [SynRetransmission.retriesKey: SysctlReading(before: value, after: value)]
        }
        change(&record)
        return record
    }

    var judgement: Judgement { Judge.judge(record) }
}
