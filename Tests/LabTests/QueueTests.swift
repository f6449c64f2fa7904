import Kernel
import Lab
import Model
import Testing

@Suite("A listener's queues", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct QueueTests {
    private func wait(
        _ kind: QueueKind, _ length: CountRange, atMost: Nanoseconds = .seconds(5), of listener: String = "l"
    ) -> Step {
        Step(.wait(Wait(until: .queue(listener: listener, kind: kind, length: length), atMost: atMost)))
    }

    private func connects(_ count: Int, awaited: Bool = true) -> Step {
        let connect = Connect(
            host: "client", socket: "c", to: Plans.server(.ipv4), from: nil,
            series: Connect.Series(count: count, every: .zero))
        return Step(.connect(connect), awaited: awaited)
    }

    @Test("are seen to fill and to be emptied, with what the host has counted")
    func acceptQueue() throws {
        let record = try Plans.run(
            Plans.plan([
                Plans.listen(.ipv4, backlog: 7), connects(5), wait(.accept, .exactly(5)), Plans.accept(5),
                wait(.accept, .exactly(0)),
            ]))
        #expect(record.ending == .completed && record.shortfalls.isEmpty)
        #expect(record.queues.map(\.accepted).max() == 5)
        #expect(record.queues.last?.accepted == 0)
        #expect(record.queues.allSatisfy { $0.limit == 7 && $0.host == "server" && $0.listener == "l" })
        #expect(record.queues.first?.counters["Tcp.PassiveOpens"] == 0)
        #expect(record.queues.last?.counters["Tcp.PassiveOpens"] == 5)
        #expect(Set(QueueSample.watched).isSuperset(of: record.queues.last?.counters.keys.map { $0 } ?? []))
    }

    @Test("hold half-open connections while the last ACK is lost")
    func halfOpen() throws {
        let lost = Fault(
            name: "ack", selector: Selector(flagMask: .deciding, flagValue: .ack),
            site: FaultSite(host: "server", interface: "to-client"))
        let record = try Plans.run(
            Plans.plan(
                [
                    Plans.listen(.ipv4), connects(3), wait(.halfOpen, .exactly(3)),
                    Step(.fault(FaultSwitch(fault: "ack", on: false))), wait(.halfOpen, .exactly(0)),
                ], faults: [lost]))
        #expect(record.ending == .completed && record.shortfalls.isEmpty)
        #expect(record.queues.map(\.halfOpen).max() == 3)
        #expect(record.queues.last?.accepted == 3)
    }

    @Test("that do not get there are a shortfall with what they were")
    func shortfall() throws {
        let record = try Plans.run(
            Plans.plan([
                Plans.listen(.ipv4), connects(2), wait(.accept, CountRange(3, nil), atMost: .milliseconds(60)),
                wait(.halfOpen, .exactly(0), atMost: .milliseconds(60), of: "m"),
            ]))
        #expect(record.ending == .completed)
        #expect(
            record.shortfalls.map { $0.prefix(78) }
                == [
                    "step 3: the accept queue of l was 2 and did not become at least 3 within 60.0 m",
                    "step 4: the half-open queue of m was not there and did not become 0 within 60.",
                ].map { $0.prefix(78) })
    }

    @Test("get another limit from another listen()")
    func listenAgain() throws {
        let steps = [
            Plans.listen(.ipv4, backlog: 3), connects(1), Step(.listenAgain(ListenAgain(socket: "l", backlog: 9))),
            wait(.accept, .exactly(1)),
        ]
        let record = try Plans.run(Plans.plan(steps))
        #expect(record.ending == .completed)
        #expect(record.queues.first?.limit == 3 && record.queues.last?.limit == 9)
        #expect(record.calls("listen").map(\.errno) == [nil, nil])
        let senseless = try Plans.run(
            Plans.plan([
                Plans.listen(.ipv4), Plans.connect(.ipv4), Step(.listenAgain(ListenAgain(socket: "c", backlog: 9))),
            ]))
        guard case .failed(_, nil, "c is no listener") = senseless.ending else {
            Issue.record("\(senseless.ending)")
            return
        }
    }

    @Test("are looked at all the time where the plan is about them, and else in passing")
    func period() throws {
        let pause = Step(.wait(Wait(until: .duration(.milliseconds(600)), atMost: .seconds(1))))
        var plan = Plans.plan([Plans.listen(.ipv4), pause])
        #expect(try Plans.run(plan).queues.count < 6)
        let claim = QueueClaim(listener: "l", kind: .accept, moment: .peak, length: .exactly(0))
        plan.expectations = [Expectation(.queue(claim))]
        #expect(try Plans.run(plan).queues.count > 9)
        plan.expectations = [Expectation(.law(LawClaim(law: "accept-queue-overflow", of: "l")))]
        #expect(try Plans.run(plan).queues.count > 9)
    }

    @Test("and a sysctl written in the middle of a run are on one timeline, and it is read back")
    func set() throws {
        let key = "net.ipv4.tcp_max_syn_backlog"
        func set(_ value: String) -> Step {
            let place = SourceLocation(file: "a.yaml", line: 4, column: 2)
            return Step(.set(SysctlWrite(host: "server", key: key, value: value)), origin: place)
        }
        let settings = [SysctlSetting(key: key, value: nil), SysctlSetting(key: key, value: "128")]
        let record = try Plans.run(Plans.plan([Plans.listen(.ipv4), set("64")], server: settings))
        #expect(record.ending == .completed)
        #expect(record.sysctls["server"]?[key] == SysctlReading(before: "128", after: "64"))
        let writes = record.events.compactMap { event -> SysctlWrite? in
            if case .sysctl(let write) = event.what { write } else { nil }
        }
        #expect(writes == [SysctlWrite(host: "server", key: key, value: "64")])
        let refused = try Plans.run(Plans.plan([set("lots")], server: settings))
        guard case .sysctlRefused("server", key, "lots", "EINVAL", _, let origin) = refused.ending else {
            Issue.record("\(refused.ending)")
            return
        }
        #expect(origin?.line == 4)
    }
}
