import FoundationEssentials
import Model
import Oracle
import Testing

@Suite("Between two runs, of packets")
struct PacketComparisonTests {
    @Test("one packet more, of another kind, or lost to a fault")
    func packets() throws {
        func open(_ one: [Double], _ two: [Double], _ flags: TCPFlags = [.fin, .ack]) throws -> [Change] {
            try ComparisonFixture.changes(
                ComparisonFixture.bent { ComparisonFixture.finish(&$0, one) },
                ComparisonFixture.bent { ComparisonFixture.finish(&$0, two, flags: flags) })
        }
        #expect(try open([6], [6]).isEmpty)
        #expect(try open([6], [6, 6.2]).map(\.kind) == [.packets])
        #expect(try open([6], [6], [.rst]).first?.before == "FIN")
        #expect(try open([6], [6], [.rst]).first?.after == "RST")
        #expect(try open([6], [6, 6.2]).allSatisfy { !$0.isExplained })
    }

    @Test("an ACK that the FIN after it repeats is no change; any other is")
    func delayedAck() throws {
        func changes(acknowledging number: UInt32) throws -> [Change.Kind] {
            try ComparisonFixture.changes(
                ComparisonFixture.bent { ComparisonFixture.finish(&$0, [6]) },
                ComparisonFixture.bent {
                    ComparisonFixture.finish(&$0, [5.99], flags: .ack, acknowledging: number)
                    ComparisonFixture.finish(&$0, [6])
                }
            ).map(\.kind)
        }
        #expect(try changes(acknowledging: 0) == [])
        #expect(try changes(acknowledging: 7) == [.packets])
    }

    @Test("a repetition that nobody waited for in the other run is no change")
    func cutOff() throws {
        let one = ComparisonFixture.bent { ComparisonFixture.finish(&$0, [6.5, 6.9]) }
        let two = ComparisonFixture.bent { ComparisonFixture.finish(&$0, [6.5, 6.9, 7.7]) }
        #expect(try ComparisonFixture.changes(one, two).map(\.kind) == [])
    }

    @Test("a pause that no granule explains")
    func timing() throws {
        func changes(_ pause: Double) throws -> [Change] {
            try ComparisonFixture.changes(
                ComparisonFixture.bent { ComparisonFixture.finish(&$0, [6, 6.204]) },
                ComparisonFixture.bent { ComparisonFixture.finish(&$0, [6, 6 + pause]) })
        }
        #expect(try changes(0.212).isEmpty)
        let change = try #require(try changes(0.4).first)
        #expect(change.kind == .timing)
        #expect(change.before == "204.0 ms")
        #expect(change.after == "400.0 ms")
        #expect(change.explanation == .unexplained)
    }

    @Test("how long the run itself waited before it did something is no timer")
    func steps() throws {
        func record(_ pause: Double) -> RunRecord {
            ComparisonFixture.bent { record in
                ComparisonFixture.finish(&record, [5], flags: [.ack])
                ComparisonFixture.finish(&record, [5 + pause])
                let began = Nanoseconds.milliseconds(Int64((5 + pause) * 1000) - 3)
                record.events.append(Event(at: began, .step(StepEvent(index: 1, began: true))))
            }
        }
        #expect(try ComparisonFixture.changes(record(1), record(1.5)).isEmpty)
    }
}
