import Foundation
import Model
import Oracle
import Reporting
import Testing

/// Shares of a plan, and what becomes of them when they are put together.
@Suite struct ShardTests {
    @Test("Shares are disjoint, complete and of nearly one size", arguments: [1, 2, 3, 7, 20])
    func shares(count: Int) throws {
        let plan = Array(0..<17)
        let shares = try (1...count).map { try Shard($0, of: count).share(of: plan) }
        #expect(shares.flatMap { $0 }.sorted() == plan)
        let sizes = shares.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test(
        "What is no shard is refused", arguments: ["0/4", "5/4", "1/0", "x", "1/", "/2", "1/2/3", "-1/2", "", " 1/2"])
    func refused(text: String) {
        #expect(throws: ShardError.self) { try Shard(text) }
    }

    @Test(
        "Each program that starts jobs is understood",
        arguments: [
            (["TCPFAULT_SHARD": "2", "TCPFAULT_SHARDS": "3"], "2/3"),
            (
                [
                    "SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "1",
                    "SLURM_ARRAY_TASK_MAX": "4",
                ], "2/4"
            ),
            // The third is submitted again, alone.
            (["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "1", "TCPFAULT_SHARDS": "4"], "3/4"),
            (["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "5"], "1/5"),
            (["CI_NODE_TOTAL": "1"], "1/1"),
            (["BUILDKITE_PARALLEL_JOB": "0", "BUILDKITE_PARALLEL_JOB_COUNT": "2"], "1/2"),
            (["CIRCLE_NODE_INDEX": "1", "CIRCLE_NODE_TOTAL": "2"], "2/2"),
            (["SYSTEM_JOBPOSITIONINPHASE": "3", "SYSTEM_TOTALJOBSINPHASE": "3"], "3/3"),
            (["JOB_COMPLETION_INDEX": "0", "TCPFAULT_SHARDS": "6"], "1/6"),
            // A job that is the only one says nothing of the others.
            (
                [
                    "CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1", "BUILDKITE_PARALLEL_JOB": "1",
                    "BUILDKITE_PARALLEL_JOB_COUNT": "3",
                ], "2/3"
            ),
        ])
    func told(environment: [String: String], name: String) throws {
        #expect(try Shard.told(by: environment).shard.name == name)
    }

    @Test(
        "What does not say which of how many is refused",
        arguments: [
            [:], ["TCPFAULT_SHARDS": "3"], ["TCPFAULT_SHARD": "1"], ["JOB_COMPLETION_INDEX": "0"],
            ["JOB_COMPLETION_INDEX": "3", "TCPFAULT_SHARDS": "3"], ["CI_NODE_INDEX": "one", "CI_NODE_TOTAL": "2"],
            ["CI_NODE_TOTAL": "2"], ["JOB_COMPLETION_INDEX": "9223372036854775807", "TCPFAULT_SHARDS": "4"],
            ["TCPFAULT_SHARD": "-9223372036854775808", "TCPFAULT_SHARDS": "4"],
            // Two that disagree.
            [
                "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2", "BUILDKITE_PARALLEL_JOB": "1",
                "BUILDKITE_PARALLEL_JOB_COUNT": "2",
            ],
            // One of four that runs again alone, or lists: the ids do not tell of how many.
            [
                "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "1", "SLURM_ARRAY_TASK_MIN": "3",
                "SLURM_ARRAY_TASK_MAX": "3",
            ],
            [
                "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1",
                "SLURM_ARRAY_TASK_MAX": "7",
            ],
        ])
    func unclear(environment: [String: String]) {
        #expect(throws: ShardError.self) { try Shard.told(by: environment) }
    }

    private static let names = ["a/ipv4", "a/ipv6", "b/ipv4", "b/ipv6"]

    private func part(
        _ index: Int, of count: Int = 2, kernel: String = "6.18.0", told: Int? = nil, sources: [String] = []
    ) throws -> RunReport {
        let shard = try Shard(index, of: count)
        let outcomes = shard.share(of: Self.names).prefix(told ?? .max).map { name in
            var judgement = Examples.passed
            judgement.instance = name
            judgement.kernel = kernel
            return RunReport.Outcome(judgement, folder: "results/\(index)/\(name)")
        }
        return RunReport(
            outcomes: outcomes, shard: ShardedPlan(shard, kernel: kernel, instances: Self.names, sources: sources))
    }

    @Test("Shards become the whole, in the order of the plan")
    func whole() throws {
        let merged = try RunReport(merging: [try part(2), try part(1)])
        #expect(merged.outcomes.map(\.name) == Self.names)
        #expect(merged.exitStatus == .passed)
        #expect(merged.shard == nil)
    }

    @Test("What no shard tells of is inconclusive, under its own name")
    func missing() throws {
        let merged = try RunReport(merging: [try part(1)])
        #expect(merged.outcomes.map(\.name) == Self.names)
        #expect(merged.outcomes.map(\.judgement.verdict) == [.pass, .inconclusive, .pass, .inconclusive])
        #expect(merged.outcomes[1].judgement.reason?.contains("shard 2/2 is missing") ?? false)
        #expect(merged.exitStatus == .inconclusive)

        let killed = try RunReport(merging: [try part(1), try part(2, told: 1)])
        #expect(killed.outcomes[3].judgement.reason?.contains("shard 2/2 ended before") ?? false)
        #expect(killed.exitStatus == .inconclusive)
    }

    @Test("Each kernel's shards must be complete")
    func kernels() throws {
        let merged = try RunReport(merging: [try part(1), try part(2), try part(1, kernel: "6.1.0")])
        #expect(merged.outcomes.count == 8)
        #expect(
            merged.outcomes.filter { $0.judgement.verdict == .inconclusive }.map(\.name) == [
                "6.1.0/a/ipv6", "6.1.0/b/ipv6",
            ])
    }

    @Test("A shard that is there twice, and shards of two plans, are refused")
    func collisions() throws {
        #expect(throws: RunReport.Collision.self) { try RunReport(merging: [try part(1), try part(1)]) }
        #expect(throws: RunReport.Collision.self) { try RunReport(merging: [try part(1), try part(3, of: 3)]) }
        #expect(throws: RunReport.Collision.self) {
            try RunReport(merging: [try part(1), try part(2, sources: ["net.ipv4.tcp_syn_retries=2"])])
        }
    }

    @Test("A whole run that was killed is told as such")
    func killed() throws {
        var report = try part(1, of: 1, told: 3)
        report.outcomes[0].judgement.verdict = .fail
        let merged = try RunReport(merging: [report])
        #expect(merged.outcomes[3].judgement.reason == "the run ended before it had told of this")
        #expect(merged.exitStatus == .failed)
    }

    @Test("Of counter-runs, too, a missing shard proves nothing and fails nothing")
    func counterRuns() throws {
        var report = try part(1)
        report.mustFail = true
        for index in report.outcomes.indices {
            report.outcomes[index].judgement.verdict = .fail
            report.outcomes[index].judgement.findings = []
        }
        #expect(report.exitStatus == .passed)
        #expect(try RunReport(merging: [report]).exitStatus == .inconclusive)
    }

    @Test("Shards that began on different days are told of")
    func days() throws {
        var (one, two) = (try part(1), try part(2))
        (one.started, two.started) = ("2026-11-27T10:00:00Z", "2026-11-27T12:00:00Z")
        #expect(RunReport.doubt([one, two]) == nil)
        two.started = "2026-11-20T10:00:00Z"
        #expect(RunReport.doubt([one, two])?.contains("2026-11-20 and 2026-11-27") ?? false)
    }

    @Test("A report that names no shard there is cannot be read")
    func unreadable() throws {
        let good = String(decoding: try JSONEncoder().encode(try part(1)), as: UTF8.self)
        _ = try JSONDecoder().decode(RunReport.self, from: Data(good.utf8))
        let bent = good.replacing("\"count\":2", with: "\"count\":0")
        #expect(bent != good)
        #expect(throws: ShardError.self) { try JSONDecoder().decode(RunReport.self, from: Data(bent.utf8)) }
    }

    @Test("A report of nothing is a skip to readers of TAP and KTAP")
    func nothing() throws {
        let report = RunReport(outcomes: [])
        #expect(try ReportFormat.tap.lines(report).contains("1..0 # SKIP none of the instances is this shard's"))
        #expect(
            try ReportFormat.ktap.lines(report).last == "ok 1 tcpfault # SKIP none of the instances is this shard's")
    }

    @Test("Whether everything was skipped is known when all shards are")
    func skipped() throws {
        var report = try part(1)
        report.outcomes = [RunReport.Outcome(Examples.skipped, folder: nil)]
        #expect(report.exitStatus == .passed)
        report.shard = nil
        #expect(report.exitStatus == .skipped)
    }

    @Test("Each status has its number in each style")
    func styles() {
        let all: [CommandStatus] = [.passed, .failed, .skipped, .badInput, .inconclusive]
        #expect(all.map(ExitStyle.tcpfault.number) == [0, 1, 4, 64, 70])
        #expect(all.map(ExitStyle.ltp.number) == [0, 1, 32, 2, 2])
    }
}
