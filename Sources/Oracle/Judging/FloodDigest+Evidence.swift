import Model

extension FloodDigest {
    /// Fewer made-up SYNs are no flood, but where clients connect meanwhile.
    private static let least = 2000

    /// `nil` where the plan floods no listener, or it did not happen.
    init?(_ evidence: Evidence) {
        let plan = evidence.record.plan
        let listens = plan.steps.compactMap { if case .listen(let listen) = $0.action { listen } else { nil } }
        let injections = plan.steps.indices.compactMap { index -> (target: SocketAddress, step: Int)? in
            guard case .inject(let inject) = plan.steps[index].action, inject.sources > 1 else { return nil }
            return (inject.to, index)
        }
        guard let target = injections.first?.target,
            let listen = listens.first(where: { listen in
                listen.address.port == target.port
                    && plan.host(listen.host)?.interfaces.contains {
                        $0.addresses.contains { $0.address == target.address }
                    } == true
            })
        else { return nil }
        let parts = injections.compactMap { evidence.injection($0.step) }
        guard let began = parts.map(\.began).min() else { return nil }
        let flooded = Interval(began, parts.map { $0.ended ?? evidence.end }.max() ?? began)
        let samples = evidence.queueSamples(of: listen.socket)
        let counters = evidence.record.counters[listen.host] ?? [:]
        func grown(_ name: String) -> Int { Int(counters["TcpExt.\(name)"] ?? 0) }
        let calls = Self.calls(to: listen, evidence)
        let offered = parts.map(\.sent).reduce(0, +)
        guard offered >= Self.least || !calls.isEmpty else { return nil }
        self.init(
            listener: listen.socket, flooded: flooded, offered: offered,
            arrived: evidence.madeUp(at: listen.host), peak: samples.map(\.queue.halfOpen).max() ?? 0,
            cookiesSent: grown("SyncookiesSent"), cookiesReceived: grown("SyncookiesRecv"),
            dropped: grown("ListenDrops"),
            halfOpen: samples.map { Point(at: $0.at, value: $0.queue.halfOpen) }, calls: calls,
            phases: Self.phases(calls, flooded))
    }

    private static func calls(to listen: Listen, _ evidence: Evidence) -> [Call] {
        let all = evidence.record.events.compactMap { event -> Call? in
            guard case .call(let call) = event.what, call.call == "connect",
                call.remote?.port == listen.address.port
            else { return nil }
            return Call(
                began: event.at, lasted: call.ended.map { $0 - event.at },
                connected: call.ended != nil && call.errno == nil)
        }
        return all.sorted { $0.began < $1.began }
    }

    private static func phases(_ calls: [Call], _ flooded: Interval) -> [Phase] {
        Phase.Name.allCases.map { name in
            let own = calls.filter { call in
                switch name {
                case .before: call.began < flooded.from
                case .during: flooded.contains(call.began)
                case .after: call.began > flooded.to
                }
            }
            let latencies = own.filter(\.connected).compactMap(\.lasted).sorted()
            return Phase(
                name: name, calls: own.count, prompt: own.count(where: \.isPrompt), connected: latencies.count,
                median: latencies.isEmpty ? nil : latencies[latencies.count / 2], longest: latencies.last)
        }
    }
}
