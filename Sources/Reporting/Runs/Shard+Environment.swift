extension Shard {
    /// The variables in which one of the programs that start jobs tells each of them which of how many it is.
    private struct Teller {
        var index: String
        var count: String
        /// What it calls the first.
        var first = 1
    }

    /// For whoever is not in the list. The number of shards is also the one to believe where a program's own is that of the
    /// jobs which happen to run: one that is run again alone is still the third of four.
    private static let own = Teller(index: "TCPFAULT_SHARD", count: "TCPFAULT_SHARDS")

    private static let tellers = [
        Teller(index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT"),
        Teller(index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL"),
        Teller(index: "BUILDKITE_PARALLEL_JOB", count: "BUILDKITE_PARALLEL_JOB_COUNT", first: 0),
        Teller(index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL", first: 0),
        Teller(index: "SYSTEM_JOBPOSITIONINPHASE", count: "SYSTEM_TOTALJOBSINPHASE"),
        Teller(index: "JOB_COMPLETION_INDEX", count: own.count, first: 0),
    ]

    /// What the surroundings say, and the variable that said it. Throws where nothing does, where a number lacks its
    /// companion, and where two say different things.
    package static func told(by environment: [String: String]) throws(ShardError) -> (shard: Shard, by: String) {
        if environment[own.index] != nil { return (try shard(own, environment), own.index) }
        var found: [(shard: Shard, by: String)] = []
        for teller in tellers where environment[teller.index] != nil {
            found.append((try shard(teller, environment), teller.index))
        }
        // A job that is the only one of its kind says nothing of the jobs around it.
        if found.count > 1 { found = found.filter { $0.shard.count > 1 } + found.prefix(1) }
        guard let first = found.first else {
            // GitLab tells every job of how many it is, and only parallel ones which.
            if environment["CI_NODE_TOTAL"] == "1" { return (try Shard(1, of: 1), "CI_NODE_TOTAL") }
            let names = ([own] + tellers).map(\.index).joined(separator: ", ")
            throw ShardError("nothing here says which shard this is: none of \(names) is set")
        }
        if let other = found.first(where: { $0.shard != first.shard && $0.shard.count > 1 }) {
            throw ShardError(
                "\(first.by) makes this shard \(first.shard.name), and \(other.by) \(other.shard.name); say --shard I/N"
            )
        }
        return first
    }

    private static let most = 1_000_000

    private static func shard(_ teller: Teller, _ environment: [String: String]) throws(ShardError) -> Shard {
        func number(_ name: String) throws(ShardError) -> Int {
            guard let text = environment[name] else {
                throw ShardError("\(teller.index) is set and \(name) is not, which says of how many")
            }
            guard let number = Int(text), (0...most).contains(number) else {
                throw ShardError("\(name)='\(text)' is no number from 0 to \(most)")
            }
            return number
        }
        let index = try number(teller.index)
        let isCounted = environment[own.count] != nil
        let count = try number(isCounted ? own.count : teller.count)
        if teller.index == "SLURM_ARRAY_TASK_ID", !isCounted { try checkArray(environment, count: count) }
        do {
            return try Shard(index - teller.first + 1, of: count)
        } catch {
            throw ShardError(
                "\(teller.index)=\(index) is not one of \(count), counted from \(teller.first)"
                    + (isCounted ? " (\(own.count))" : ""))
        }
    }

    /// Of the tasks that are run again the ids no longer tell of how many there are.
    private static func checkArray(_ environment: [String: String], count: Int) throws(ShardError) {
        let (first, last) = ("SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX")
        guard environment[first] == "1", environment[last] == "\(count)" else {
            throw ShardError(
                "this array has \(count) tasks from \(environment[first] ?? "?") to \(environment[last] ?? "?"); "
                    + "submit it with --array=1-N, or set \(own.count) to N")
        }
    }
}
