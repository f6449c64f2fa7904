import Model

extension AuditRule {
    private static let connectKeys = [
        SynRetransmission.retriesKey, SynRetransmission.linearKey, SynRetransmission.maximumKey,
    ]

    /// How a client connects.
    static let opening = [
        AuditRule(
            .deadServer, keys: connectKeys, law: SynRetransmission.description.name,
            scenario: "connect-timeout-default"
        ) { figures in
            figures.deadHost.map { attempt in
                let time = Words.seconds(attempt.lasts)
                return Look(
                    attempt.lasts.to.inSeconds, time,
                    "A client of a dead server blocks \(time) (\(attempt.syns.upperBound) SYNs, then ETIMEDOUT)")
            }
        } change: { _, _ in
            Change(
                [(SynRetransmission.retriesKey, "3")],
                cost:
                    "every program of the machine gives up so soon, also one that should outwait a reboot. A program's own "
                    + "connect timeout, or TCP_USER_TIMEOUT, changes nobody else.")
        },
        AuditRule(
            .lostSyns, keys: connectKeys, law: SynRetransmission.description.name, scenario: "syn-lost-twice"
        ) { figures in
            figures.deadHost.map { attempt in
                let count = attempt.syns.lowerBound
                return Look(
                    Double(count), "\(count) SYNs",
                    "A client gives up after \(count) SYN\(count == 1 ? "" : "s"), \(Words.seconds(attempt.lasts))")
            }
        } change: { _, _ in
            Change(
                [(SynRetransmission.retriesKey, "3")],
                cost:
                    "a dead server is noticed later. Leave it where packets are hardly ever lost and another server is "
                    + "asked then.")
        },
    ]
}
