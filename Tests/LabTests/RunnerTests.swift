import Glibc
import Kernel
import Lab
import Model
import Testing

@Suite("A run", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct RunnerTests {
    @Test("of a connection has every call, packet and state on one timeline", arguments: Family.allCases)
    func connection(_ family: Family) throws {
        let steps = [
            Plans.listen(family), Plans.connect(family), Plans.accept(),
            Step(.close(Close(socket: "c", abort: true))), Step(.close(Close(socket: "s"))),
        ]
        let record = try Plans.run(Plans.plan(steps, family))
        #expect(record.ending == .completed)
        #expect(record.complaints == [])
        #expect(record.events.map(\.at) == record.events.map(\.at).sorted())
        let connect = try #require(record.calls("connect").first)
        #expect(connect.errno == nil)
        #expect(connect.remote == Plans.server(family))
        #expect(record.calls("accept").first?.remote == connect.local)
        #expect(record.packets("client", .sent, .syn).count == 1)
        #expect(record.packets("server", .received, .syn).count == 1)
        #expect(record.packets("server", .sent, .synAck).count == 1)
        #expect(record.packets("server", .received, .rst).count == 1)
        #expect(record.counters["client"]?["Tcp.ActiveOpens"] == 1)
        #expect(record.taps.map(\.lost) == [0, 0])
        let states: [String] = record.events.flatMap { event in
            if case .sockets(let sample) = event.what { sample.sockets.map(\.state) } else { [String]() }
        }
        #expect(states.contains("ESTABLISHED") && states.contains("LISTEN"))
    }

    @Test(
        "of a host with itself has each packet twice on the timeline and once in the capture",
        arguments: Family.allCases)
    func loopback(_ family: Family) throws {
        let own = SocketAddress(Plans.address(family == .ipv4 ? "127.0.0.1" : "::1"), Plans.port)
        let steps = [
            Step(.listen(Listen(host: "client", socket: "l", address: own, backlog: 4))),
            Step(.connect(Connect(host: "client", socket: "c", to: own, from: nil))), Plans.accept(),
            Step(.send(Send(socket: "c", bytes: 300_000))),
            Step(.receive(Receive(socket: "s", bytes: 300_000, atMost: .seconds(5)))),
            Step(.close(Close(socket: "c"))), Step(.close(Close(socket: "s"))),
        ]
        var plan = Plans.plan(steps, family)
        plan.hosts[0].interfaces.append(
            Interface(
                name: "lo", mac: MACAddress(bytes: [0, 0, 0, 0, 0, 0]),
                addresses: [Plans.prefix("127.0.0.1", 8), Plans.prefix("::1", 128)]))
        let record = try Plans.run(plan)
        #expect(record.ending == .completed && record.complaints == [])
        let (sent, received) = (record.packets("client", .sent, .syn), record.packets("client", .received, .syn))
        #expect(sent.count == 1 && received.count == 1 && sent.map(\.frame) == received.map(\.frame))
        let arrived = record.events.count { event in
            if case .packet(let packet) = event.what { packet.direction == .received } else { false }
        }
        #expect(record.counters["client"]?["Tcp.InSegs"] == Int64(arrived), "what the tap saw, TCP got")
        #expect(record.taps.first { $0.interface == "lo" }?.frames == arrived)
    }

    @Test("with the first SYN lost connects with the second, and tells which was taken", arguments: Family.allCases)
    func lostSyn(_ family: Family) throws {
        let fault = Plans.lostSyn([NthRange(first: 1, last: 1)])
        let record = try Plans.run(Plans.plan([Plans.listen(family), Plans.connect(family)], family, faults: [fault]))
        #expect(record.ending == .completed)
        #expect(record.packets("server", .received, .syn).map(\.takenBy) == ["lost", nil])
        #expect(record.faults.first?.qdiscDropped == 1)
        let start = try #require(record.events.first { $0.call == "connect" }?.at)
        let end = try #require(record.calls("connect").first?.ended)
        #expect(end - start > .milliseconds(1_000) && end - start < .milliseconds(1_500))
    }

    @Test("past its deadline says during which step")
    func deadline() throws {
        let plan = Plans.plan(
            [Plans.listen(.ipv4), Plans.connect(.ipv4)], faults: [Plans.lostSyn()], deadline: .milliseconds(300))
        let record = try Plans.run(plan)
        #expect(record.ending == .deadlinePassed(step: 1))
        let connect = try #require(record.calls("connect").first)
        #expect(connect.ended == nil)
        #expect(record.packets("server", .received, .syn).count == 1)
    }

    @Test("waits at its end for the connect() calls that nobody waited for")
    func lateConnect() throws {
        let steps = [Plans.listen(.ipv4), Plans.connect(.ipv4, awaited: false)]
        let lost = Plans.lostSyn([NthRange(first: 1, last: 1)])
        let record = try Plans.run(Plans.plan(steps, faults: [lost]))
        #expect(record.ending == .completed)
        #expect(record.calls("connect").map { $0.ended != nil && $0.errno == nil } == [true])
    }

    @Test("past its deadline at its end names the step whose call went on")
    func deadlineAtTheEnd() throws {
        let steps = [Plans.listen(.ipv4), Plans.connect(.ipv4, awaited: false), Step(.close(Close(socket: "l")))]
        let record = try Plans.run(Plans.plan(steps, faults: [Plans.lostSyn()], deadline: .milliseconds(300)))
        #expect(record.ending == .deadlinePassed(step: 1))
        let connect = try #require(record.calls("connect").first)
        #expect(connect.ended == nil)
        let syn = try #require(record.packets("client", .sent, .syn).first)
        #expect(connect.local == syn.segment.source, "known as soon as the kernel has chosen it")
    }

    /// The last look at the sockets is held up until the SYN has been repeated.
    @Test("counts at its end what every tap has heard until then")
    func lastWords() throws {
        let folder = try TemporaryFolder()
        let lateness = try LatenessWatcher()
        defer { lateness.stop() }
        let plan = Plans.plan(
            [Plans.listen(.ipv4), Plans.connect(.ipv4)], faults: [Plans.lostSyn()], deadline: .milliseconds(300))
        let runner = Runner(
            plan, facts: Plans.facts, folder: folder.path, lateness: lateness,
            live: { event in
                guard case .sockets = event.what, event.at > .milliseconds(300), event.at < .milliseconds(900) else {
                    return
                }
                Clock.rest(until: Clock.monotonic() + .milliseconds(1_300) - event.at)
            })
        let record = try runner.run()
        #expect(record.packets("server", .received, .syn).map(\.takenBy) == ["lost", "lost"])
        #expect(record.faults.first?.qdiscDropped == 2)
    }

    @Test("is over before it begins where the kernel refuses a sysctl")
    func refusedSysctl() throws {
        let setting = SysctlSetting(key: "net.ipv4.tcp_syn_retries", value: "0")
        let record = try Plans.run(Plans.plan([Plans.listen(.ipv4)], client: [setting]))
        guard case .sysctlRefused("client", "net.ipv4.tcp_syn_retries", "0", "EINVAL", _, _) = record.ending else {
            Issue.record("\(record.ending)")
            return
        }
        #expect(record.events.isEmpty)
    }

    @Test("reads sysctls before and after, written or not")
    func sysctls() throws {
        let settings = [
            SysctlSetting(key: "net.ipv4.tcp_syn_retries", value: "3"),
            SysctlSetting(key: "net.ipv4.tcp_fin_timeout", value: nil),
            SysctlSetting(key: "net.ipv4.no_such_thing", value: "1", optional: true),
        ]
        let found = try Plans.run(Plans.plan([], client: settings)).sysctls["client"]
        #expect(found?["net.ipv4.tcp_syn_retries"] == SysctlReading(before: "3", after: "3"))
        #expect(found?["net.ipv4.tcp_fin_timeout"] == SysctlReading(before: "60", after: "60"))
        #expect(found?["net.ipv4.no_such_thing"] == SysctlReading(before: nil, after: nil))
    }

    @Test("leaves out what is withheld, and what stands on it")
    func withheld() throws {
        var plan = Plans.plan(
            [Plans.listen(.ipv4), Plans.connect(.ipv4), Step(.close(Close(socket: "c")))], faults: [Plans.lostSyn()])
        plan.withheld = Withheld(faults: ["lost"])
        let connected = try Plans.run(plan)
        #expect(connected.calls("connect").map(\.errno) == [nil])
        #expect(connected.faults.isEmpty)
        plan.withheld = Withheld(steps: [1])
        let idle = try Plans.run(plan)
        #expect(idle.ending == .completed)
        #expect(idle.calls("connect").isEmpty && idle.calls("close").isEmpty)
    }

    @Test("whose step makes no sense ends with a reason")
    func senselessStep() throws {
        let record = try Plans.run(Plans.plan([Step(.close(Close(socket: "nobody")))]))
        guard case .failed(_, nil, let message) = record.ending else {
            Issue.record("\(record.ending)")
            return
        }
        #expect(message.contains("nobody"))
    }

    @Test("waits for time, packets and calls, and says when they did not come")
    func waits() throws {
        let selector = Selector(flagMask: .deciding, flagValue: .syn)
        let steps = [
            Plans.listen(.ipv4), Plans.connect(.ipv4, awaited: false),
            Step(.wait(Wait(until: .packets(selector: selector, host: "server", count: 2), atMost: .seconds(3)))),
            Step(.fault(FaultSwitch(fault: "lost", on: false))),
            Step(.wait(Wait(until: .call(socket: "c"), atMost: .seconds(5)))),
            Step(.wait(Wait(until: .duration(.milliseconds(100)), atMost: .seconds(1)))),
            Step(.wait(Wait(until: .packets(selector: selector, host: "server", count: 9), atMost: .milliseconds(50)))),
        ]
        let record = try Plans.run(Plans.plan(steps, faults: [Plans.lostSyn()]))
        #expect(record.ending == .completed)
        #expect(record.calls("connect").map(\.errno) == [nil])
        #expect(record.packets("server", .received, .syn).map(\.takenBy) == ["lost", "lost", nil])
        #expect(record.complaints.isEmpty && record.shortfalls.count == 1)
        let switches = record.events.compactMap { event -> (at: Nanoseconds, event: FaultEvent)? in
            if case .fault(let change) = event.what { (event.at, change) } else { nil }
        }
        #expect(switches.map { $0.event.change } == [FaultSwitch(fault: "lost", on: false)])
        #expect(switches.allSatisfy { $0.at < $0.event.ended && $0.event.ended - $0.at < .seconds(1) })
        #expect(record.shortfalls.first?.contains("3 of 9 packets") == true)
    }
}

extension Event {
    var call: String? { if case .call(let call) = what { call.call } else { nil } }
}
