import Kernel
import Lab
import Model
import Testing

@Suite(
    "A run with another initial RTO",
    .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason),
    .enabled(if: Plans.facts.availability(.socketOperations).isPresent, "needs a BPF program on the own cgroup"))
struct InitialTimeoutTests {
    /// `tcp_syn_retries` = 1: without linear timeouts SYNs at 0 and 1 RTO, given up at 3.
    private func plan(_ family: Family = .ipv4, _ rto: Nanoseconds?) -> Plan {
        var plan = Plans.plan(
            [Plans.listen(family), Plans.connect(family, options: [SocketOption("TCP_SYNCNT", 1)])], family,
            faults: [Plans.lostSyn()],
            client: [SysctlSetting(key: "net.ipv4.tcp_syn_linear_timeouts", value: "0", optional: true)])
        plan.initialRTO = rto
        return plan
    }

    private func lasted(_ record: RunRecord) throws -> Nanoseconds {
        let began = try #require(record.events.first { $0.call == "connect" }?.at)
        let call = try #require(record.calls("connect").first)
        #expect(call.errno == "ETIMEDOUT")
        return try #require(call.ended) - began
    }

    private func run(_ plan: Plan, _ timeouts: InitialTimeouts) throws -> RunRecord {
        let folder = try TemporaryFolder()
        let lateness = try LatenessWatcher()
        defer { lateness.stop() }
        return try Runner(
            plan, facts: Plans.facts, folder: folder.path, lateness: lateness, timeouts: timeouts
        ).run()
    }

    @Test("waits so long for the answer to a SYN", arguments: Family.allCases)
    func client(_ family: Family) throws {
        let record = try run(plan(family, .milliseconds(200)), InitialTimeouts())
        #expect(record.ending == .completed)
        #expect(record.complaints == [])
        #expect(record.packets("client", .sent, .syn).count == 2)
        let lasted = try lasted(record)
        #expect(lasted > .milliseconds(600) && lasted < .seconds(2), "\(lasted)")
    }

    @Test("waits so long for the final ACK", arguments: Family.allCases)
    func server(_ family: Family) throws {
        var plan = plan(family, .milliseconds(200))
        let lost = Selector(flagMask: .deciding, flagValue: [.syn, .ack], nth: [NthRange(first: 1, last: 1)])
        // SYNs that come again are lost: only the server's timer is left to send its SYN+ACK once more.
        plan.faults = [
            Fault(name: "answer", selector: lost, site: FaultSite(host: "client", interface: "to-server")),
            Plans.lostSyn([NthRange(first: 2, last: nil)]),
        ]
        let record = try run(plan, InitialTimeouts())
        #expect(record.complaints == [])
        let call = try #require(record.calls("connect").first)
        let began = try #require(record.events.first { $0.call == "connect" }?.at)
        #expect(call.errno == nil)
        let lasted = try #require(call.ended) - began
        #expect(lasted > .milliseconds(200) && lasted < .milliseconds(900), "\(lasted)")
    }

    @Test("leaves a run beside it alone, and the next one")
    func others() throws {
        let timeouts = InitialTimeouts()
        let record = try run(plan(.milliseconds(100)), timeouts)
        #expect(try lasted(record) < .seconds(2))
        var withheld = plan(.milliseconds(100))
        withheld.withheld.initialRTO = true
        for plan in [plan(nil), withheld] {
            #expect(try lasted(try run(plan, timeouts)) > .seconds(3))
        }
    }

    @Test("is not begun where the program cannot be had")
    func missing() throws {
        var facts = Plans.facts
        facts.features[.socketOperations] = .missing("no such thing")
        let lateness = try LatenessWatcher()
        defer { lateness.stop() }
        let folder = try TemporaryFolder()
        let record = try Runner(plan(.seconds(1)), facts: facts, folder: folder.path, lateness: lateness).run()
        #expect(record.ending == .unsupported(feature: "sock_ops", reason: "no such thing"))
    }

    private func plan(_ rto: Nanoseconds?) -> Plan { plan(.ipv4, rto) }
}
