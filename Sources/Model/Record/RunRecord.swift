/// Everything that one run saw. Judged without root and without the kernel it came from.
package struct RunRecord: Sendable, Hashable, Codable {
    package var format: Int
    /// The program and version that wrote it.
    package var writer: String
    package var plan: Plan
    package var facts: Facts
    package var ending: Ending
    /// CLOCK_REALTIME minus CLOCK_MONOTONIC, sampled through the run.
    package var clock: ClockReport
    package var lateness: LatenessReport
    /// Host → key → value before and after; `nil` where the sysctl is absent.
    package var sysctls: [String: [String: SysctlReading]]
    /// In order of `at`.
    package var events: [Event]
    /// Host → `TcpExt.TCPTimeouts` → growth during the run; unchanged ones are there with 0.
    package var counters: [String: [String: Int64]]
    package var faults: [FaultReport]
    package var taps: [TapReport]
    /// What the steps waited for and what did not come within their limits, in words.
    package var shortfalls: [String]
    /// Trouble of the harness itself, in words.
    package var complaints: [String]

    package init(
        format: Int = Format.version, writer: String = "tcpfault-run \(Version.current)", plan: Plan, facts: Facts,
        ending: Ending, clock: ClockReport = ClockReport(), lateness: LatenessReport = LatenessReport(),
        sysctls: [String: [String: SysctlReading]] = [:], events: [Event] = [],
        counters: [String: [String: Int64]] = [:], faults: [FaultReport] = [], taps: [TapReport] = [],
        shortfalls: [String] = [], complaints: [String] = []
    ) {
        self.format = format
        self.writer = writer
        self.plan = plan
        self.facts = facts
        self.ending = ending
        self.clock = clock
        self.lateness = lateness
        self.sysctls = sysctls
        self.events = events
        self.counters = counters
        self.faults = faults
        self.taps = taps
        self.shortfalls = shortfalls
        self.complaints = complaints
    }
}

/// How a run ended, as far as the harness is concerned.
package enum Ending: Sendable, Hashable, Codable {
    /// Every action was carried out.
    case completed
    /// The plan's deadline passed during the step of that index.
    case deadlinePassed(step: Int)
    /// The kernel refused the value of a sysctl. The plan's fault, not the kernel's.
    case sysctlRefused(
        host: String, key: String, value: String, errno: String, message: String, origin: SourceLocation?)
    /// The kernel refused the value of a socket option. The plan's fault, not the kernel's.
    case optionRefused(
        socket: String, option: String, value: Int, errno: String, message: String, origin: SourceLocation?)
    /// Building, or a step, failed; nothing was proved. `errno` as a symbol where there was one.
    case failed(doing: String, errno: String?, message: String)
    /// Something the plan needs is missing here.
    case unsupported(feature: String, reason: String)
}

package struct SysctlReading: Sendable, Hashable, Codable {
    package var before: String?
    package var after: String?

    package init(before: String?, after: String?) {
        self.before = before
        self.after = after
    }
}

/// What one fault did, by the two counts the runner can make; the judge adds the tap's and the peer's.
package struct FaultReport: Sendable, Hashable, Codable {
    package enum Mechanism: String, Sendable, Hashable, Codable {
        /// Classic BPF; `nth` by taking the filter away when the tap has shown the packet.
        case classic
        /// Extended BPF with a map that counts.
        case extended
    }

    package var name: String
    package var mechanism: Mechanism
    /// The map's count of packets that matched the selector; `nil` without a map.
    package var matched: Int?
    /// The map's count of packets that were taken; `nil` without a map.
    package var taken: Int?
    /// The clsact qdisc of the fault's interface: packets seen and dropped since it was installed.
    /// Several faults at one interface share these.
    package var qdiscSeen: Int
    package var qdiscDropped: Int

    package init(
        name: String, mechanism: Mechanism, matched: Int?, taken: Int?, qdiscSeen: Int, qdiscDropped: Int
    ) {
        self.name = name
        self.mechanism = mechanism
        self.matched = matched
        self.taken = taken
        self.qdiscSeen = qdiscSeen
        self.qdiscDropped = qdiscDropped
    }
}

/// How complete one vantage point's view is.
package struct TapReport: Sendable, Hashable, Codable {
    package var host: String
    package var interface: String
    /// The capture's file name beside the record.
    package var file: String
    package var frames: Int
    /// Frames the kernel had no room for (PACKET_STATISTICS). Above zero, counting expectations prove nothing.
    package var lost: Int
    /// Later fragments, unwalked IPv6 extensions and truncated frames: no selector could judge them.
    package var undecidable: Int
    /// Segments from and to made-up addresses that came in and were not kept (`Spoofing.sampling`), by the kernel's own
    /// count.
    package var unsampled: Int?
    /// Packets that the interface was given to send and threw away, since the CPU's queue was full. The sender's own TCP
    /// is told, and takes it for local congestion.
    package var linkDropped: Int?

    package init(
        host: String, interface: String, file: String, frames: Int, lost: Int, undecidable: Int, unsampled: Int? = nil,
        linkDropped: Int? = nil
    ) {
        self.host = host
        self.interface = interface
        self.file = file
        self.frames = frames
        self.lost = lost
        self.undecidable = undecidable
        self.unsampled = unsampled
        self.linkDropped = linkDropped
    }
}
