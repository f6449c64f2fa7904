extension AuditRule {
    /// How many SYNs keep the half-open queue of a listener full; the sysctls of both of its limits.
    private static let queueKeys = [
        PlannedListener.syncookies, PlannedListener.somaxconn, PlannedListener.maxSynBacklog,
        PlannedListener.synackRetries,
    ]

    /// How a server is connected to.
    static let listening = [
        AuditRule(
            .lostSynAcks, keys: [PlannedListener.synackRetries], law: SynAckRetransmission.description.name,
            scenario: "syn-ack-lost"
        ) { figures in
            figures.request.map { request in
                let count = request.synAcks
                // reqsk_timer_handler() compares with a number of 7 bits.
                guard count - 1 <= RequestTimer.greatestCount else {
                    return Look(
                        Double(count), "\(count) SYN+ACKs, without end",
                        "A client that vanishes keeps a half-open connection for ever, since no request counts to "
                            + "\(count - 1) timeouts (num_timeout); \(Words.seconds(request.crowded)) in a queue over half full"
                    )
                }
                return Look(
                    Double(count), "\(count) SYN+ACKs, \(Words.seconds(request.lasts))",
                    "A client that vanishes keeps a half-open connection for \(Words.seconds(request.lasts)) (\(count) "
                        + "SYN+ACK\(count == 1 ? "" : "s")), \(Words.seconds(request.crowded)) in a queue over half full"
                )
            }
        } change: { _, look in
            Change(
                [(PlannedListener.synackRetries, look.measure < 3 ? "2" : "5")],
                cost:
                    "half-open connections of clients that are gone are kept for as long as that; for 7 s in a queue that "
                    + "is over half full, whatever it says.")
        },
        AuditRule(
            .synFlood, keys: queueKeys, law: CookieForecast.description.name, scenario: "synflood"
        ) { figures in
            guard let queues = figures.queues(beyond: 1), let request = figures.request, queues.syncookies != .always
            else { return nil }
            let limit = Count.text(queues.halfOpenLimit)
            // Only what is over half of the backlog is given up early.
            let isCrowded = queues.sparedHalf(of: queues.halfOpenLimit) < queues.halfOpenLimit
            let life = Words.seconds(isCrowded ? request.crowded : request.lasts)
            return Look(
                Double(queues.syncookies.rawValue), "cookies beyond \(limit)",
                queues.syncookies == .never
                    ? "\(limit) made-up SYNs shut a listener for \(life): without SYN cookies every further SYN is dropped"
                    : "SYNs beyond \(limit) half-open connections get cookies")
        } change: { _, _ in
            Change(
                [(PlannedListener.syncookies, "1")],
                cost:
                    "nothing until the queue is full. A connection made by a cookie loses SACK and window scaling, unless "
                    + "both ends use timestamps.")
        },
        AuditRule(
            .cookiesForAll, keys: queueKeys, law: CookieForecast.description.name, scenario: "syn-cookies-cost"
        ) { figures in
            guard let queues = figures.queues(beyond: 1), queues.syncookies == .always else { return nil }
            return Look(2, nil, "Every SYN gets a cookie, and no half-open connection is kept")
        } change: { _, _ in
            Change(
                [(PlannedListener.syncookies, "1")],
                cost: "nothing: cookies are then sent when the queue is full, and not before.")
        },
        AuditRule(
            .synBacklog, keys: queueKeys, law: HalfOpenForecast.description.name, scenario: "half-open-limit"
        ) { figures in
            guard let queues = figures.queues(beyond: 1), queues.syncookies == .whenFull else { return nil }
            return queues.maxSynBacklog > queues.backlog
                ? Look(
                    Double(queues.maxSynBacklog - queues.backlog), "\(Count.text(queues.halfOpenLimit)) half-open",
                    "tcp_max_syn_backlog=\(queues.maxSynBacklog) decides nothing: with cookies on, a listener holds as many "
                        + "half-open connections as its backlog, at most \(Count.text(queues.halfOpenLimit))") : nil
        } change: { figures, _ in
            Change(
                [(PlannedListener.somaxconn, "\(figures.number(PlannedListener.maxSynBacklog) ?? 0)")],
                cost:
                    "heard at the next listen(), so the service has to be started again, and has to ask for as much. The "
                    + "accept queue grows with it.")
        },
        AuditRule(
            .acceptQueue, keys: [PlannedListener.somaxconn], law: OverflowForecast.description.name,
            scenario: "effective-backlog"
        ) { figures in
            figures.acceptLimit.map { limit in
                Look(
                    Double(limit), Count.text(limit),
                    "An accept queue of at most \(Count.text(limit)) connections, whatever the program asks for")
            }
        } change: { _, _ in
            Change(
                [(PlannedListener.somaxconn, "4096")],
                cost:
                    "heard at the next listen(): start the service again. A longer queue hides a server that is too slow: "
                    + "clients wait in it instead of asking another one.")
        },
        AuditRule(
            .overflow, keys: [PlannedListener.abortOnOverflow], law: OverflowForecast.description.name,
            scenario: "accept-overflow-rst"
        ) { figures in
            figures.number(PlannedListener.abortOnOverflow).map { value in
                Look(
                    Double(value), nil,
                    value == 0
                        ? "A final ACK that finds the accept queue full is dropped, and the handshake completes later"
                        : "A final ACK that finds the accept queue full gets RST: connect() has returned, and what follows "
                            + "fails with ECONNRESET")
            }
        } change: { _, _ in
            Change(
                [(PlannedListener.abortOnOverflow, "0")],
                cost:
                    "clients of a server that stays too slow wait instead of failing at once. Keep 1 where they then ask "
                    + "another server.")
        },
        AuditRule(.timestamps, keys: [EphemeralPorts.timestampsKey], scenario: "syn-cookies-cost") { figures in
            figures.number(EphemeralPorts.timestampsKey).map { value in
                Look(
                    Double(value), nil,
                    value == 0 ? "No connection has TCP timestamps" : "Connections have TCP timestamps")
            }
        } change: { _, _ in
            Change([(EphemeralPorts.timestampsKey, "1")], cost: "12 bytes in each segment.")
        },
    ]
}
