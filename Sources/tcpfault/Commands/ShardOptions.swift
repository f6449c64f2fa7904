import ArgumentParser
import FoundationEssentials
import Reporting

/// Which share of the instances is this machine's.
struct ShardOptions: ParsableArguments {
    @Option(
        name: .customLong("shard"),
        help: ArgumentHelp("Only the I-th of N equal shares of the instances: 2/4.", valueName: "i/n"))
    var chosen: String?

    @Flag(help: "The share that the job's own number says: of Slurm, Kubernetes, GitLab, Buildkite and others.")
    var shardFromEnv = false

    func validate() throws {
        if chosen != nil, shardFromEnv { throw ValidationError("Say --shard or --shard-from-env, not both.") }
    }

    /// 1/1: everything.
    func shard(on console: Console) throws -> Shard {
        if let chosen { return try Shard(chosen) }
        guard shardFromEnv else { return try Shard(1, of: 1) }
        let (shard, name) = try Shard.told(by: ProcessInfo.processInfo.environment)
        console.note(["shard \(shard.name), as \(name) says"])
        return shard
    }
}
