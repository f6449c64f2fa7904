import FoundationEssentials
import Model
import Oracle
import Testing

@Suite("Two runs compared") struct ComparisonTests {
    @Test("the same twice is no change")
    func same() throws {
        let comparison = try Comparison(of: [ComparisonFixture.old()], with: [ComparisonFixture.old()])
        #expect(comparison.changes.isEmpty)
        #expect(comparison.unsure.isEmpty)
        #expect(comparison.compared == ["connect-timeout/ipv4"])
    }

    @Test("other times within what a timer allows are no change, nor are other ports and sequence numbers")
    func noise() throws {
        var later = ComparisonFixture.linear
        later.syns = [0, 1.002, 2.005, 3.008, 4.011, 5.014]
        later.ended = 7.03
        var record = later.record
        ComparisonFixture.count(&record, repeated: 5)
        for index in record.events.indices {
            if case .packet(var packet) = record.events[index].what {
                packet.segment.sequence += 77
                record.events[index].what = .packet(packet)
            }
        }
        #expect(try ComparisonFixture.changes(ComparisonFixture.old(), record).isEmpty)
    }

    @Test("without linear timeouts the law says another thing, and all that is seen follows")
    func law() throws {
        let comparison = try Comparison(of: [ComparisonFixture.doubling.record], with: [ComparisonFixture.old()])
        #expect(comparison.unexplained.isEmpty, "\(comparison.unexplained)")
        #expect(
            Set(comparison.changes.map(\.kind)) == [.sysctlDefault, .prediction, .packets, .counter])
        let prediction = try #require(comparison.changes.first { $0.kind == .prediction })
        guard case .law(let reason) = prediction.explanation else { return #expect(Bool(false)) }
        #expect(reason.causes.map(\.what) == ["\(SynRetransmission.linearKey) of client"])
        #expect(reason.causes[0].before == nil)
        #expect(reason.causes[0].after == "4")
        #expect(reason.causes[0].known?.id == "syn-linear-timeouts")
        #expect(reason.ruleBefore != reason.ruleAfter)
        let timeouts = try #require(comparison.changes.first { $0.what == "TcpExt.TCPTimeouts of client" })
        #expect(timeouts.explanation == .follows(from: "repeated SYNs that client sent: 2 → 5"))
        let packets = try #require(comparison.changes.first { $0.kind == .packets })
        #expect(packets.before == "SYN, SYN again (2 times)")
    }

    @Test("a setting of the plan explains as much as a default does")
    func setting() throws {
        var other = ComparisonFixture.doubling
        other.change = { record in
            record.plan.hosts[0].sysctls.append(SysctlSetting(key: SynRetransmission.linearKey, value: "0"))
            record.sysctls["client"]?[SynRetransmission.linearKey] = SysctlReading(before: "0", after: "0")
            ComparisonFixture.count(&record, repeated: 2)
        }
        let changes = try ComparisonFixture.changes(other.record, ComparisonFixture.old())
        #expect(!changes.isEmpty && changes.allSatisfy { $0.isExplained })
    }

    @Test("only what made the difference is named as its cause")
    func cause() throws {
        let changes = try ComparisonFixture.changes(
            ComparisonFixture.doubling.record,
            ComparisonFixture.bent { $0.facts.sysctls[SynRetransmission.maximumKey] = "110000" })
        for case .law(let reason) in changes.map(\.explanation) {
            #expect(reason.causes.map(\.what) == ["\(SynRetransmission.linearKey) of client"])
        }
    }

    @Test("a law that no longer holds is unexplained, whatever it says")
    func broken() throws {
        var late = ComparisonFixture.linear
        late.syns[3] = 3.5
        var record = late.record
        ComparisonFixture.count(&record, repeated: 5)
        let changes = try ComparisonFixture.changes(ComparisonFixture.old(), record)
        #expect(changes.map(\.kind) == [.timing, .verdict] || changes.map(\.kind) == [.timing, .timing, .verdict])
        #expect(changes.allSatisfy { !$0.isExplained })
        #expect(changes.last?.what == "law syn-retransmission of c")

        let missing = Fixture.silence(syns: [0, 1.012, 2.036], ended: 7.124).record
        let kinds = try ComparisonFixture.changes(ComparisonFixture.old(), missing).filter { !$0.isExplained }.map(
            \.kind)
        #expect(Set(kinds).isSuperset(of: [.packets, .verdict]))
    }

