import Model
import Testing

@testable import Scenarios

@Suite struct QuantityTests {
    @Test(arguments: [
        ("200ms", 200_000_000), ("3s", 3_000_000_000), ("1.5s", 1_500_000_000), ("2min", 120_000_000_000),
        ("0s", 0), ("7 us", 7_000), ("1ns", 1), ("0.001ms", 1_000),
    ]) func durations(_ text: String, _ nanoseconds: Int64) throws {
        #expect(try Quantity.duration(text) == Nanoseconds(nanoseconds))
    }

    @Test(arguments: [
        "20", "s", "-1s", "1.s", ".5s", "1.2.3s", "1e3s", "5 parsecs", "1.5ns", "99999999999999s", "25h", "2000min",
    ])
    func notDurations(_ text: String) {
        #expect(throws: Quantity.Refusal.self) { try Quantity.duration(text) }
    }

    @Test func bytes() throws {
        #expect(try Quantity.bytes("24B") == 24)
        #expect(try Quantity.bytes("1.5KiB") == 1536)
        #expect(throws: Quantity.Refusal.self) { try Quantity.bytes("24") }
        #expect(throws: Quantity.Refusal.self) { try Quantity.bytes("2000MiB") }
    }

    @Test func counts() throws {
        #expect(try Quantity.count("7") == .exactly(7))
        #expect(try Quantity.count("+1") == .exactly(1))
        #expect(try Quantity.count("5..7") == CountRange(5, 7))
        #expect(try Quantity.count("2 ..") == CountRange(2, nil))
        for bad in ["", "x", "7..5", "..3", "++1", "1.5", "1..2..3"] {
            #expect(throws: Quantity.Refusal.self, "\(bad)") { try Quantity.count(bad) }
        }
    }

    @Test func nth() throws {
        #expect(try Quantity.nth("1") == [NthRange(first: 1, last: 1)])
        #expect(try Quantity.nth("2..4") == [NthRange(first: 2, last: 4)])
        #expect(try Quantity.nth("2..") == [NthRange(first: 2, last: nil)])
        #expect(try Quantity.nth("1, 3..4") == [NthRange(first: 1, last: 1), NthRange(first: 3, last: 4)])
        for bad in ["0", "4..2", "2.., 5", "3, 3", "3, 1", "", ",", "x", "..", "..3"] {
            #expect(throws: Quantity.Refusal.self, "\(bad)") { try Quantity.nth(bad) }
        }
    }

    @Test func intervalsAndRates() throws {
        #expect(try Quantity.interval("6s..8s") == Interval(.seconds(6), .seconds(8)))
        #expect(try Quantity.interval("500ms .. 1s") == Interval(.milliseconds(500), .seconds(1)))
        #expect(try Quantity.interval("8s") == Interval(.zero, .seconds(8)))
        #expect(throws: Quantity.Refusal.self) { try Quantity.interval("8s..6s") }
        #expect(throws: Quantity.Refusal.self) { try Quantity.interval("6..8s") }
        #expect(try Quantity.rate("1000/s") == 1000)
        #expect(throws: Quantity.Refusal.self) { try Quantity.rate("1000") }
    }

    @Test func theNearestWordIsNearEnough() {
        #expect(Suggestion.nearest(to: "sumary", among: ["summary", "sysctls"]) == "summary")
        #expect(Suggestion.nearest(to: "ocnnect", among: ["connect", "close"]) == "connect")
        #expect(Suggestion.nearest(to: "xyz", among: ["connect", "close"]) == nil)
        #expect(Suggestion.distance("kitten", "sitting", limit: 9) == 3)
        #expect(Suggestion.distance("", "abc", limit: 9) == 3)
    }
}
