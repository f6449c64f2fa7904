import Model

/// What becomes of connections whose peer is silent, and of those that are closed.
extension ServiceFigures {
    static let recycle = "net.ipv4.tcp_tw_recycle"

    /// To a peer that is near: a longer way makes the RTO, and so every figure of it, longer.
    private var path: EstablishedPath {
        EstablishedPath(
            minimumRTO: number(EstablishedPath.minimumKey).map { .microseconds(Int64($0)) } ?? .milliseconds(200),
            maximumRTO: maximumRTO, roundTrip: facts.tick, wheel: wheel)
    }

    /// `retransmission`, from the first time that something is sent in vain until the connection ends: of one that a
    /// program holds, or of an orphan.
    func silence(ofOrphan isOrphan: Bool) -> Interval? {
        guard let retries = number(isOrphan ? Retransmission.orphanKey : Retransmission.retriesKey),
            let early = number(Retransmission.probeKey), let sack = number(Retransmission.sackKey)
        else { return nil }
        let law = Retransmission(
            path: path, retries: retries, isOrphan: isOrphan, probes: sack != 0 && [3, 4].contains(early))
        return law.chain().firings(wheel).last
    }

    /// `keepalive`, from the last that came until the connection ends.
    var keepalive: Interval? {
        guard let time = number(Keepalive.timeKey), let interval = number(Keepalive.intervalKey),
            let probes = number(Keepalive.probesKey)
        else { return nil }
        let law = Keepalive(
            time: .seconds(Int64(time)), interval: .seconds(Int64(interval)), probes: probes, wheel: wheel)
        return law.chain().firings(wheel).last
    }

    /// `fin-wait-2`, after close().
    var finWait2: Interval? {
        number(FinWait2.timeoutKey).map { FinWait2(timeout: .seconds(Int64($0)), path: path).life }
    }

    /// Whether that is as long as the sysctl says.
    var finWait2IsStraight: Bool {
        number(FinWait2.timeoutKey).map { .seconds(Int64($0)) <= FinWait2.timeWait } ?? true
    }

    /// `time-wait`.
    var timeWait: Interval {
        let length = FinWait2.timeWait
        return Interval(length, length + wheel.lateness(length))
    }

    /// `inet_get_local_port_range()`, in which both ends are, less those that `__inet_hash_connect()` leaves out.
    var ports: Int? { facts.sysctls[EphemeralPorts.rangeKey].flatMap(ports) }

    /// The same, with another `ip_local_port_range`.
    func ports(in range: String) -> Int? {
        let ends = range.split(separator: " ").compactMap { Int($0) }
        guard ends.count == 2, ends[0] <= ends[1],
            let reserved = facts.sysctls[ReservedPorts.key].flatMap(ReservedPorts.init)
        else { return nil }
        return ends[1] - ends[0] + 1 - reserved.count(in: ends[0]...ends[1])
    }

    /// `ephemeral-ports`: whether the port of a connection to another host, closed by this end first, is used again for
    /// the same destination before TIME_WAIT is over; the other end has timestamps.
    var reusesPorts: Bool {
        let law = EphemeralPorts(
            ports: 1, reuse: number(EphemeralPorts.reuseKey) ?? 0, isLoopback: false,
            timestamps: number(EphemeralPorts.timestampsKey) != 0, delay: nil)
        return law.answer(open: 0, waiting: 1, age: timeWait) == .reused
    }

    /// `tcp_tw_reuse_delay` says nothing where no port is used again.
    var mootDelay: [String] { reusesPorts ? [] : [EphemeralPorts.delayKey] }

    /// For how long at the least it is not.
    var portHold: Nanoseconds {
        reusesPorts ? .milliseconds(Int64(number(EphemeralPorts.delayKey) ?? 1_000)) : timeWait.from
    }
}