    @Test("a law's other words do not explain what it did not predict")
    func beside() throws {
        var old = ComparisonFixture.doubling.record
        var new = ComparisonFixture.old()
        ComparisonFixture.finish(&old, [6, 6.2])
        ComparisonFixture.finish(&new, [6, 6.2, 6.6])
        new.counters["client"]?["Tcp.AttemptFails"] = 2
        let open = try Comparison(of: [old], with: [new]).unexplained
        #expect(open.map(\.what) == ["sent by server, connection c", "Tcp.AttemptFails of client"])
    }

    @Test("a call that ends otherwise, or is missing")
    func calls() throws {
        let close = CallEvent(
            socket: "c", host: "client", call: "close", ended: .seconds(8), local: Fixture.from, remote: Fixture.to)
        func record(_ errno: String?, _ isThere: Bool = true) -> RunRecord {
            ComparisonFixture.bent { record in
                var close = close
                close.errno = errno
                if isThere { record.events.append(Event(at: .seconds(8), .call(close))) }
            }
        }
        #expect(try ComparisonFixture.changes(record(nil), record(nil)).isEmpty)
        let change = try #require(try ComparisonFixture.changes(record(nil), record("EIO")).first)
        #expect(change.kind == .call && change.after == "failed with EIO" && !change.isExplained)
        #expect(try ComparisonFixture.changes(record(nil), record(nil, false)).first?.after == nil)
    }

    @Test("counters must grow alike, and one that only one side has did not grow on the other")
    func counters() throws {
        let changes = try ComparisonFixture.changes { $0.counters["client"]?["Tcp.AttemptFails"] = 2 }
        #expect(changes.map(\.kind) == [.counter])
        #expect(changes.first?.explanation == .unexplained)
        let grown = try ComparisonFixture.changes { $0.counters["server"]?["TcpExt.PAWSOldAck"] = 3 }
        #expect(grown.map(\.what) == ["TcpExt.PAWSOldAck of server"] && grown[0].after == "+3")
        #expect(try ComparisonFixture.changes { $0.counters["server"]?["TcpExt.PAWSOldAck"] = 0 }.isEmpty)
        #expect(try ComparisonFixture.changes { $0.counters["server"]?["Ip.InReceives"] = 3 }.isEmpty)
        // As many more as nothing else is more of.
        #expect(try ComparisonFixture.changes { $0.counters["client"]?["TcpExt.TCPTimeouts"] = 9 }.count == 1)
    }

    @Test("a counter that counts in more cases since a known change is explained by it, others are not")
    func countsMore() throws {
        func changes(_ name: String) throws -> [Change] {
            var (old, new) = (ComparisonFixture.bent { _ in }, ComparisonFixture.bent { _ in })
            (old.facts.kernel, new.facts.kernel) = ("6.1.0", "6.12.0")
            old.counters["client"]?[name] = 0
            new.counters["client"]?[name] = 1
            return try ComparisonFixture.changes(old, new).filter { $0.kind == .counter }
        }
        #expect(try changes("TcpExt.TcpDuplicateDataRehash").map(\.isExplained) == [true])
        #expect(try changes("TcpExt.TCPLossUndo").map(\.isExplained) == [false])
    }

