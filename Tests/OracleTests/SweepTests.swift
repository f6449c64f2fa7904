import Model
import Testing

@testable import Oracle

@Suite struct SweepTests {
    private func sweep(_ facts: Facts = Fixture.facts, longest: Int64 = 1000) -> SynRetransmissionSweep {
        SynRetransmissionSweep(input(Fixture.plan(retries: 2, nth: nil), facts, longest: longest))
    }

    private func input(_ base: Plan, _ facts: Facts, longest: Int64 = 1000, seed: UInt64 = 7) -> SweepInput {
        SweepInput(bases: [base], facts: facts, drawn: 10, seed: seed, longest: .seconds(longest))
    }

    @Test("the same seed draws the same combinations; the names tell them apart")
    func deterministic() throws {
        let points = try sweep().points()
        #expect(points == (try sweep().points()))
        #expect(points.count > 45)
        #expect(Set(points.map(\.plan.instance)).count == points.count)
        let other = SynRetransmissionSweep(input(Fixture.plan(retries: 2, nth: nil), Fixture.facts, seed: 8))
        #expect(try other.points() != points)
    }

    @Test("the families take turns, and the seed says which is first")
    func families() throws {
        var other = Fixture.plan(retries: 2, nth: nil)
        other.family = .ipv6
        func families(_ seed: UInt64) throws -> [Family] {
            let bases = [Fixture.plan(retries: 2, nth: nil), other]
            let input = SweepInput(bases: bases, facts: Fixture.facts, drawn: 4, seed: seed, longest: .seconds(1000))
            let points = try SynRetransmissionSweep(input).points()
            #expect(points.allSatisfy { $0.plan.instance.hasPrefix("oracle-check/\($0.plan.family.rawValue)/") })
            return points.map(\.plan.family)
        }
        let (even, odd) = (try families(8), try families(7))
        #expect(Array(even.prefix(4)) == [.ipv6, .ipv4, .ipv6, .ipv4])
        #expect(zip(even.prefix(20), odd).allSatisfy { $0 != $1 })
    }

    @Test("a base plan that does not expect the law would prove nothing, and is refused")
    func lawless() {
        var plan = Fixture.plan(retries: 2, nth: nil)
        plan.expectations = []
        #expect(throws: OracleError.self) { try SynRetransmissionSweep(input(plan, Fixture.facts)).points() }
    }

    @Test("what a kernel lacks is not tried")
    func older() throws {
        var facts = Fixture.facts
        facts.sysctls[SynRetransmission.linearKey] = nil
        facts.sysctls[SynRetransmission.maximumKey] = nil
        let points = try sweep(facts).points()
        #expect(points.allSatisfy { $0.parameters[1].isEmpty && $0.parameters[4].isEmpty })
        #expect(points.count > 15)
    }

    @Test("an initial RTO is tried where it can be set")
    func initialRTO() throws {
        #expect(try sweep().points().allSatisfy { $0.plan.initialRTO == nil })
        var facts = Fixture.facts
        facts.features[.socketOperations] = .present
        let points = try sweep(facts).points().filter { $0.plan.initialRTO != nil }
        #expect(points.count >= 25)
        #expect(points.allSatisfy { $0.parameters[5] == "\($0.plan.initialRTO?.milliseconds ?? 0)" })
    }

    @Test("a limit leaves out what lasts longer")
    func limit() throws {
        let points = try sweep(longest: 20).points()
        #expect(points.allSatisfy { $0.forecast.longest <= .seconds(20) })
        #expect(points.count < (try sweep().points().count))
    }

