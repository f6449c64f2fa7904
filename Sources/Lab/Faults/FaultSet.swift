import Glibc
import Kernel
package import Model

/// The faults of a plan, installed in its hosts: a clsact qdisc on each interface that has a fault, a filter for each
/// fault, asked in the order of the plan until one takes the packet.
///
/// Not for use by two threads at once.
package final class FaultSet {
    private let laboratory: Laboratory
    private var filters: [FaultFilter] = []
    /// Fault → matching packets that came while it was being switched: whether it took them is not known.
    package private(set) var undecided: [String: Int] = [:]
    /// Where qdiscs were added, in order.
    private var qdiscs: [Place] = []

    private struct Place: Hashable {
        let host: String
        let interface: String
    }

    /// Installs everything, then switches on what starts so. Either all is in place, or it throws and nothing is.
    ///
    /// `extended`: whether `nth` may be counted by the kernel itself (`Feature.extendedFilter`).
    /// Throws `LabError.unsupported` where the kernel lacks clsact or cls_bpf.
    package init(_ faults: [Fault], in laboratory: Laboratory, extended: Bool) throws {
        self.laboratory = laboratory
        do {
            for fault in faults { try install(fault, extended) }
            for fault in faults where fault.startsOn { try set(fault.name, on: true) }
        } catch {
            remove()
            throw error
        }
    }

    /// Switches a fault by exchanging its filter's program; no packet falls between the two.
    ///
    /// Its matches are counted while it is on, from 1 at the first time. Read the tap to its end before and after: what
    /// is stamped before is judged by the old state. Answers the instants of CLOCK_REALTIME between which the kernel
    /// changed over.
    @discardableResult
    package func set(_ name: String, on: Bool) throws -> Interval {
        guard let filter = filters.first(where: { $0.fault.name == name }) else {
            throw LabError.inconsistentPlan("there is no fault '\(name)'")
        }
        return try filter.set(on: on)
    }

    /// To be told every packet of every tap, in the tap's order and without delay, with its stamp (CLOCK_REALTIME);
    /// without one the present state counts. Answers the fault that takes it.
    ///
    /// What a fault takes at egress is gone before a tap could see it, so it is never answered for a sent packet.
    package func saw(
        _ frame: Frame, host: String, interface: String, direction: PacketEvent.Direction, stamp: Nanoseconds? = nil
    ) throws -> String? {
        let hook: FaultSite.Hook = direction == .sent ? .egress : .ingress
        for filter in filters {
            let site = filter.fault.site
            guard site.hook == hook, site.interface == interface, site.host == host else { continue }
            switch try filter.saw(frame, stamp: stamp) {
            case .taken: return filter.fault.name
            case .unknown: undecided[filter.fault.name, default: 0] += 1
            case .passes: continue
            }
        }
        return nil
    }

    /// What was done so far, in the order of the plan. Call it before `remove()`.
    package func report() throws -> [FaultReport] {
        var statistics: [Place: QdiscStatistics] = [:]
        for place in qdiscs {
            let host = try laboratory.host(place.host)
            statistics[place] = try host.route.qdiscStatistics(try host.interfaceIndex(place.interface))
        }
        return try filters.map { filter in
            let site = filter.fault.site
            let counts = try filter.counts()
            let qdisc = statistics[Place(host: site.host, interface: site.interface)]
            return FaultReport(
                name: filter.fault.name, mechanism: filter.mechanism, matched: counts?.matched, taken: counts?.taken,
                qdiscSeen: qdisc?.seen ?? 0, qdiscDropped: qdisc?.dropped ?? 0)
        }
    }

    /// Takes the qdiscs away, and with them their filters. Once is enough; twice does no harm.
    ///
    /// A refusal is no trouble: the namespace takes with it what is left.
    package func remove() {
        filters = []
        while let place = qdiscs.popLast() {
            guard let host = try? laboratory.host(place.host),
                let index = try? host.interfaceIndex(place.interface)
            else { continue }
            try? host.route.qdiscDeleteClsact(index)
        }
    }

    private func install(_ fault: Fault, _ extended: Bool) throws {
        let site = fault.site
        guard !filters.contains(where: { $0.fault.name == fault.name }) else {
            throw LabError.inconsistentPlan("there are two faults '\(fault.name)'")
        }
        let host = try laboratory.host(site.host)
        let index = try host.interfaceIndex(site.interface)
        let place = Place(host: site.host, interface: site.interface)
        // A new qdisc has counted nothing, so its figures need no base line.
        if !qdiscs.contains(place) {
            try Self.needing(.clsact) { try host.route.qdiscAddClsact(index) }
            qdiscs.append(place)
        }
        let before = filters.count { $0.fault.site.host == site.host && $0.fault.site.interface == site.interface }
        guard let priority = UInt16(exactly: before + 1) else {
            throw LabError.inconsistentPlan("there are too many faults at \(site.interface) of \(site.host)")
        }
        try Self.needing(.classicFilter) {
            filters.append(
                try FaultFilter(fault, host.route, interface: index, priority: priority, extended: extended))
        }
    }

    /// An unknown kind of qdisc or filter is ENOENT, a kernel without any is EOPNOTSUPP.
    private static func needing(_ feature: Feature, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as KernelError where [ENOENT, EOPNOTSUPP].contains(error.errno) {
            throw LabError.unsupported(feature: feature.rawValue, reason: "\(error)")
        }
    }
}