    @Test("a queue's length that two looks in a row found")
    func queues() throws {
        func record(_ lengths: [Int], isAbout: Bool = true) -> RunRecord {
            ComparisonFixture.bent { record in
                if isAbout {
                    let peak = QueueClaim(listener: "l", kind: .accept, moment: .peak, length: .exactly(1))
                    record.plan.expectations.append(Expectation(.queue(peak)))
                }
                for (index, length) in lengths.enumerated() {
                    let sample = QueueSample(host: "server", listener: "l", halfOpen: 0, accepted: length, limit: 16)
                    record.events.append(Event(at: .milliseconds(Int64(index) * 10), .queue(sample)))
                }
            }
        }
        #expect(
            try ComparisonFixture.changes(record([0, 1, 1]), record([0, 2, 1, 0])).allSatisfy { $0.kind != .queue })
        #expect(
            try ComparisonFixture.changes(record([0, 1, 1], isAbout: false), record([2, 2], isAbout: false)).isEmpty)
        let change = try #require(
            try ComparisonFixture.changes(record([0, 1, 1]), record([2, 2])).first { $0.kind == .queue })
        #expect(change.before == "1" && change.after == "2" && !change.isExplained)
    }

    @Test("a number claimed beside a law follows from the law, unless something else is wrong with it")
    func claims() throws {
        let claim = CountersClaim(host: "client", changes: ["TcpExt.TCPSynRetrans": .exactly(5)])
        func claiming(_ record: RunRecord) -> RunRecord {
            var record = record
            record.plan.expectations.append(Expectation(.counters(claim)))
            return record
        }
        let old = claiming(ComparisonFixture.doubling.record)
        let new = claiming(ComparisonFixture.old())
        let verdict = try #require(try ComparisonFixture.changes(old, new).first { $0.kind == .verdict })
        #expect(verdict.explanation == .follows(from: "TcpExt.TCPSynRetrans of client"))
        let wrong = claiming(ComparisonFixture.bent { $0.counters["client"]?["TcpExt.TCPSynRetrans"] = 4 })
        let open = try ComparisonFixture.changes(claiming(ComparisonFixture.old()), wrong)
        #expect(open.contains { $0.kind == .verdict } && open.allSatisfy { !$0.isExplained })
    }

    @Test("what only one run has, or is not sure of, is told and says nothing")
    func unsure() throws {
        var other = ComparisonFixture.old()
        other.plan.instance = "other/ipv4"
        var comparison = try Comparison(of: [ComparisonFixture.old(), other], with: [ComparisonFixture.old()])
        #expect(comparison.unsure.map(\.instance) == ["other/ipv4"])
        #expect(comparison.changes.isEmpty)
        let lossy = ComparisonFixture.bent { $0.complaints = ["the runner stumbled"] }
        comparison = try Comparison(
            of: [ComparisonFixture.old()], with: [ComparisonFixture.old()], lost: ["flood": "both guests died of it"])
        #expect(comparison.unsure == [.init("flood", "both guests died of it")])
        comparison = try Comparison(of: [ComparisonFixture.old()], with: [lossy])
        #expect(comparison.unsure.first?.reason == "inconclusive after: the runner stumbled")
        #expect(comparison.compared.isEmpty)
        let edited = ComparisonFixture.bent { $0.plan.steps.append($0.plan.steps[0]) }
        comparison = try Comparison(of: [ComparisonFixture.old()], with: [edited])
        #expect(comparison.unsure.map(\.reason) == ["the two plans do not do the same"])
    }

    @Test("runs with nothing in common, or of several kernels, are no comparison")
    func refused() {
        var other = ComparisonFixture.old()
        other.plan.instance = "other/ipv4"
        #expect(throws: ComparisonError.nothingInCommon) {
            try Comparison(of: [ComparisonFixture.old()], with: [other])
        }
        #expect(throws: ComparisonError.noRecords) { try Comparison(of: [], with: [other]) }
        other.facts.kernel = "6.1.0"
        #expect(throws: ComparisonError.severalKernels(["6.1.0", "6.18.0"])) {
            try Comparison(of: [ComparisonFixture.old(), other], with: [other])
        }
    }

    @Test("in a flood only verdicts and what the laws say count")
    func floods() throws {
        let old = FloodFixture.dropped.record
        var new = old
        new.counters["server"]?["TcpExt.ListenDrops"] = 477
        new.counters["server"]?["TcpExt.TCPReqQFullDrop"] = 477
        let changes = try ComparisonFixture.changes(old, new)
        #expect(changes.allSatisfy { $0.kind == .verdict })
        var narrow = old
        narrow.facts.halfOpenBeyondBacklog = 0
        let limit = try ComparisonFixture.changes(old, narrow)
        #expect(limit.contains { $0.kind == .prediction && $0.isExplained })
        #expect(limit.contains { $0.kind == .verdict && !$0.isExplained })
    }

    @Test("the same change in several instances is told once, and JSON keeps everything")
    func folded() throws {
        func both(_ record: RunRecord) -> [RunRecord] {
            var other = record
            other.plan.instance = "connect-timeout/ipv6"
            return [record, other]
        }
        let comparison = try Comparison(
            of: both(ComparisonFixture.doubling.record), with: both(ComparisonFixture.old()))
        let prediction = comparison.folded.filter { $0.change.kind == .prediction }
        #expect(prediction.map(\.instances) == [["connect-timeout/ipv4", "connect-timeout/ipv6"]])
        let copy = try JSONDecoder().decode(Comparison.self, from: try JSONEncoder().encode(comparison))
        #expect(copy == comparison)
    }
}
