package import Model

/// What the laws say of a service on a host with these sysctls: the figures that profiles and audits speak of.
///
/// A pure function of the facts, whose `sysctls` are those in force. A figure is `nil` where a sysctl that decides it is
/// not among them. One that came with a later kernel counts as absent then; whether that is so, the caller knows.
package struct ServiceFigures: Sendable {
    package let facts: Facts
    package let wheel: TimerWheel

    package init(_ facts: Facts) {
        self.facts = facts
        wheel = TimerWheel(facts)
    }

    package func number(_ key: String) -> Int? { facts.integer(key) }

    /// Of a kernel object; `nil` where its size is not known.
    package func bytes(_ count: Int, of caches: String...) -> Int? {
        let sizes = caches.compactMap { facts.objectSizes?[$0] }
        guard sizes.count == caches.count else { return nil }
        let (product, overflows) = sizes.reduce(0, +).multipliedReportingOverflow(by: count)
        return overflows ? nil : product
    }

    /// `syn-retransmission`, of a connect() that nobody answers.
    package var deadHost: (syns: ClosedRange<Int>, lasts: Interval)? {
        guard let retries = number(SynRetransmission.retriesKey) else { return nil }
        let law = SynRetransmission(
            retries: retries, linear: number(SynRetransmission.linearKey) ?? 0, maximumRTO: maximumRTO, wheel: wheel)
        let schedule = Schedule(timers: law.timers(), ending: .silence(errno: "ETIMEDOUT"))
        let moments = ConnectForecast.moments(of: schedule, wheel: wheel)
        guard let end = moments.last else { return nil }
        let syns = moments.dropLast()
        return (syns.count(where: \.certain)...syns.count, end.window)
    }

    /// `tcp_rto_max_ms`, or what older kernels have instead.
    package var maximumRTO: Nanoseconds {
        .milliseconds(Int64(number(SynRetransmission.maximumKey) ?? 120_000))
    }

    /// `syn-ack-retransmission`, of a request whose peer is silent: how often its SYN+ACK is sent, how long it is kept, and
    /// how long when more than half of the queue is in use (`half-open-limit`).
    package var request: (synAcks: Int, lasts: Interval, crowded: Interval)? {
        guard let retries = number(PlannedListener.synackRetries) else { return nil }
        let heedsMaximum = !KernelChanges.isOlder(facts.kernel, than: (6, 19))
        let timer = heedsMaximum ? RequestTimer(maximumRTO: maximumRTO, wheel: wheel) : RequestTimer(wheel: wheel)
        func firings(_ retries: Int) -> [Interval] {
            SynAckRetransmission(retries: retries, timer: timer).chain.firings(wheel)
        }
        let (all, some) = (firings(retries), firings(min(retries, 2)))
        guard let lasts = all.last, let crowded = some.last else { return nil }
        return (all.count, lasts, crowded)
    }

    /// Of a listener whose program asks for as long a queue as it can get. `beyond` stands in where
    /// `Facts.halfOpenBeyondBacklog` is not known.
    package func queues(beyond: Int? = nil) -> ListenQueues? {
        guard let beyond = facts.halfOpenBeyondBacklog ?? beyond,
            let somaxconn = number(PlannedListener.somaxconn), let cookies = number(PlannedListener.syncookies),
            let maxSynBacklog = number(PlannedListener.maxSynBacklog)
        else { return nil }
        return ListenQueues(
            backlog: somaxconn, syncookies: SynCookies(sysctl: cookies), maxSynBacklog: maxSynBacklog,
            abortsOnOverflow: number(PlannedListener.abortOnOverflow) ?? 0 != 0, beyond: beyond)
    }

    /// How many connections wait for accept() at the most.
    package var acceptLimit: Int? {
        number(PlannedListener.somaxconn).map {
            ListenQueues(backlog: $0, syncookies: .never, maxSynBacklog: 0, beyond: 0).acceptLimit
        }
    }
}
