import Model

extension AuditRule {
    private static let retransmissionKeys = [
        Retransmission.probeKey, Retransmission.sackKey, EstablishedPath.minimumKey, EstablishedPath.maximumKey,
    ]

    /// How a connection ends whose peer is silent.
    static let lasting = [
        AuditRule(
            .deadPeer, keys: [Retransmission.retriesKey] + retransmissionKeys, law: Retransmission.description.name,
            scenario: "data-lost"
        ) { figures in
            figures.silence(ofOrphan: false).map { time in
                Look(
                    time.to.inSeconds, Words.seconds(time),
                    "A connection that sends to a dead peer fails with ETIMEDOUT after \(Words.minutes(time))")
            }
        } change: { figures, look in
            let least =
                "8 is the least that RFC 1122 allows, with tcp_rto_max_ms at its default; for one program there is "
                + "TCP_USER_TIMEOUT."
            guard figures.maximumRTO < .seconds(120) else {
                let cost = look.measure < 100 ? "a dead peer is noticed later. " : "a longer outage ends connections. "
                return Change([(Retransmission.retriesKey, "8")], cost: cost + least)
            }
            return unbounded(figures, least)
        },
        AuditRule(
            .idlePeer, keys: Keepalive.description.sysctls, law: Keepalive.description.name, scenario: "keepalive"
        ) { figures in
            figures.keepalive.map { time in
                Look(
                    time.from.inSeconds, Words.seconds(time),
                    "A dead peer of an idle connection is noticed after \(Words.minutes(time)), and only with SO_KEEPALIVE"
                )
            }
        } change: { _, look in
            let values = look.measure < 30 ? ("60", "10", "6") : ("240", "30", "5")
            return Change(
                [(Keepalive.timeKey, values.0), (Keepalive.intervalKey, values.1), (Keepalive.probesKey, values.2)],
                cost:
                    "a packet now and then for each idle connection of programs that set SO_KEEPALIVE; no other program "
                    + "notices. An outage longer than the probes ends them.")
        },
        AuditRule(
            .orphans, keys: [Retransmission.orphanKey] + retransmissionKeys, law: Retransmission.description.name,
            scenario: "fin-lost-default"
        ) { figures in
            figures.silence(ofOrphan: true).map { time in
                Look(
                    time.from.inSeconds, Words.seconds(time),
                    "What is still unacknowledged at close() is tried for \(Words.seconds(time)), and then lost silently"
                )
            }
        } change: { _, _ in
            // Not 0: what that stands for ends where the RTO has reached its maximum.
            Change(
                [(Retransmission.orphanKey, "8")],
                cost:
                    "connections that were closed keep their buffers so long when the peer is gone (tcp_max_orphans bounds "
                    + "how many).")
        },
    ]

    /// Retries stand for a time that falls with tcp_rto_max_ms, and with a low one no number of them is meant as RFC 1122
    /// means it. SYNs wait longer then too, so fewer of them must do.
    private static func unbounded(_ figures: ServiceFigures, _ least: String) -> Change {
        var change = Change(
            [(EstablishedPath.maximumKey, "120000"), (Retransmission.retriesKey, "8")],
            cost:
                "after an outage it takes longer until a connection goes on, and connect() waits longer between SYNs. "
                + least)
        var facts = figures.facts
        for (key, value) in change.sysctls { facts.sysctls[key] = value }
        if let now = figures.deadHost, let then = ServiceFigures(facts).deadHost, then.lasts.to > now.lasts.to,
            then.lasts.to > .seconds(60)
        {
            change.sysctls.append((SynRetransmission.retriesKey, "3"))
        }
        return change
    }
}
