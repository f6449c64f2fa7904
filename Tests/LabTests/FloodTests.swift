import Kernel
import Lab
import Model
import Testing

@Suite("A flood", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct FloodTests {
    private static let backlog = 16

    private func listen(_ family: Family) -> Step {
        let nowhere = Plans.address(family == .ipv4 ? "0.0.0.0" : "::")
        return Step(
            .listen(
                Listen(host: "server", socket: "l", address: SocketAddress(nowhere, Plans.port), backlog: Self.backlog))
        )
    }

    private func inject(
        _ family: Family, _ packet: PacketKind = .syn, count: Int, rate: Int? = nil, sources: Int = 1_000,
        port: UInt16 = Plans.port, atMost: Nanoseconds = .seconds(10), awaited: Bool = true
    ) -> Step {
        let step = Inject(
            host: "attacker", interface: "to-server", mac: MACAddress(bytes: [2, 0, 0, 0, 2, 2]),
            to: SocketAddress(Plans.address(family == .ipv4 ? "198.18.2.2" : "fd00:7cb:2::2"), port), packet: packet,
            count: count, rate: rate, from: Plans.address(family == .ipv4 ? "198.19.0.1" : "fd7c:fa17:1::1"),
            sources: sources, atMost: atMost)
        return Step(.inject(step), awaited: awaited)
    }

    private func cookies(_ value: Int) -> [SysctlSetting] {
        [
            SysctlSetting(key: "net.ipv4.tcp_syncookies", value: "\(value)"),
            SysctlSetting(key: "net.ipv4.tcp_max_syn_backlog", value: "4096"),
        ]
    }

    private func progress(_ record: RunRecord) -> [InjectEvent] {
        record.events.compactMap { event in if case .inject(let inject) = event.what { inject } else { nil } }
    }

    private func tap(_ record: RunRecord, _ host: String, _ interface: String) throws -> TapReport {
        try #require(record.taps.first { $0.host == host && $0.interface == interface })
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        var family: Family
        var cookies: Int
        var sampling: Int
        var testDescription: String { "\(family), cookies \(cookies), sampling \(sampling)" }

        static let all = Family.allCases.flatMap { family in
            [0, 1].flatMap { cookies in
                [1, 8].map { Case(family: family, cookies: cookies, sampling: $0) }
            }
        }
    }

    @Test("of 3000 SYNs is counted alike by all who count, and fills the queue to its limit", arguments: Case.all)
    private func full(_ flood: Case) throws {
        let count = 3_000
        let plan = Plans.star(
            flood.family, sampling: flood.sampling, server: cookies(flood.cookies),
            steps: [listen(flood.family), inject(flood.family, count: count)])
        let record = try Plans.run(plan)
        #expect(record.ending == .completed && record.complaints.isEmpty && record.shortfalls.isEmpty)
        let progress = progress(record)
        #expect(progress.first == InjectEvent(step: 1, sent: 0, ended: false))
        #expect(progress.last == InjectEvent(step: 1, sent: count, ended: true))

        let server = try #require(record.counters["server"])
        #expect(server["Tcp.InSegs"] == Int64(count))
        let received = record.packets("server", .received, .syn).count
        let tap = try tap(record, "server", "to-attacker")
        #expect(tap.lost == 0)
        #expect(received + (tap.unsampled ?? 0) == count)
        #expect((tap.unsampled == nil) == (flood.sampling == 1))
        #expect(try self.tap(record, "server", "to-client").unsampled ?? 0 == 0)
        let sampled = try (0..<count).count { index in
            guard case .inject(let step) = plan.steps[1].action else { throw LabError.inconsistentPlan("no flood") }
            return Int(step.source(index).port).isMultiple(of: flood.sampling)
        }
        #expect(received == sampled)
        #expect(record.packets("attacker", .sent, .syn).count == sampled)

        let peak = record.queues.map(\.halfOpen).max()
        let beyond = try #require(Plans.facts.halfOpenBeyondBacklog)
        #expect(peak == Self.backlog + beyond)
        let last = try #require(record.queues.last)
        #expect(last.counters["Tcp.InSegs"] == Int64(count))
        let sent = server["TcpExt.SyncookiesSent"] ?? 0
        let dropped = server["TcpExt.TCPReqQFullDrop"] ?? 0
        #expect(flood.cookies == 1 ? sent == count - Self.backlog - beyond : sent == 0)
        #expect(flood.cookies == 0 ? dropped == count - Self.backlog - beyond : dropped == 0)
        try checkSamples(record)
    }

    /// Nobody lists the request sockets of made-up peers.
    private func checkSamples(_ record: RunRecord) throws {
        let samples = record.events.compactMap { event -> SocketSample? in
            if case .sockets(let sample) = event.what { sample } else { nil }
        }
        let server = samples.filter { $0.host == "server" }
        #expect(server.allSatisfy { $0.madeUp != nil && $0.sockets.allSatisfy { $0.state == "LISTEN" } })
        #expect(server.last?.madeUp == record.queues.last?.halfOpen)
    }

    @Test("gets neither RST nor ICMP back from where made-up addresses lead", arguments: Family.allCases)
    func silence(_ family: Family) throws {
        let record = try Plans.run(
            Plans.star(family, server: cookies(1), steps: [listen(family), inject(family, count: 500)]))
        #expect(record.ending == .completed)
        #expect(record.packets("attacker", .received, .synAck).count >= 500, "each SYN was answered")
        let server = try #require(record.counters["server"])
        let attacker = try #require(record.counters["attacker"])
        #expect(server["Tcp.InSegs"] == 500)
        #expect(attacker["Tcp.OutRsts"] == 0 && attacker["Tcp.InSegs"] == 0)
        for counter in ["Icmp.InMsgs", "Icmp6.InDestUnreachs"] { #expect(server[counter] ?? 0 == 0) }
        for counter in ["Icmp.OutMsgs", "Icmp6.OutDestUnreachs"] { #expect(attacker[counter] ?? 0 == 0) }
    }

    @Test("is no faster than its rate, and tells how far it has got")
    func rate() throws {
        let record = try Plans.run(
            Plans.star(
                sampling: 256, server: cookies(1), steps: [listen(.ipv4), inject(.ipv4, count: 1_000, rate: 2_000)]))
        #expect(record.ending == .completed && record.shortfalls.isEmpty)
        let marks = record.events.filter { if case .inject = $0.what { true } else { false } }
        let took = try #require(marks.last).at - (try #require(marks.first)).at
        #expect(took >= .milliseconds(499) && took < .milliseconds(900), "\(took)")
        let sent = progress(record).map(\.sent)
        #expect(sent.count >= 4 && sent == sent.sorted())
        #expect(record.queues.count > 6)
    }

    @Test("of every kind of packet reaches the server, from the host's own address too", arguments: PacketKind.allCases)
    func kinds(_ packet: PacketKind) throws {
        guard packet != .any else { return }
        var step = inject(.ipv4, packet, count: 3, sources: 1)
        guard case .inject(var own) = step.action else { return }
        own.from = Plans.address("198.18.2.1")
        step.action = .inject(own)
        let record = try Plans.run(Plans.star(steps: [step]))
        #expect(record.ending == .completed)
        #expect(record.packets("server", .received, packet).count == 3)
        #expect(record.counters["server"]?["Tcp.InSegs"] == 3 && record.counters["server"]?["Tcp.InCsumErrors"] == 0)
    }

    @Test("that is not done in time is a shortfall")
    func shortfall() throws {
        let record = try Plans.run(
            Plans.star(steps: [inject(.ipv4, count: 10_000, rate: 100, atMost: .milliseconds(250))]))
        #expect(record.ending == .completed)
        let sent = try #require(progress(record).last).sent
        #expect(sent > 10 && sent < 30)
        #expect(record.shortfalls == ["step 1: \(sent) of 10000 packets were sent within 250.0 ms"])
        #expect(record.counters["server"]?["Tcp.InSegs"] == Int64(sent))
    }

    @Test("is waited for at the end of a run", arguments: [true, false])
    func unawaited(awaited: Bool) throws {
        let record = try Plans.run(Plans.star(steps: [inject(.ipv4, count: 300, rate: 1_000, awaited: awaited)]))
        #expect(record.ending == .completed)
        #expect(progress(record).last == InjectEvent(step: 0, sent: 300, ended: true))
    }

    @Test("ends with the run's deadline, which says during which step", arguments: [true, false])
    func deadline(awaited: Bool) throws {
        let record = try Plans.run(
            Plans.star(
                sampling: 256, steps: [inject(.ipv4, count: 10_000_000, awaited: awaited)], deadline: .milliseconds(300)
            ))
        #expect(record.ending == .deadlinePassed(step: 0))
        let last = try #require(progress(record).last)
        #expect(last.ended && last.sent > 0 && last.sent < 10_000_000)
        #expect(record.counters["server"]?["Tcp.InSegs"] == Int64(last.sent))
        #expect(record.complaints.isEmpty)
    }

    @Test("leaves neither descriptors nor threads")
    func nothingLeft() async {
        await #expect(processExitsWith: .success) {
            let tests = FloodTests()
            let plans = [
                Plans.star(sampling: 256, steps: [tests.listen(.ipv4), tests.inject(.ipv4, count: 500)]),
                Plans.star(
                    sampling: 256, steps: [tests.inject(.ipv4, count: 10_000_000, awaited: false)],
                    deadline: .milliseconds(100)),
            ]
            _ = try Plans.run(plans[0])
            let before = Belongings()
            for plan in plans + plans { _ = try Plans.run(plan) }
            #expect(Belongings.settled(like: before).holdsNothingBeyond(before))
        }
    }
}
