import Model
import Reporting
import Testing

@Suite("The live line")
struct LiveRunTests {
    private let here = SocketAddress(IPAddress("198.18.0.1")!, 40_000)
    private let there = SocketAddress(IPAddress("198.18.0.2")!, 5000)

    private func call(at time: Double, ended: Double? = nil) -> Event {
        Event(
            at: Examples.seconds(time),
            .call(CallEvent(socket: "c", host: "client", call: "connect", ended: ended.map(Examples.seconds))))
    }

    private func syn(at time: Double, _ host: String = "client", _ direction: PacketEvent.Direction = .sent) -> Event {
        Event(
            at: Examples.seconds(time),
            .packet(
                PacketEvent(
                    host: host, interface: "to-server", direction: direction,
                    segment: Segment(source: here, destination: there, flags: .syn), frame: 1)))
    }

    private func line(_ events: [Event]) -> String {
        var run = LiveRun(Examples.plan(), forecast: Examples.forecast)
        for event in events { run.saw(event) }
        return run.news(elapsed: .milliseconds(3500)).joined(separator: ", ")
    }

    @Test("Before the first packet it says how long this may last")
    func fresh() {
        #expect(line([]) == "makes its hosts")
        #expect(line([call(at: 0.5)]) == "running for 3.5 s of at most 7.4 s")
    }

    @Test("A SYN is placed on the timeline, counted from connect(), with what comes next")
    func next() {
        #expect(
            line([call(at: 0.5), syn(at: 0.5), syn(at: 0.5, "server", .received), syn(at: 1.52)])
                == "SYN 2 of 4 sent at 1.02 s, next expected 3.02–3.08 s")
    }

    @Test("After the last SYN the end of the call is next")
    func last() {
        let events = [call(at: 0)] + [0, 1.02, 3.07, 6.95].map { syn(at: $0) }
        #expect(line(events) == "SYN 4 of 4 sent at 6.95 s, connect() fails with ETIMEDOUT expected 7.05–7.30 s")
    }

    @Test("An ended call is waited for no longer")
    func ended() {
        #expect(line([call(at: 0), syn(at: 0), call(at: 0, ended: 7.1)]) == "running for 3.5 s of at most 7.4 s")
    }
}
