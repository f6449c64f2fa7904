import Model
import Testing

@testable import Oracle

/// What the laws of a connection's later life say, against what was measured and what the kernel's source says.
@Suite struct StreamLawTests {
    private static func path(
        _ hertz: Int64 = 250, minimum: Nanoseconds = .milliseconds(200), maximum: Nanoseconds = .seconds(120),
        roundTrip: Nanoseconds = .microseconds(200)
    ) -> EstablishedPath {
        EstablishedPath(
            minimumRTO: minimum, maximumRTO: maximum, roundTrip: roundTrip,
            wheel: TimerWheel(tick: Nanoseconds(1_000_000_000 / hertz), processors: 1))
    }

    private static func milliseconds(_ time: Nanoseconds) -> Int64 { time.value / 1_000_000 }

    @Test(
        "the RTO is the least one and a round trip, in whole jiffies, and no more than the greatest",
        arguments: [
            (100, 200_000, 120_000, 210), (250, 200_000, 120_000, 204), (1000, 200_000, 120_000, 201),
            (250, 5000, 120_000, 12), (1000, 5000, 120_000, 6), (250, 50_000, 120_000, 56),
            (250, 2_000_000, 1000, 1000), (250, 1, 120_000, 8),
        ] as [(Int64, Int64, Int64, Int64)])
    func timeout(hertz: Int64, minimum: Int64, maximum: Int64, want: Int64) {
        let path = Self.path(hertz, minimum: .microseconds(minimum), maximum: .milliseconds(maximum))
        #expect(path.timeout == Interval(.milliseconds(want), .milliseconds(want)))
        #expect(path.probeTimeout == path.timeout)
    }

    @Test("a slow path makes an interval of it")
    func slow() {
        let path = Self.path(roundTrip: .milliseconds(60))
        #expect(path.timeout == Interval(.milliseconds(204), .milliseconds(300)))
        #expect(path.probeTimeout == Interval(.milliseconds(204), .milliseconds(300)))
        #expect(Self.path(roundTrip: .milliseconds(30)).probeTimeout.to == .milliseconds(232))
    }

    struct Chain: Sendable, CustomTestStringConvertible {
        var name: String
        var law: Retransmission
        /// Milliseconds at the least, from the first packet, at which something is repeated, and the end.
        var want: [Int64]
        /// How many of the repeats may be the end instead.
        var open = 0
        var testDescription: String { name }
    }

    private static func law(
        _ retries: Int, isOrphan: Bool = true, probes: Bool = true, user: Int64? = nil, linear: Int = 0,
        _ path: EstablishedPath = path()
    ) -> Retransmission {
        Retransmission(
            path: path, retries: retries, isOrphan: isOrphan, probes: probes,
            userTimeout: user.map { .milliseconds($0) }, linear: linear)
    }

    static let chains: [Chain] = [
        Chain(
            name: "an orphan by default: 107 s, nine repeats",
            law: law(0), want: [204, 408, 816, 1632, 3264, 6528, 13_056, 26_112, 52_224, 104_448]),
        Chain(
            name: "one retry of an orphan: 600 ms after the first timeout", law: law(1), want: [204, 408, 816, 1632]),
        Chain(name: "three retries: five repeats", law: law(3), want: [204, 408, 816, 1632, 3264, 6528]),
        Chain(name: "without a probe", law: law(1, probes: false), want: [204, 612, 1428]),
        Chain(
            name: "no retry of a socket that a program holds is one repeat", law: law(0, isOrphan: false),
            want: [204, 408, 816]),
        Chain(
            name: "an orphan whose RTO has reached the greatest has no retries left",
            law: law(0, path(maximum: .seconds(1))), want: [204, 408, 816, 1632, 2632]),
        Chain(
            name: "with a retry of its own it goes on", law: law(2, path(maximum: .seconds(1))),
            want: [204, 408, 816, 1632, 2632]),
        Chain(
            name: "TCP_USER_TIMEOUT cuts the last wait", law: law(8, user: 3000),
            want: [204, 408, 816, 1632, 3264, 3407, 3411], open: 1),
        Chain(
            name: "TCP_USER_TIMEOUT shorter than an RTO", law: law(8, user: 100), want: [204, 408, 507, 511], open: 1),
        Chain(
            name: "a thin stream is not doubled six times", law: law(2, isOrphan: false, linear: 6),
            want: [204, 408, 612, 816, 1020, 1224, 1428, 1632, 2040], open: 0),
        Chain(
            name: "the model keeps to 200 ms where the RTO does not", law: law(1, path(minimum: .milliseconds(8))),
            want: [12, 24, 48, 96, 192, 384, 768]),
        Chain(
            name: "HZ 100", law: law(1, path(100)), want: [210, 420, 840, 1680]),
        Chain(
            name: "HZ 1000", law: law(1, path(1000)), want: [201, 402, 804, 1608]),
    ]