    @Test("every combination of the queues is decided before it runs")
    func queues() throws {
        let flood = ListenerFixture.plan(
            ["half-open-limit", "syn-cookies"],
            [ListenerFixture.listen(64), ListenerFixture.flood(300), ListenerFixture.wait(500)])
        let halfOpen = try HalfOpenSweep(input(flood, ListenerFixture.facts)).points()
        #expect(halfOpen.count >= 40)
        #expect(Set(halfOpen.map(\.plan.instance)).count == halfOpen.count)
        #expect(halfOpen.contains { $0.forecast.predictions[0].expected.hasPrefix("76 half-open of ") })
        let held = ListenerFixture.plan(
            ["accept-queue-overflow"], faults: [ListenerFixture.heldAck(40_001)],
            [ListenerFixture.listen(1), ListenerFixture.connect("held", 40_001)])
        let accept = try AcceptQueueSweep(input(held, ListenerFixture.facts)).points()
        #expect(accept.count >= 20)
        let zero = try #require(accept.first { $0.parameters == ["0", "1", "0"] })
        #expect(zero.forecast.predictions[0].expected.contains("ListenOverflows +0"), "its ACK finds the queue empty")
        let three = try #require(accept.first { $0.parameters == ["3", "1", "1"] })
        #expect(three.forecast.predictions[0].expected.contains("held: connect() returns, and an RST comes later"))
    }

    private func points<Sweep: KnobSweep>(
        _ sweep: Sweep.Type, _ base: Plan, _ facts: Facts = StreamFixture.facts()
    ) throws -> [SweepPoint] {
        let points = try Sweep(input(base, facts, longest: 10_000)).points()
        #expect(Set(points.map(\.plan.instance)).count == points.count)
        #expect(points.allSatisfy { $0.plan.deadline > $0.forecast.longest })
        #expect(points.allSatisfy { $0.parameters.count == Sweep.columns.count })
        return points
    }

    @Test("every combination of a connection's later life is decided before it runs")
    func streams() throws {
        let fin = StreamFixture.plan("retransmission", [StreamFixture.close], faults: [StreamFixture.losesFin])
        let orphans = try points(OrphanSweep.self, fin)
        #expect(orphans.count > 40)
        let short = try #require(orphans.first { $0.parameters[0] == "0" && $0.parameters[3] == "1000" })
        #expect(short.forecast.predictions[0].expected.contains("c is gone, 2.632–"))
        let receive = Action.receive(Receive(socket: "c", bytes: 1, atMost: .seconds(1)))
        let data = try points(
            DataSweep.self,
            StreamFixture.plan("retransmission", [StreamFixture.send, receive], faults: [StreamFixture.losesData]))
        #expect(data.count > 40)
        #expect(
            data.allSatisfy { point in
                point.plan.steps.contains { step in
                    if case .receive(let receive) = step.action { receive.atMost == point.plan.deadline } else { false }
                }
            }, "nothing is given up before the law says so")
        let lives = try points(FinWait2Sweep.self, StreamFixture.plan("fin-wait-2", [StreamFixture.close]))
        #expect(lives.contains { $0.parameters[0] == "61" && $0.forecast.longest < .seconds(3) })
        let closed = StreamFixture.plan("time-wait", [StreamFixture.close, StreamFixture.closePeer])
        let waits = try points(TimeWaitSweep.self, closed)
        #expect(Set(waits.map(\.forecast.predictions[0].expected)).count == 1, "nothing moves it")
        let silence = StreamFixture.plan(
            "keepalive", [StreamFixture.silent], faults: [StreamFixture.silence], options: ["SO_KEEPALIVE": 1])
        #expect(try points(KeepaliveSweep.self, silence).count > 25)
    }

    @Test("options and sysctls that a kernel lacks are not tried there")
    func olderStreams() throws {
        let fin = StreamFixture.plan("retransmission", [StreamFixture.close], faults: [StreamFixture.losesFin])
        let facts = StreamFixture.facts(without: [EstablishedPath.minimumKey, EstablishedPath.maximumKey])
        let points = try points(OrphanSweep.self, fin, facts)
        #expect(points.allSatisfy { $0.parameters[3...5].allSatisfy { $0.isEmpty } })
        #expect(points.contains { !$0.parameters[6].isEmpty })
    }
}
