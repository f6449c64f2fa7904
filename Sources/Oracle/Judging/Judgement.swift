package import Model

/// The verdicts, from best to worst.
package enum Verdict: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
    case pass
    /// A feature or a privilege is missing.
    case skip
    /// The fault cannot be proved, the evidence is lossy, or the machine was too late.
    case inconclusive
    /// The kernel did not do what the law says.
    case fail

    package static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .pass: 0
        case .skip: 1
        case .inconclusive: 2
        case .fail: 3
        }
    }
}

/// What a record proves.
package struct Judgement: Sendable, Hashable, Codable {
    package var format: Int
    package var instance: String
    package var summary: String
    package var verdict: Verdict
    /// Why it is not a pass, in one sentence; `nil` for a pass.
    package var reason: String?
    /// One for each expectation, in order.
    package var findings: [Finding]
    /// One for each fault that had to be proved.
    package var proofs: [FaultProof]
    /// From the first action to the end of the last.
    package var duration: Nanoseconds
    package var kernel: String
    package var counterRun: CounterRun?
    /// Where there was a flood.
    package var flood: FloodDigest?

    package init(
        format: Int = Format.version, instance: String, summary: String, verdict: Verdict, reason: String? = nil,
        findings: [Finding] = [], proofs: [FaultProof] = [], duration: Nanoseconds = .zero, kernel: String,
        counterRun: CounterRun? = nil, flood: FloodDigest? = nil
    ) {
        self.format = format
        self.instance = instance
        self.summary = summary
        self.verdict = verdict
        self.reason = reason
        self.findings = findings
        self.proofs = proofs
        self.duration = duration
        self.kernel = kernel
        self.counterRun = counterRun
        self.flood = flood
    }
}

/// One expectation beside what was seen.
package struct Finding: Sendable, Hashable, Codable {
    package var verdict: Verdict
    /// The expectation in the scenario's words: `law syn-retransmission of c`.
    package var title: String
    package var expected: String
    package var seen: String
    /// The rule that gave `expected`.
    package var rule: String
    /// Each compared item, in time order: for the table at the end of a run.
    package var rows: [Row]
    /// The steps came so late that something else had to happen than was planned: then none of the other expectations
    /// says anything either.
    package var isTooLate: Bool?
    /// Where in the scenario file it stands.
    package var origin: SourceLocation?

    package init(
        verdict: Verdict, title: String, expected: String, seen: String, rule: String, rows: [Row] = [],
        origin: SourceLocation? = nil
    ) {
        self.verdict = verdict
        self.title = title
        self.expected = expected
        self.seen = seen
        self.rule = rule
        self.rows = rows
        self.origin = origin
    }

    /// Whether it is about a law, and not about what a scenario claims beside it.
    package var isOfLaw: Bool { title.hasPrefix("law ") }

    /// One event: what, the window it had to fall in, when it fell. Or one figure: what, what it had to be, what it was.
    package struct Row: Sendable, Hashable, Codable {
        package var verdict: Verdict
        package var what: String
        /// Counted from `since`; `nil`: it should not have happened.
        package var window: Interval?
        /// `nil`: it did not happen.
        package var seen: Nanoseconds?
        /// Its number in the vantage point's capture file, for packets.
        package var frame: Int?
        /// What `window` and `seen` are counted from, on the record's timeline.
        package var since: Nanoseconds?
        /// Of a figure, in words.
        package var figure: Figure?

        package struct Figure: Sendable, Hashable, Codable {
            package var expected: String
            package var seen: String

            package init(expected: String, seen: String) {
                self.expected = expected
                self.seen = seen
            }
        }

        package init(_ what: String, expected: String, seen: String, verdict: Verdict) {
            self.init(verdict: verdict, what: what, window: nil, seen: nil)
            figure = Figure(expected: expected, seen: seen)
        }

        package init(
            verdict: Verdict, what: String, window: Interval?, seen: Nanoseconds?, frame: Int? = nil,
            since: Nanoseconds? = nil
        ) {
            self.since = since
            self.verdict = verdict
            self.what = what
            self.window = window
            self.seen = seen
            self.frame = frame
        }
    }
}

/// The three figures that must agree before a fault counts as proved.
package struct FaultProof: Sendable, Hashable, Codable {
    package var fault: String
    package var verdict: Verdict
    /// Dropped, by the qdisc of the fault's interface (all faults there together); of a route, ICMP that its router sent.
    package var qdisc: Int
    /// Packets at the receiver's tap that its faults had to take; of a route, those that came to its router for it.
    package var tap: Int
    /// Packets that the tap saw and the receiver's TCP did not: tap − Tcp.InSegs; of a route, ICMP that others got.
    package var peer: Int
    package var explanation: String

    package init(fault: String, verdict: Verdict, qdisc: Int, tap: Int, peer: Int, explanation: String) {
        self.fault = fault
        self.verdict = verdict
        self.qdisc = qdisc
        self.tap = tap
        self.peer = peer
        self.explanation = explanation
    }
}
