import Model

/// What must hold before a record says anything about the kernel.
enum Preconditions {
    /// The first thing that does not hold, in words.
    static func trouble(in record: RunRecord) -> String? {
        if let complaint = record.complaints.first { return complaint }
        for host in record.plan.hosts {
            if let trouble = sysctls(of: host, in: record) { return trouble }
        }
        return nil
    }

    /// Segments that a host's tap saw, that no fault took, and that its TCP never got (Tcp.InSegs counts good and bad
    /// ones): somebody else lost them, and what followed is not the law's affair. The first such host, in words.
    static func strayLoss(in record: RunRecord) -> String? {
        let evidence = Evidence(record)
        for host in record.plan.hosts {
            guard let counted = record.counters[host.name]?["Tcp.InSegs"] else { continue }
            let received = evidence.received(by: host.name)
            let seen = received.kept.count { $0.event.takenBy == nil } + received.unsampled
            guard seen != Int(counted) else { continue }
            return "the tap at \(host.name) saw \(seen) segments that no fault took, but its TCP got \(counted)"
        }
        return nil
    }

    /// Packets that a host's own link threw away, which its TCP takes for local congestion: what is sent again later or not at
    /// all because of it is no fault of the kernel's. A flood may overrun its own link; the laws count what arrived.
    static func linkLoss(in record: RunRecord) -> String? {
        let lossy = record.taps.first { ($0.linkDropped ?? 0) > 0 && $0.host != record.plan.spoofing?.host }
        return lossy.map { tap in
            "\(tap.host)'s own link \(tap.interface) threw \(tap.linkDropped ?? 0) packets away, since a CPU's queue was full "
                + "(net.core.netdev_max_backlog); run less beside it, or give a flood a lower 'rate'"
        }
    }

    /// The prediction was made from these values; if they were others, it was made for another kernel.
    private static func sysctls(of host: Host, in record: RunRecord) -> String? {
        let written = Set(record.plan.writtenSysctls(of: host).map(\.key))
        for key in Set(host.sysctls.map(\.key)).intersection(written).sorted() {
            guard let reading = record.sysctls[host.name]?[key] else {
                return "\(key) of \(host.name) was not read back"
            }
            let planned = record.plan.sysctl(key, on: host.name, facts: record.facts)
            let last = record.plan.lastWrite(key, on: host.name) ?? planned
            for (when, found, wanted) in [("before", reading.before, planned), ("after", reading.after, last)]
            where found.map(normal) != wanted.map(normal) {
                return "\(key) of \(host.name) was \(found ?? "absent") \(when) the run, not \(wanted ?? "absent")"
            }
        }
        return nil
    }

    /// The kernel separates several numbers by tabs, people by spaces.
    private static func normal(_ value: String) -> String {
        value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension Plan {
    /// What the steps of a run write last; `nil` where none of them writes it.
    fileprivate func lastWrite(_ key: String, on host: String) -> String? {
        steps.indices.filter { !withheld.steps.contains($0) }.compactMap { index -> String? in
            if case .set(let write) = steps[index].action, write.host == host, write.key == key {
                write.value
            } else {
                nil
            }
        }.last
    }
}
