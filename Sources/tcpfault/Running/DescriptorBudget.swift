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

    /// Per host a namespace, netlink and counter files; per interface a tap and its file; per socket its own.
    static func cost(of plan: Plan) -> Int {
        let interfaces = plan.hosts.map(\.interfaces.count).reduce(0, +)
        let sockets = plan.steps.map { step in
            switch step.action {
            case .listen, .connect: 1
            case .accept(let accept): accept.count
            case .close, .fault, .wait: 0
            }
        }
        return 8 + 12 * plan.hosts.count + 4 * interfaces + 6 * plan.faults.count + sockets.reduce(0, +)
    }
}
