import Model
import Oracle
import Reporting
import Testing

@Suite("Explanations and ladders as text")
struct ExplanationTextTests {
    private static func at(_ milliseconds: Int64) -> Interval {
        Interval(.milliseconds(milliseconds), .milliseconds(milliseconds))
    }

    private static func syn(_ number: Int, _ from: Int64, _ to: Int64, lost: Bool = true) -> Rung {
        Rung(
            number == 1 ? "SYN" : "SYN \(number)", from: "client", to: "server",
            Interval(.milliseconds(from), .milliseconds(to)), fate: lost ? .lost : .arrives, of: "c")
    }

    private static let pair: Ladder = {
        var perhaps = syn(4, 19_000, 19_256)
        perhaps.certain = false
        return Ladder(
            hosts: ["client", "server"],
            rungs: [
                Rung("listen(16)", at: "server", at(0)), Rung("connect()", at: "client", at(0), of: "c"),
                syn(1, 0, 0), syn(2, 1000, 1036), syn(3, 3000, 3096), perhaps, syn(5, 35_000, 37_048, lost: false),
                Rung("SYN+ACK", from: "server", to: "client", at(37_048), of: "c"),
                Rung("connect() returns", at: "client", at(37_048), of: "c"),
            ])
    }()

    private static let star: Ladder = {
        var flood = Rung(
            "40,000 made-up SYNs", from: "attacker", to: "server", at(1000), remark: "from 4,096 addresses")
        flood.isFlood = true
        return Ladder(
            hosts: ["client", "server", "attacker"],
            rungs: [
                Rung("net.ipv4.tcp_syncookies = 0", at: "server", at(0)),
                Rung("connect()", at: "client", at(10), of: "c"),
                Rung("SYN", from: "client", to: "server", at(10), remark: "dropped, no room", of: "c"),
                Rung("connect() fails with ETIMEDOUT", at: "client", at(900), of: "c"),
                Rung("connect()", at: "client", at(910), of: "d"),
                Rung("fault blackout is switched off", at: nil, at(950)), flood,
                Rung("inject() does not end", at: "attacker", at(3000)),
            ])
    }()

    @Test("A ladder of two hosts: lost packets end in a cross, long silences are broken")
    func ladder() throws { try Snapshot.check(LadderText(Self.pair).lines, "ladder") }

    @Test("Of three hosts, with a flood and what the harness does")
    func ladderOfThree() throws { try Snapshot.check(LadderText(Self.star).lines, "ladder-star") }

    @Test("No line is wider than 80 columns or than the terminal", arguments: [40, 60, 80, 100])
    func width(_ width: Int) throws {
        for ladder in [Self.pair, Self.star] {
            let lines = LadderText(ladder, paint: Paint(isOn: false, width: width)).lines
            #expect(lines.allSatisfy { $0.count <= min(width, 80) }, "\(lines.joined(separator: "\n"))")
            #expect(lines.contains { $0.contains("✗") } == (ladder == Self.pair))
        }
    }

    @Test("A ladder with nothing on it has no lines")
    func empty() { #expect(LadderText(Ladder(hosts: ["a"], rungs: [])).lines.isEmpty) }

    private static let report = ExplanationReport(
        scenario: "connect-timeout", summary: "Every SYN is lost.", question: "How long is a client blocked?",
        answer: Answer(
            happens: "connect() blocks, and fails with ETIMEDOUT.", because: "Nobody answers (tcp_write_timeout).",
            costs: "A thread.", advice: "Set a timeout.", unless: "The link is down for seconds at a time."),
        reference: "RFC 6298",
        figures: Figures(
            instance: "connect-timeout/ipv4", kernel: "6.18.0",
            laws: [
                ExplainedLaw(
                    claim: LawClaim(law: "syn-retransmission", of: "c"),
                    expected: "3 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.352 s",
                    rule: "each wait doubles",
                    knobs: [
                        Knob(
                            host: "client", key: "net.ipv4.tcp_syn_retries", value: 2, byDefault: 6,
                            outcomes: [
                                .init(values: [1], effect: "2 SYNs"), .init(values: [2, 3], effect: "3 SYNs"),
                                .init(values: [6], effect: nil),
                            ])
                    ],
                    idle: [
                        Knob(
                            host: "client", key: "net.ipv4.tcp_rto_max_ms", value: 120_000, byDefault: 120_000,
                            outcomes: [.init(values: [1000, 120_000], effect: "3 SYNs")])
                    ])
            ], ladder: pair), instances: 2, skipped: nil)

    @Test("An explanation is the answer, with figures, knobs and the ladder")
    func explanation() throws { try Snapshot.check(ExplanationText(Self.report).lines, "explanation") }

    @Test("Without an answer and without figures it still says what it knows")
    func bare() throws {
        var report = Self.report
        report.answer = nil
        report.figures = nil
        report.skipped = "this kernel has no IPv6"
        try Snapshot.check(ExplanationText(report).lines, "explanation-skipped")
    }

    @Test("Colours change no letter")
    func colours() {
        let coloured = ExplanationText(Self.report, paint: Paint(isOn: true)).lines
        #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") } == ExplanationText(Self.report).lines)
    }
}
