import Kernel
import Model

/// One fault at its hook: a filter of its own, whose program is exchanged as the fault is switched.
///
/// Without `nth`, classic BPF. With it, extended BPF whose map counts, where that is to be had; otherwise classic BPF
/// that is there only while the next match is one to be taken. That is in time as long as the tap is read before the
/// next match comes; where it was not, the qdisc's count gives it away.
final class FaultFilter {
    let fault: Fault
    private let route: RouteSession
    private let interface: Int32
    private let priority: UInt16
    private let counting: CountingFilter?
    private(set) var isOn = false
    /// The latest switch, between two instants of CLOCK_REALTIME, and what held before it.
    private var switched: (during: Interval, from: Bool)?
    /// Matches at the tap, while it was on.
    private var matches = 0
    /// Whether the program that takes is there, and not `ClassicEncoder.off`.
    private var isArmed = false

    /// As many ranges as a program can hold: jumps reach 32,767 instructions, and a range needs six.
    static let maximumRanges = 5000

    /// Installs the filter, switched off.
    init(_ fault: Fault, _ route: RouteSession, interface: Int32, priority: UInt16, extended: Bool) throws {
        self.fault = fault
        self.route = route
        self.interface = interface
        self.priority = priority
        let selector = fault.selector
        if extended, let nth = selector.nth {
            guard nth.count <= Self.maximumRanges else {
                throw LabError.inconsistentPlan(
                    "fault '\(fault.name)' names \(nth.count) ranges of packets; \(Self.maximumRanges) are the limit")
            }
            counting = try CountingFilter(selector, verdict: fault.site.verdict)
        } else {
            counting = nil
        }
        if fault.site.hook == .egress, counting == nil, let last = selector.nth?.last, last.last != nil {
            throw LabError.unsupported(
                feature: Feature.extendedFilter.rawValue,
                reason: "what fault '\(fault.name)' takes at egress is seen by no tap, so only a map can count it")
        }
        try install(ClassicEncoder.off)
    }

    var mechanism: FaultReport.Mechanism { counting == nil ? .classic : .extended }

    /// Answers the instants of CLOCK_REALTIME between which the kernel changed over.
    func set(on: Bool) throws -> Interval {
        let start = Clock.realtime()
        let wasOn = isOn
        isOn = on
        try adjust()
        let during = Interval(start, Clock.realtime())
        switched = (during, wasOn)
        return during
    }

    /// Whether it was on when a packet was stamped; `nil`: it was just being switched.
    private func wasOn(at stamp: Nanoseconds?) -> Bool? {
        guard let stamp, let switched, stamp <= switched.during.to, switched.from != isOn else { return isOn }
        return stamp < switched.during.from ? switched.from : nil
    }

    enum Sight { case passes, taken, unknown }

    /// A frame passed the tap at this filter's hook. Answers whether the fault takes it: not known where it was stamped
    /// while the fault was being switched.
    ///
    /// A tap at egress sees what the filters let through, so what it shows was not taken.
    func saw(_ frame: Frame, stamp: Nanoseconds?) throws -> Sight {
        guard fault.selector.matches(frame) else { return .passes }
        guard let wasOn = wasOn(at: stamp) else { return .unknown }
        guard wasOn else { return .passes }
        matches += 1
        let isTaken = fault.site.hook == .ingress && fault.selector.takes(matches)
        try adjust()
        return isTaken ? .taken : .passes
    }

    /// The map's counts; `nil` without a map.
    func counts() throws -> (matched: Int, taken: Int)? { try counting?.counts() }

    /// Exchanges the program where it is not the one that the next match needs.
    private func adjust() throws {
        let wanted = isOn && (counting != nil || fault.selector.takes(matches + 1))
        guard wanted != isArmed else { return }
        if !wanted {
            try install(ClassicEncoder.off)
        } else if let counting {
            try replace(counting.program)
        } else {
            try install(ClassicEncoder.encode(fault.selector, verdict: fault.site.verdict))
        }
        isArmed = wanted
    }

    private func install(_ instructions: [ClassicInstruction]) throws { try replace(.classic(instructions)) }

    private func replace(_ program: FilterProgram) throws {
        try route.filterReplace(interface: interface, hook: fault.site.hook, priority: priority, program: program)
    }
}
