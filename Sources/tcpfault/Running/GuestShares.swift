import Model

/// Jobs dealt out to guests so that all end at about the same time. It follows from the jobs and the number of guests
/// alone, since what came before in the same boot shows in a record: ports, sequence numbers, the clock.
enum GuestShares {
    /// At most `count` shares, none of them empty; within each the jobs keep their order.
    static func of(_ jobs: [RunnerJob], count: Int) -> [[RunnerJob]] {
        let count = max(1, min(count, jobs.count))
        var loads = [Int](repeating: 0, count: count)
        var owners = [Int](repeating: 0, count: jobs.count)
        let costliest = jobs.indices.sorted { (-cost(of: jobs[$0].plan), $0) < (-cost(of: jobs[$1].plan), $1) }
        for index in costliest {
            let lightest = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            loads[lightest] += cost(of: jobs[index].plan)
            owners[index] = lightest
        }
        return loads.indices.map { share in jobs.indices.filter { owners[$0] == share }.map { jobs[$0] } }
    }

    /// About how many instructions an emulator has to go through, in millions: for hosts to build and a record to
    /// write, for each packet of a flood, and for a guest's second in which next to nothing happens.
    private static func cost(of plan: Plan) -> Int {
        let injected = plan.steps.map { step in if case .inject(let inject) = step.action { inject.count } else { 0 } }
        return 300 + injected.reduce(0, +) / 20 + Int(plan.deadline.value / 1_000_000_000) * 3
    }
}
