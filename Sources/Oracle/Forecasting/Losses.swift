import Model

/// What a plan's faults take of a connection's repeated packets.
struct Losses {
    /// How many packets are lost before the first one gets through.
    enum Count: Equatable {
        case first(Int)
        case all
    }

    let plan: Plan
    /// The step that sends the first of them.
    let at: Int
    /// The steps that may be carried out meanwhile.
    let during: Range<Int>
    /// Whether the kernel chooses the client's port.
    let ephemeral: Bool
    /// Packets of other kinds or connections, which a fault must not count beside them.
    let others: [Segment]
    let origin: SourceLocation?

    /// No schedule repeats a packet more often: retries and linear timeouts are at most 127 each.
    private static let most = 300

    func count(_ packet: Segment) throws(OracleError) -> Count {
        var active: [Fault] = []
        for fault in plan.faults where matches(fault.selector, packet) {
            if fault.selector.sourcePort != nil || fault.selector.destinationPort != nil, ephemeral {
                throw OracleError(
                    "fault '\(fault.name)' names a port, but the kernel chooses the port of this connection; "
                        + "give the connection a planned source-port",
                    origin: origin)
            }
            if fault.selector.nth != nil, others.contains(where: fault.selector.matches) {
                throw OracleError(
                    "fault '\(fault.name)' counts other packets beside these; name a kind with 'packet:' and a connection "
                        + "with 'connection:'",
                    origin: origin)
            }
            var on = fault.startsOn
            for (index, step) in plan.steps.enumerated() {
                guard case .fault(let change) = step.action, change.fault == fault.name else { continue }
                if during.contains(index) {
                    throw OracleError(
                        "fault '\(fault.name)' is switched while these packets may be sent, so what the law expects "
                            + "depends on the moment; expect calls, packets or counters instead",
                        origin: origin)
                }
                if index < at { on = change.on }
            }
            if on { active.append(fault) }
        }
        var counts = [Int](repeating: 0, count: active.count)
        for number in 0..<Self.most {
            let taken = active.indices.contains { index in
                counts[index] += 1
                return active[index].selector.takes(counts[index])
            }
            if !taken { return .first(number) }
        }
        return .all
    }

    private func matches(_ selector: Selector, _ packet: Segment) -> Bool {
        var free = selector
        if ephemeral {
            free.sourcePort = nil
            free.destinationPort = nil
        }
        return free.matches(packet)
    }
}
