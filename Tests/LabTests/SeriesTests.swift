import Kernel
import Lab
import Model
import Testing

@Suite("A series of calls", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct SeriesTests {
    private func series(
        _ count: Int, every: Nanoseconds? = nil, until: Nanoseconds? = nil, from: Bool = true, awaited: Bool = true
    ) -> Step {
        let connect = Connect(
            host: "client", socket: "c", to: Plans.server(.ipv4),
            from: from ? SocketAddress(Plans.address("198.18.0.1"), 40_000) : nil,
            series: Connect.Series(count: count, every: every, until: until))
        return Step(.connect(connect), awaited: awaited)
    }

    private func starts(_ record: RunRecord) -> [Nanoseconds] {
        record.events.compactMap { $0.call == "connect" ? $0.at : nil }
    }

    @Test("one after the other, each from the next port")
    func closedLoop() throws {
        let record = try Plans.run(
            Plans.plan([
                Plans.listen(.ipv4), Plans.accept(nil, awaited: false), series(40), Step(.close(Close(socket: "c"))),
            ]))
        #expect(record.ending == .completed && record.complaints.isEmpty && record.shortfalls.isEmpty)
        let connects = record.calls("connect")
        #expect(connects.map(\.socket) == (1...40).map { "c#\($0)" })
        #expect(connects.map(\.local?.port) == (40_000..<40_040).map { UInt16($0) })
        #expect(connects.allSatisfy { $0.errno == nil && $0.ended != nil })
        for (call, next) in zip(connects, starts(record).dropFirst()) {
            #expect(try #require(call.ended) <= next)
        }
        #expect(Set(record.calls("close").map(\.socket)) == Set(connects.map(\.socket)))
        let accepted = record.calls("accept")
        #expect(accepted.map(\.socket) == (1...40).map { "s#\($0)" } && accepted.allSatisfy { $0.ended != nil })
    }

    @Test("at fixed times, whether or not the call before has ended")
    func openLoop() throws {
        let lost = Plans.lostSyn([NthRange(first: 1, last: 1)])
        let record = try Plans.run(
            Plans.plan(
                [Plans.listen(.ipv4), Plans.accept(nil, awaited: false), series(20, every: .milliseconds(10))],
                faults: [lost]))
        #expect(record.ending == .completed)
        let starts = starts(record)
        #expect(starts.count == 20)
        for (index, start) in starts.enumerated() {
            // Never early; late when the machine is.
            let late = start - starts[0] - .milliseconds(Int64(10 * index))
            #expect(late > .milliseconds(-2) && late < .milliseconds(100), "call \(index + 1): \(late)")
        }
        let connects = record.calls("connect")
        #expect(try #require(connects[0].ended) > starts[19], "the first is repeated when all have started")
        #expect(connects.allSatisfy { $0.errno == nil && $0.ended != nil })
    }

    @Test("ends where no call may start any more")
    func until() throws {
        let fixed = try Plans.run(
            Plans.plan([series(1_000, every: .milliseconds(20), until: .milliseconds(100), from: false)]))
        #expect(fixed.calls("connect").map(\.errno) == Array(repeating: "ECONNREFUSED", count: 6))
        let quick = try Plans.run(Plans.plan([series(20_000, until: .milliseconds(400), from: false)]))
        #expect(quick.ending == .completed)
        let starts = starts(quick)
        #expect(try #require(starts.last) - starts[0] < .seconds(1))
        #expect(quick.calls("connect").count > 1 && quick.calls("connect").count < 20_000)
    }

    @Test("that nobody awaits is waited for by its name, or by the end of the run")
    func unawaited() throws {
        let wait = Step(.wait(Wait(until: .call(socket: "c"), atMost: .seconds(5))))
        let steps = [series(5, every: .milliseconds(50), from: false, awaited: false)]
        for record in [try Plans.run(Plans.plan(steps + [wait])), try Plans.run(Plans.plan(steps))] {
            #expect(record.ending == .completed && record.shortfalls.isEmpty)
            #expect(record.calls("connect").filter { $0.ended != nil }.count == 5)
        }
    }

    @Test("closed in the middle starts no more")
    func closed() throws {
        let steps = [
            Plans.listen(.ipv4), series(1_000, every: .milliseconds(20), awaited: false),
            Step(.wait(Wait(until: .duration(.milliseconds(150)), atMost: .seconds(1)))),
            Step(.close(Close(socket: "c"))),
            Step(.wait(Wait(until: .duration(.milliseconds(100)), atMost: .seconds(1)))),
        ]
        let record = try Plans.run(Plans.plan(steps))
        #expect(record.ending == .completed)
        let count = record.calls("connect").count
        #expect(count > 1 && count < 20)
        #expect(record.calls("close").count == count)
    }

    @Test("is accepted until the limit has passed, without a shortfall")
    func acceptAll() throws {
        let began = Clock.monotonic()
        let record = try Plans.run(
            Plans.plan([
                Plans.listen(.ipv4), series(3), Plans.accept(nil, atMost: .milliseconds(300)),
                Step(.close(Close(socket: "s"))),
            ]))
        #expect(Clock.monotonic() - began > .milliseconds(300))
        #expect(record.ending == .completed && record.shortfalls.isEmpty)
        #expect(record.calls("accept").map(\.socket) == ["s#1", "s#2", "s#3"])
        #expect(record.calls("accept").allSatisfy { $0.ended != nil })
        #expect(record.calls("close").map(\.socket) == ["s#1", "s#2", "s#3"])
    }

    @Test("needs a descriptor for each call and for each that is accepted")
    func descriptors() {
        let none = Plans.plan([Plans.listen(.ipv4)]).descriptorNeed
        let some = Plans.plan([Plans.listen(.ipv4), series(100), Plans.accept(nil)]).descriptorNeed
        #expect(some == none + 200)
        let timed = series(100, every: .milliseconds(10), until: .milliseconds(90))
        #expect(Plans.plan([Plans.listen(.ipv4), timed]).descriptorNeed == none + 10)
    }
}