    @Test(arguments: chains) func repeats(_ chain: Chain) {
        let timers = chain.law.chain()
        let firings = timers.firings(chain.law.path.wheel)
        #expect(firings.map { Self.milliseconds($0.from) } == chain.want)
        #expect(timers.timers.dropLast().count(where: \.mayGiveUp) == chain.open)
        #expect(timers.timers.last?.fate == .givesUp)
    }

    @Test("what the wheel adds decides whether four retries are five repeats or four")
    func four() {
        let timers = Self.law(4).chain().timers
        #expect(timers.dropLast().last?.fate == .retransmits || timers.dropLast().last?.mayGiveUp == true)
        #expect(Self.law(4).model(4) == .milliseconds(6200))
    }

    @Test(
        "the model of so many retries",
        arguments: [
            (0, 120_000, 200), (1, 120_000, 600), (8, 120_000, 102_200), (15, 120_000, 924_600),
            (4, 3000, 6000),
            (3, 1000, 2400),
        ] as [(Int, Int64, Int64)])
    func model(retries: Int, maximum: Int64, want: Int64) {
        #expect(Self.law(0, Self.path(maximum: .milliseconds(maximum))).model(retries) == .milliseconds(want))
    }

    @Test("a path that may have reached the greatest RTO leaves open what an orphan is granted")
    func unsettled() {
        let chain = Self.law(0, Self.path(minimum: .milliseconds(120), maximum: .seconds(1))).chain()
        #expect(chain.unsettled.isEmpty)
        let slow = Self.path(minimum: .milliseconds(120), maximum: .seconds(1), roundTrip: .milliseconds(8))
        #expect(!Self.law(0, slow).chain().unsettled.isEmpty)
    }

    @Test(
        "FIN_WAIT_2 as measured, in seconds",
        arguments: [
            (5, 250, 5.0, 5.26), (1, 250, 1.0, 1.04), (60, 250, 60, 62.05), (61, 250, 2, 2.07), (70, 250, 20, 20.52),
            (64, 250, 8, 8.52), (120, 250, 120, 124.1), (150, 250, 180, 184.1), (0, 250, 0.716, 0.76),
            (60, 1000, 60, 64.1), (61, 100, 2, 2.17), (0, 1000, 0.704, 0.78),
        ] as [(Int64, Int64, Double, Double)])
    func finWait2(seconds: Int64, hertz: Int64, least: Double, most: Double) {
        let life = FinWait2(timeout: .seconds(seconds), path: Self.path(hertz)).life
        #expect(abs(Double(life.from.value) / 1e9 - least) < 0.001)
        #expect(Double(life.to.value) / 1e9 < most && Double(life.to.value) / 1e9 > most - 0.05)
    }

    @Test("three and a half RTOs are the least, and may carry it beyond 60 s")
    func leastLife() {
        let slow = Self.path(minimum: .seconds(18))
        let timers = FinWait2(timeout: .seconds(1), path: slow).timers(slow.timeout.from)
        #expect(timers.map(Self.milliseconds) == [3016, 63_016])
        let capped = Self.path(minimum: .seconds(2), maximum: .seconds(1))
        #expect(FinWait2(timeout: .zero, path: capped).timers(capped.timeout.from) == [.milliseconds(3500)])
    }

    @Test(
        "keepalive: so many probes and the end",
        arguments: [
            (2, 1, 3, nil, [2000, 3000, 4000, 5000], 0), (1, 5, 1, nil, [1000, 6000], 0), (3, 1, 0, nil, [3000], 0),
            (1, 1, 9, 500, [1000, 2000], 0), (1, 1, 9, 2000, [1000, 2000], 0), (1, 1, 9, 2016, [1000, 2000, 3000], 1),
            (1, 1, 2, 3500, [1000, 2000, 3000, 4000], 0), (2, 3, 1, 9000, [2000, 5000, 8000, 11_000], 0),
        ] as [(Int64, Int64, Int, Int64?, [Int64], Int)])
    func keepalive(time: Int64, interval: Int64, probes: Int, user: Int64?, want: [Int64], open: Int) {
        let law = Keepalive(
            time: .seconds(time), interval: .seconds(interval), probes: probes,
            userTimeout: user.map { .milliseconds($0) }, wheel: TimerWheel(tick: .milliseconds(4), processors: 1))
        let chain = law.chain()
        #expect(chain.firings(law.wheel).map { Self.milliseconds($0.from) } == want)
        #expect(chain.timers.dropLast().count(where: \.mayGiveUp) == open)
        #expect(chain.soonestEnd == want.count - 1 - open)
    }
}
