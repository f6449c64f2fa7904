package import Model

/// What must be seen if the kernel keeps its rules: one prediction an expectation, in the plan's order.
///
/// A pure function of plan and facts. It is made before the run and again, from the record, after it.
package struct Forecast: Sendable, Hashable, Codable {
    package var predictions: [Prediction]
    /// From the first action to the latest moment that any prediction allows.
    package var longest: Nanoseconds

    package init(predictions: [Prediction], longest: Nanoseconds) {
        self.predictions = predictions
        self.longest = longest
    }
}

/// One expectation with the rule that decides it.
package struct Prediction: Sendable, Hashable, Codable {
    package var claim: Claim
    package var origin: SourceLocation?
    /// What must be seen, in one line: "7 SYNs, then connect() fails with ETIMEDOUT after 131.0–136.1 s".
    package var expected: String
    /// Why: the rule in words, with the sysctls' values and the kernel function that decides.
    package var rule: String
    /// What a reader who waits sees next, in order: for the live line, `predict` and reports.
    package var moments: [Moment]
    /// Whether a bent law would say something else.
    package var isBendable: Bool

    package init(
        claim: Claim, origin: SourceLocation? = nil, expected: String, rule: String, moments: [Moment] = [],
        isBendable: Bool = false
    ) {
        self.claim = claim
        self.origin = origin
        self.expected = expected
        self.rule = rule
        self.moments = moments
        self.isBendable = isBendable
    }
}

/// Something that is predicted to happen, and when at the earliest and the latest.
package struct Moment: Sendable, Hashable, Codable {
    /// "SYN 4", "connect() fails with ETIMEDOUT".
    package var what: String
    /// From the start of the connect() call.
    package var window: Interval
    /// Whether it must happen; otherwise it may (two outcomes are within the timer's lateness).
    package var certain: Bool

    package init(what: String, window: Interval, certain: Bool) {
        self.what = what
        self.window = window
        self.certain = certain
    }
}

/// A retransmission schedule as the kernel follows it: a chain of timers, each started by the packet before it.
///
/// Windows are relative to the previous *observed* packet, so lateness never adds up.
package struct Schedule: Sendable, Hashable, Codable {
    /// `timers[i]` is started when packet `i + 1` is sent. The last one ends an attempt that nobody answers;
    /// an answer (`ending`) cuts the chain short.
    package var timers: [RetransmissionTimer]
    /// How the attempt ends.
    package var ending: ScheduleEnding

    package init(timers: [RetransmissionTimer], ending: ScheduleEnding) {
        self.timers = timers
        self.ending = ending
    }
}

package struct RetransmissionTimer: Sendable, Hashable, Codable {
    package enum Fate: Sendable, Hashable, Codable {
        case retransmits
        case givesUp
        /// Gives up when that much time has passed since the first packet, otherwise retransmits.
        case givesUpAfter(Nanoseconds)
    }

    /// The RTO it is armed with: never fires earlier.
    package var timeout: Nanoseconds
    /// How much longer it may have been made by the path's round trip time, which no sysctl decides; `nil`: not at all.
    package var slack: Nanoseconds?
    /// TCP_USER_TIMEOUT: the timer is shortened so as to fire this long after the first packet, but it always runs
    /// for a jiffy at least.
    package var userTimeout: Nanoseconds?
    package var fate: Fate

    /// Whether it can be the last one.
    var mayGiveUp: Bool { fate != .retransmits }

    package init(timeout: Nanoseconds, slack: Nanoseconds? = nil, userTimeout: Nanoseconds? = nil, fate: Fate) {
        self.timeout = timeout
        self.slack = slack
        self.userTimeout = userTimeout
        self.fate = fate
    }
}

package enum ScheduleEnding: Sendable, Hashable, Codable {
    /// Nobody answers: the call fails with this errno when a timer gives up.
    case silence(errno: String)
    /// A SYN+ACK reaches the client after at least `earliest` and at most `latest` timers have fired, and not before
    /// `delay` has passed since packet `earliest + 1`. connect() returns at once.
    case connected(earliest: Int, latest: Int, delay: Nanoseconds)
    /// An RST answers packet `after + 1`; connect() fails at once with this errno.
    case refused(after: Int, errno: String)
    /// ICMP answers packet `after + 1` and the call fails at once with this errno. With an `after` of 0 the kernel goes on
    /// until ICMP answers the next packet, unless the socket is closed.
    case unreachable(after: Int, errno: String)
}
