import Model

/// How many instances fit into one runner. Both ends of a connection live in the same process.
struct DescriptorBudget: Sendable {
    /// The hard limit of one process.
    let limit: Int

    /// The runner's own: standard streams, epoll, clocks, what Swift's runtime opens.
    private static let runner = 64

    /// Jobs in the order given, cut into shares that fit; a job that fits into no runner is alone in its share.
    func shares(_ jobs: [RunnerJob]) -> [[RunnerJob]] {
        var shares: [[RunnerJob]] = []
        var room = 0
        for job in jobs {
            let cost = Self.cost(of: job.plan)
            if shares.isEmpty || cost > room {
                shares.append([])
                room = limit - Self.runner
            }
            shares[shares.count - 1].append(job)
            room -= cost
        }
        return shares
    }

    /// What a runner needs that carries out nothing else.
    static func whole(_ plan: Plan) -> Int { runner + cost(of: plan) }

    /// Per host a namespace, netlink and counter files; per interface a tap and its file, and where a tap keeps samples
    /// the socket that counts the others; per socket its own.
    static func cost(of plan: Plan) -> Int {
        let interfaces = plan.hosts.map(\.interfaces.count).reduce(0, +)
        let sockets = plan.steps.map { step in
            switch step.action {
            case .listen: 1
            case .connect(let connect): connect.series?.most ?? 1
            case .accept(let accept): accept.count ?? callers(of: accept.listener, in: plan)
            case .inject: flooder
            case .replay: 1
            case .listenAgain, .send, .receive, .shutdown, .close, .fault, .set, .wait: 0
            }
        }
        let perInterface = plan.spoofing.map { $0.sampling > 1 } ?? false ? 5 : 4
        return 8 + 12 * plan.hosts.count + perInterface * interfaces + 6 * plan.faults.count + sockets.reduce(0, +)
    }

    /// A flood's own: its packet socket, and what its thread waits on.
    private static let flooder = 4

    /// How many connections a listener may get: as many as the plan makes to its port.
    private static func callers(of listener: String, in plan: Plan) -> Int {
        let ports = plan.steps.compactMap { step in
            if case .listen(let listen) = step.action, listen.socket == listener { listen.address.port } else { nil }
        }
        return plan.steps.reduce(0) { sum, step in
            guard case .connect(let connect) = step.action, ports.contains(connect.to.port) else { return sum }
            return sum + (connect.series?.most ?? 1)
        }
    }
}
