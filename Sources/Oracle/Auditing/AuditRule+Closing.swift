import Model

extension AuditRule {
    /// What is left of a connection that was closed.
    static let closing = [
        AuditRule(
            .finTimeout, keys: [FinWait2.timeoutKey], law: FinWait2.description.name, scenario: "fin-wait-2"
        ) { figures in
            // What is beyond that is the next one's.
            guard let life = figures.finWait2, figures.finWait2IsStraight else { return nil }
            let time = Words.seconds(life)
            return Look(
                life.from.inSeconds, time,
                "After close() the peer has \(time) to close as well (FIN_WAIT_2); then it gets RST")
        } change: { _, _ in
            Change(
                [(FinWait2.timeoutKey, "15")],
                cost: "peers that never close are waited for that long, and count in tcp_max_tw_buckets meanwhile.")
        },
        AuditRule(
            .finTimeoutBeyond, keys: [FinWait2.timeoutKey], law: FinWait2.description.name,
            scenario: "fin-wait-2"
        ) { figures in
            guard let asked = figures.number(FinWait2.timeoutKey), let life = figures.finWait2,
                !figures.finWait2IsStraight
            else { return nil }
            let time = Words.seconds(life)
            return Look(
                Double(asked) - life.from.inSeconds, time,
                "tcp_fin_timeout=\(asked) makes FIN_WAIT_2 last \(time)"
                    + (life.from == .seconds(Int64(asked)) ? "" : ", and not \(Count.text(asked)) s"))
        } change: { _, _ in
            Change(
                [(FinWait2.timeoutKey, "60")],
                cost: "nothing: 60 is the longest that lasts as long as it says (only 120 does, too).")
        },
        AuditRule(
            .timeWaitBuckets, keys: [TimeWaitBuckets.limitKey], law: TimeWaitBuckets.description.name,
            scenario: "tw-buckets"
        ) { figures in
            figures.number(TimeWaitBuckets.limitKey).map { count in
                let rate = Double(count) / figures.timeWait.from.inSeconds
                let bytes = figures.bytes(count, of: "tw_sock_TCP").map { ", \(Words.size($0))" } ?? ""
                return Look(
                    rate, "\(Words.rate(rate)) a second",
                    "At most \(Count.text(count)) connections in TIME_WAIT\(bytes): beyond \(Words.rate(rate)) closes a "
                        + "second the rest has none")
            }
        } change: { _, _ in
            Change(
                [(TimeWaitBuckets.limitKey, "65536")],
                cost: "some hundred bytes of the kernel's memory for each connection in TIME_WAIT, and nothing else.")
        },
        AuditRule(
            .ports,
            keys: [
                EphemeralPorts.rangeKey, ReservedPorts.key, EphemeralPorts.reuseKey, EphemeralPorts.delayKey,
                EphemeralPorts.timestampsKey,
            ], law: EphemeralPorts.description.name, scenario: "tw-reuse",
            moot: { $0.mootDelay + ($0.facts.sysctls[ReservedPorts.key] == "" ? [ReservedPorts.key] : []) }
        ) { figures in
            figures.ports.map { ports in
                let rate = Double(ports) / figures.portHold.inSeconds
                return Look(
                    rate, "\(Words.rate(rate)) a second",
                    "At most \(Words.rate(rate)) connections a second to one address and port, when this side closes first; "
                        + "then connect() fails with EADDRNOTAVAIL")
            }
        } change: { figures, _ in
            let range = "10240 65535"
            guard figures.ports(in: range) ?? 0 > figures.ports ?? 0 else {
                return Change(
                    [], words: "reserve fewer ports (\(ReservedPorts.key))",
                    cost: "a service may find its port taken when it starts.")
            }
            return Change(
                [(EphemeralPorts.rangeKey, range)],
                cost:
                    "ports that services listen on may be taken by then: reserve them (net.ipv4.ip_local_reserved_ports). "
                    + "Better, where one can: keep connections and use them again.")
        },
        AuditRule(
            .timeWaitReuse, keys: [EphemeralPorts.reuseKey, EphemeralPorts.delayKey, EphemeralPorts.timestampsKey],
            law: EphemeralPorts.description.name, scenario: "tw-reuse", moot: { $0.mootDelay }
        ) { figures in
            figures.number(EphemeralPorts.reuseKey).map { value in
                let isIdle = value == 1 && !figures.reusesPorts
                let after = figures.number(EphemeralPorts.delayKey).map { "\(Count.text($0)) ms" } ?? "at most a second"
                let words =
                    switch value {
                    case 0: "A client's port is not used again for the same server while it is in TIME_WAIT"
                    case 1 where isIdle: "A client's port in TIME_WAIT is not used again, although tcp_tw_reuse is on"
                    case 1: "A client's port is used again for the same server after \(after) in TIME_WAIT"
                    default: "A client's port in TIME_WAIT is used again on the loopback alone"
                    }
                return Look(isIdle ? 3 : Double(value), nil, words)
            }
        } change: { _, look in
            look.measure == 3
                ? Change(
                    [(EphemeralPorts.timestampsKey, "1")],
                    cost: "12 bytes in each segment. Or, if nobody misses the ports: tcp_tw_reuse=2, the default.")
                : Change(
                    [(EphemeralPorts.reuseKey, "2")],
                    cost:
                        "a client that closes first is bound by its ports again (see ports): keep 1 on proxies that connect "
                        + "so often.")
        },
        AuditRule(.timeWaitRecycle, keys: [ServiceFigures.recycle], isOptional: true, scenario: "time-wait") {
            figures in
            figures.number(ServiceFigures.recycle).map { value in
                let isThere = KernelChanges.isOlder(figures.facts.kernel, than: (4, 12))
                return Look(
                    isThere ? (value == 0 ? -1 : 2) : 1, nil,
                    isThere && value != 0
                        ? "TIME_WAIT is cut short, and peers' timestamps are held against each other"
                        : "tcp_tw_recycle=\(value) is still there")
            }
        } change: { figures, look in
            look.measure == 2
                ? Change(
                    [(ServiceFigures.recycle, "0")],
                    cost: "nothing: a client that needs its ports back has tcp_tw_reuse.")
                : Change([], words: "take the line out", cost: "nothing.")
        },
    ]
}
