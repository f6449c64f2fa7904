import Kernel
import Lab
import Model
import Testing

@Suite("Sending and receiving", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct TransferTests {
    private func send(_ socket: String, _ bytes: Int, awaited: Bool = true) -> Step {
        Step(.send(Send(socket: socket, bytes: bytes)), awaited: awaited)
    }

    private func receive(
        _ socket: String, _ bytes: Int?, atMost: Nanoseconds = .seconds(5), awaited: Bool = true
    ) -> Step {
        Step(.receive(Receive(socket: socket, bytes: bytes, atMost: atMost)), awaited: awaited)
    }

    private func close(_ socket: String, abort: Bool = false) -> Step {
        Step(.close(Close(socket: socket, abort: abort)))
    }

    private let connected = [Plans.listen(.ipv4), Plans.connect(.ipv4), Plans.accept()]

    private func run(_ steps: [Step], _ family: Family = .ipv4) throws -> RunRecord {
        let record = try Plans.run(Plans.plan(steps, family))
        #expect(record.ending == .completed && record.complaints.isEmpty)
        return record
    }

    @Test("take exactly what was asked for, and the rest to the end of the stream", arguments: Family.allCases)
    func bytes(_ family: Family) throws {
        let record = try run(
            [
                Plans.listen(family), Plans.connect(family), Plans.accept(), send("c", 100), receive("s", 24),
                close("c"), receive("s", nil),
            ], family)
        #expect(record.shortfalls.isEmpty)
        #expect(record.calls("send").map(\.errno) == [nil])
        #expect(record.calls("receive").map { $0.errno == nil && $0.ended != nil } == [true, true])
        #expect(record.packets("server", .received, .data).map(\.segment.payload).reduce(0, +) == 100)
    }

    @Test("more than the buffers hold ends when the other side has read")
    func large() throws {
        let record = try run(
            connected + [send("c", 20 << 20, awaited: false), receive("s", 20 << 20), send("s", 1), receive("c", 1)])
        #expect(record.shortfalls.isEmpty)
        let sent = try #require(record.calls("send").first)
        #expect(sent.ended != nil && sent.errno == nil)
    }

    @Test("give up what does not come, awaited or not; the call keeps no end")
    func giveUp() throws {
        let record = try run(
            connected + [
                receive("s", 1, atMost: .milliseconds(50)), receive("c", 1, atMost: .milliseconds(50), awaited: false),
            ])
        #expect(record.calls("receive").map(\.ended) == [nil, nil])
        #expect(record.shortfalls.count == 2 && record.shortfalls.allSatisfy { $0.contains("1 bytes did not come") })
    }

    @Test("on a connection that was aborted fail, and no signal kills")
    func aborted() throws {
        let record = try run(connected + [close("s", abort: true), receive("c", nil), send("c", 1)])
        #expect(record.calls("receive").map(\.errno) == ["ECONNRESET"])
        #expect(record.calls("send").map(\.errno) == ["EPIPE"])
    }

    /// The server has lost its end without a word; what comes is answered by RST.
    @Test("to a connection that the other end has forgotten hears ECONNRESET")
    func forgotten() throws {
        let fault = Fault(
            name: "silence", selector: Selector(flagMask: .rst, flagValue: .rst),
            site: FaultSite(host: "client", interface: "to-server"), startsOn: true)
        var plan = Plans.plan(
            connected + [
                close("s", abort: true), Step(.fault(FaultSwitch(fault: "silence", on: false))), send("c", 24),
                receive("c", nil),
            ])
        plan.faults = [fault]
        let record = try Plans.run(plan)
        #expect(record.ending == .completed && record.shortfalls.isEmpty)
        #expect(record.calls("send").map(\.errno) == [nil])
        #expect(record.calls("receive").map(\.errno) == ["ECONNRESET"])
        #expect(record.packets("client", .received, .rst).map(\.takenBy) == ["silence", nil])
    }

    @Test("wait for the states of a connection, at its own end and after its close", arguments: Family.allCases)
    func states(_ family: Family) throws {
        let connected = [Plans.listen(family), Plans.connect(family), Plans.accept()]
        func wait(_ socket: String, _ state: String, atMost: Nanoseconds = .seconds(3)) -> Step {
            Step(.wait(Wait(until: .state(socket: socket, state: state), atMost: atMost)))
        }
        let record = try run(
            connected + [
                wait("c", "ESTABLISHED"), wait("s", "ESTABLISHED"), close("c"), wait("s", "CLOSE_WAIT"),
                wait("c", "FIN_WAIT2"), close("s"), wait("s", "gone"), wait("c", "TIME_WAIT"),
                wait("c", "ESTABLISHED", atMost: .milliseconds(40)), wait("d", "gone", atMost: .milliseconds(40)),
            ], family)
        #expect(record.shortfalls.count == 2)
        #expect(record.shortfalls.first?.contains("c was TIME_WAIT and did not become ESTABLISHED") == true)
        #expect(record.shortfalls.last?.contains("d was not there") == true)
        let aborted = try run(
            connected + [close("s", abort: true), wait("c", "gone"), wait("s", "gone"), wait("l", "LISTEN")], family)
        #expect(aborted.shortfalls.isEmpty)
    }
}
