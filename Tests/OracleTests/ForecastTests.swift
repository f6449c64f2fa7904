import Model
import Oracle
import Testing

/// What is said before a run, from plan and facts alone.
@Suite struct ForecastTests {
    private func forecast(_ change: (inout Plan) -> Void = { _ in }) throws -> Prediction {
        var plan = Fixture.plan(retries: 6, nth: nil)
        change(&plan)
        return try Oracle.forecast(plan, facts: Fixture.facts).predictions[0]
    }

    private func connect(_ change: (inout Connect) -> Void) -> Step {
        var connect = Connect(host: "client", socket: "c", to: Fixture.to, from: Fixture.from)
        change(&connect)
        return Step(.connect(connect))
    }

    @Test("the default attempt")
    func standard() throws {
        let forecast = try forecast()
        #expect(forecast.expected == "11 SYNs, then connect() fails with ETIMEDOUT after 131.000–136.056 s")
        #expect(forecast.moments.count == 12)
        #expect(forecast.moments[5].window == Interval(.seconds(5), .milliseconds(5160)))
    }

    @Test("another initial RTO, and the rule that says so")
    func initialRTO() throws {
        // Six waits of up to 200 ms (4 ms late each), three of up to 1.6 s (32 ms), 3.2 s and 6.4 s (256 ms).
        let silence = try forecast { $0.initialRTO = .milliseconds(100) }
        #expect(silence.expected == "11 SYNs, then connect() fails with ETIMEDOUT after 13.100–13.732 s")
        #expect(
            silence.rule.hasPrefix("each wait begins as 100 ms (a BPF program tells tcp_timeout_init), stays so for 4"))
        let lostAnswer = Fault(
            name: "answer",
            selector: Selector(flagMask: .deciding, flagValue: [.syn, .ack], nth: [.init(first: 1, last: 1)]),
            site: FaultSite(host: "client", interface: "to-server"))
        let answered = try forecast { plan in
            plan.initialRTO = .milliseconds(100)
            plan.faults = [lostAnswer]
        }
        #expect(answered.expected == "1–2 SYNs, then connect() returns after 0.100–0.104 s")
    }

    @Test("SYNs that come too soon are not all answered")
    func ratelimit() throws {
        var facts = Fixture.facts
        facts.sysctls["net.ipv4.tcp_invalid_ratelimit"] = "500"
        func expected(_ rto: Int64, lost: UInt64) throws -> String {
            var plan = Fixture.plan(retries: 6, nth: nil)
            plan.initialRTO = .milliseconds(rto)
            plan.faults[0].selector = Selector(
                flagMask: .deciding, flagValue: [.syn, .ack], nth: [NthRange(first: 1, last: Int(lost))])
            return try Oracle.forecast(plan, facts: facts).predictions[0].expected
        }
        #expect(throws: OracleError.self) { try expected(100, lost: 2) }
        #expect(try expected(100, lost: 1).hasPrefix("1–2 SYNs"))
        #expect(try expected(500, lost: 2).hasPrefix("1–3 SYNs"))
    }

    @Test("a kernel without linear timeouts")
    func older() throws {
        var facts = Fixture.facts
        facts.sysctls[SynRetransmission.linearKey] = nil
        facts.sysctls[SynRetransmission.maximumKey] = nil
        let plan = Fixture.plan(retries: 6, nth: nil)
        let expected = try Oracle.forecast(plan, facts: facts).predictions[0].expected
        #expect(expected.hasPrefix("7 SYNs, then connect() fails with ETIMEDOUT after 127.000–"))
    }

    @Test("socket options win over sysctls")
    func options() throws {
        let counted = try forecast { $0.steps[1] = connect { $0.options = [SocketOption("TCP_SYNCNT", 1)] } }
        #expect(counted.expected.hasPrefix("3 SYNs, then connect() fails with ETIMEDOUT after 3.000–"))
        let timed = try forecast { $0.steps[1] = connect { $0.options = [SocketOption("TCP_USER_TIMEOUT", 2500)] } }
        #expect(timed.expected.hasPrefix("3 SYNs, then connect() fails with ETIMEDOUT after 2.499–"))
    }

    @Test("who answers decides how it ends")
    func answers() throws {
        let lostOnce = try forecast { $0.faults[0].selector.nth = [NthRange(first: 1, last: 1)] }
        #expect(lostOnce.expected == "2 SYNs, then connect() returns after 1.000–1.032 s")
        let refused = try forecast { plan in
            plan.faults = []
            plan.steps.removeFirst()
        }
        #expect(refused.expected == "1 SYN, then connect() fails with ECONNREFUSED at once")
        let closed = try forecast { plan in
            plan.faults = []
            plan.steps.insert(Step(.close(Close(socket: "l"))), at: 1)
        }
        #expect(closed.expected == refused.expected)
        let nobody = try forecast { plan in
            plan.faults = []
            plan.steps[1] = connect { $0.to = SocketAddress(IPAddress("198.18.0.99")!, 5000) }
        }
        #expect(nobody.expected.hasPrefix("11 SYNs, then connect() fails with ETIMEDOUT"))
    }

    @Test("a lost SYN+ACK is repeated by the server's timer or provoked by the client's: either may be first")
    func lostAnswer() throws {
        let forecast = try forecast { plan in
            plan.faults[0].selector = Selector(
                destination: Fixture.client, flagMask: .deciding, flagValue: [.syn, .ack],
                nth: [NthRange(first: 1, last: 1)])
        }
        #expect(forecast.expected == "1–2 SYNs, then connect() returns after 1.000–1.032 s")
    }

    @Test("every second SYN, and a fault that is switched off before the call")
    func selections() throws {
        let second = try forecast { $0.faults[0].selector.nth = [NthRange(first: 2, last: 2)] }
        #expect(second.expected == "1 SYN, then connect() returns at once")
        let off = try forecast { $0.faults[0].startsOn = false }
        #expect(off.expected == "1 SYN, then connect() returns at once")
        let switched = try forecast { plan in
            plan.steps.insert(Step(.fault(FaultSwitch(fault: "lost-syn", on: false))), at: 1)
        }
        #expect(switched.expected == "1 SYN, then connect() returns at once")
    }

    @Test("what depends on the moment is refused, not guessed")
    func moments() {
        let off = Step(.fault(FaultSwitch(fault: "lost-syn", on: false)))
        #expect(throws: Never.self) { try forecast { $0.steps.append(off) } }
        #expect(throws: OracleError.self) {
            try forecast { plan in
                plan.steps[1].awaited = false
                plan.steps.append(off)
            }
        }
        #expect(throws: Never.self) {
            try forecast { plan in
                plan.steps[1].awaited = false
                plan.steps.append(Step(.wait(Wait(until: .call(socket: "c"), atMost: .seconds(200)))))
                plan.steps.append(off)
            }
        }
        #expect(throws: OracleError.self) {
            try forecast { plan in
                plan.steps[1].awaited = false
                plan.steps.append(Step(.close(Close(socket: "l"))))
            }
        }
        #expect(throws: OracleError.self, "the second connection finds the accept queue full") {
            try forecast { plan in
                plan.faults = []
                plan.steps[0] = Step(.listen(Listen(host: "server", socket: "l", address: Fixture.to, backlog: 0)))
                plan.steps.insert(
                    connect {
                        $0.socket = "first"
                        $0.from = SocketAddress(Fixture.client, 40_001)
                    }, at: 1)
            }
        }
        #expect(throws: OracleError.self, "a granule decides between two ends") {
            try forecast { plan in
                plan.faults[0].selector.nth = [NthRange(first: 1, last: 2)]
                plan.steps[1] = connect { $0.options = [SocketOption("TCP_USER_TIMEOUT", 2040)] }
            }
        }
    }

    @Test("a plan that no law decides still has a longest duration")
    func longest() throws {
        var plan = Fixture.plan(retries: 6, nth: nil)
        plan.expectations = []
        plan.steps[1].awaited = false
        plan.steps.append(Step(.fault(FaultSwitch(fault: "lost-syn", on: false))))
        #expect(try Oracle.forecast(plan, facts: Fixture.facts).longest >= .seconds(131))
    }

    @Test("what cannot be decided is an error that says why")
    func undecidable() {
        #expect(throws: OracleError.self) {
            try forecast { $0.expectations = [Expectation(.law(LawClaim(law: "no-such-law", of: "c")))] }
        }
        #expect(throws: OracleError.self) {
            try forecast { $0.expectations = [Expectation(.law(LawClaim(law: "syn-retransmission", of: "x")))] }
        }
        #expect(throws: OracleError.self) {
            try forecast { plan in
                plan.faults[0].selector.sourcePort = 40_000
                plan.steps[1] = connect { $0.from = nil }
            }
        }
        #expect(throws: OracleError.self) {
            try forecast { plan in
                plan.faults[0].selector.nth = [NthRange(first: 1, last: 2)]
                plan.steps.append(connect { $0.socket = "d" })
            }
        }
    }
}
