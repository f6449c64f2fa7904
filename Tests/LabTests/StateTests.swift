import Kernel
import Lab
import Model
import Testing

@Suite("The states of a connection", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct StateTests {
    private let finTimeout = SysctlSetting(key: "net.ipv4.tcp_fin_timeout", value: "2")

    private func connected(_ family: Family) -> [Step] {
        [Plans.listen(family), Plans.connect(family), Plans.accept()]
    }

    private func wait(_ socket: String, _ state: String, atMost: Nanoseconds = .seconds(5)) -> Step {
        Step(.wait(Wait(until: .state(socket: socket, state: state), atMost: atMost)))
    }

    private func states(_ host: String, _ record: RunRecord) -> [(at: Nanoseconds, event: StateEvent)] {
        record.events.compactMap { event in
            if case .state(let state) = event.what, state.host == host { (event.at, state) } else { nil }
        }
    }

    @Test("are followed to their end at both ends, and a silent end is seen soon", arguments: Family.allCases)
    func followed(_ family: Family) throws {
        let fin = Fault(
            name: "fin", selector: Selector(flagMask: .fin, flagValue: .fin),
            site: FaultSite(host: "server", interface: "to-client"))
        let steps =
            connected(family) + [
                Step(.close(Close(socket: "c"))), wait("c", "FIN_WAIT1"),
                Step(.fault(FaultSwitch(fault: "fin", on: false))), wait("c", "FIN_WAIT2"), wait("c", "gone"),
            ]
        let record = try Plans.run(Plans.plan(steps, family, faults: [fin], client: [finTimeout]))
        #expect(record.ending == .completed && record.shortfalls.isEmpty)
        let seen = states("client", record)
        #expect(seen.map(\.event.state).suffix(3) == ["FIN_WAIT1", "FIN_WAIT2", "gone"])
        #expect(states("server", record).map(\.event.state).last == "CLOSE_WAIT")
        let gone = try #require(seen.last)
        let unseenSince = try #require(gone.event.unseenSince)
        let entered = seen[seen.count - 2]
        let silence = gone.at - entered.at
        #expect(gone.at - (entered.event.unseenSince ?? entered.at) >= .seconds(2))
        // A sixty-fourth of the silence, and what a busy machine adds.
        let blur = gone.at - unseenSince
        #expect(blur > .zero)
        #expect(blur <= Nanoseconds(silence.value / 64) + .milliseconds(80), "\(blur) of \(silence)")
        #expect(seen.allSatisfy { sight in sight.event.unseenSince.map { $0 < sight.at } ?? true })
    }

    @Test("are those that shutdown() makes, and what it leaves open stays open", arguments: Shutdown.How.allCases)
    func shutdown(_ how: Shutdown.How) throws {
        let sendsFin = how != .read
        var steps = connected(.ipv4) + [Step(.shutdown(Shutdown(socket: "c", how: how)))]
        steps += sendsFin ? [wait("s", "CLOSE_WAIT"), wait("c", "FIN_WAIT2")] : [wait("s", "ESTABLISHED")]
        // The stream ends for whoever hears a FIN, and for whoever does not want to read.
        let reader = how == .write ? "s" : how == .read ? "c" : "s"
        steps.append(Step(.receive(Receive(socket: reader, bytes: nil, atMost: .seconds(2)))))
        if how == .write {
            steps += [Step(.send(Send(socket: "s", bytes: 10)))]
            steps += [Step(.receive(Receive(socket: "c", bytes: 10, atMost: .seconds(2))))]
        } else {
            steps += [Step(.send(Send(socket: "c", bytes: 10)))]
        }
        let record = try Plans.run(Plans.plan(steps, client: [finTimeout]))
        #expect(record.ending == .completed)
        #expect(record.shortfalls.isEmpty, "\(record.shortfalls)")
        #expect(record.packets("client", .sent, .fin).count == (sendsFin ? 1 : 0))
        #expect(record.calls("shutdown").map { $0.ended != nil && $0.errno == nil } == [true])
        #expect(record.calls("receive").allSatisfy { $0.errno == nil })
        // Only what may no longer write is told so.
        #expect(record.calls("send").map(\.errno) == [how == .both ? "EPIPE" : nil])
    }
}
