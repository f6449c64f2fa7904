import Model
import Oracle
import Reporting
import Testing

@Suite("The live line of a flood")
struct LiveFloodTests {
    private static let web = SocketAddress(IPAddress("198.18.0.2")!, 5000)

    /// A listener, a client that calls again and again, and a flood as the third step.
    private static func plan(_ packet: PacketKind = .syn) -> Plan {
        Examples.plan([
            .listen(Listen(host: "server", socket: "web", address: web, backlog: 128)),
            .connect(
                Connect(
                    host: "client", socket: "c", to: web, from: nil,
                    series: Connect.Series(count: 100, every: .milliseconds(50)))),
            .inject(
                Inject(
                    host: "attacker", interface: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 1]), to: web,
                    packet: packet, count: 60_000, rate: 20_000, from: IPAddress("198.19.0.1")!, sources: 1000,
                    atMost: .seconds(10))),
        ])
    }

    private func call(_ socket: String, at time: Double, ended: Double? = nil, errno: String? = nil) -> Event {
        Event(
            at: Examples.seconds(time),
            .call(
                CallEvent(
                    socket: socket, host: "client", call: "connect", ended: ended.map(Examples.seconds), errno: errno)))
    }

    private func inject(_ sent: Int, at time: Double, ended: Bool = false) -> Event {
        Event(at: Examples.seconds(time), .inject(InjectEvent(step: 2, sent: sent, ended: ended)))
    }

    private func queue(_ halfOpen: Int, cookies: Int64, at time: Double, of listener: String = "web") -> Event {
        let counters = ["TcpExt.SyncookiesSent": cookies]
        return Event(
            at: Examples.seconds(time),
            .queue(
                QueueSample(
                    host: "server", listener: listener, halfOpen: halfOpen, accepted: 0, limit: 128, counters: counters)
            ))
    }

    private func run(_ events: [Event], _ plan: Plan = plan()) -> LiveRun {
        var run = LiveRun(plan, forecast: Forecast(predictions: [], longest: .seconds(20)))
        for event in events { run.saw(event) }
        return run
    }

    private func line(_ events: [Event]) -> String { run(events).news(elapsed: .seconds(3)).joined(separator: ", ") }

    private var before: [Event] {
        (1...12).flatMap { number in
            let at = 0.05 * Double(number)
            return [call("c#\(number)", at: at), call("c#\(number)", at: at, ended: at + 0.000_1)]
        }
    }

    private var during: [Event] {
        before + [
            queue(0, cookies: 0, at: 0.9), inject(0, at: 1), call("c#13", at: 1.1), call("c#14", at: 1.15),
            queue(129, cookies: 33_991, at: 2.7), call("c#13", at: 1.1, ended: 2.1), inject(34_120, at: 2.706),
        ]
    }

    @Test("Before anything happened it says so")
    func fresh() { #expect(line([]) == "makes its hosts") }

    @Test("Before the flood the client's calls are counted, by their starts and their ends")
    func early() {
        #expect(line(before) == "client 12 of 12 connected")
        #expect(line(before + [call("c#13", at: 0.7)]) == "client 12 of 13 connected")
        #expect(
            line(before + [call("c#13", at: 0.7, ended: 0.8, errno: "ECONNREFUSED")]) == "client 12 of 13 connected")
    }

    @Test("A flood that goes on")
    func flood() {
        #expect(
            line(during)
                == "half-open 129, flood 34,120 of 60,000 SYNs (20,000/s), client 13 of 14 connected, cookies 33,991")
    }

    @Test("A flood that is over")
    func over() {
        let events = during + [inject(60_000, at: 4, ended: true), queue(64, cookies: 59_000, at: 8)]
        #expect(line(events) == "half-open 64, flood over: 60,000 SYNs, client 13 of 14 connected")
    }

    @Test("What the flood does not concern is not counted")
    func others() {
        let others = [
            call("d", at: 0.1), queue(5, cookies: 7, at: 0.2, of: "other"),
            Event(at: .zero, .call(CallEvent(socket: "web", host: "server", call: "listen", ended: .zero))),
        ]
        #expect(line(before + others) == "client 12 of 12 connected")
    }

    @Test("The curve shows the last seconds and holds what was seen last")
    func curve() {
        #expect(run([]).curve(columns: 8) == nil)
        let events = [
            queue(0, cookies: 0, at: 0.1), queue(129, cookies: 0, at: 1.1), queue(129, cookies: 0, at: 3.2),
            queue(64, cookies: 0, at: 3.6),
        ]
        #expect(run(events).curve(columns: 10) == "  ▁▁█████▄")
        #expect(run(events).curve(columns: 3) == "██▄")
    }

    @Test("Other segments than SYNs are no flood")
    func otherKinds() {
        let run = run([call("c#1", at: 0)] + [inject(10, at: 1)], Self.plan(.rst))
        #expect(run.news(elapsed: .seconds(3)) == ["running for 3.0 s of at most 20.0 s"])
        #expect(run.curve() == nil)
    }

    @Test("A flood that is withheld is none")
    func withheld() {
        var plan = Self.plan()
        plan.withheld.steps = [2]
        #expect(run(before, plan).news(elapsed: .seconds(3)) == ["running for 3.0 s of at most 20.0 s"])
    }
}
