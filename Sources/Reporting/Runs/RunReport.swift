package import Model
package import Oracle

/// What one call of `tcpfault run` (or `judge`) has to tell: the document that `--format json` prints.
package struct RunReport: Sendable, Hashable, Codable {
    package var format: Int
    /// The program and version that wrote it.
    package var writer: String
    /// UTC, ISO 8601; `nil` where records were judged again.
    package var started: String?
    /// From the first start to the last end, with everything that the harness did in between.
    package var wall: Nanoseconds?
    /// Where the records lie.
    package var folder: String?
    /// Every instance had to go wrong.
    package var mustFail: Bool
    package var outcomes: [Outcome]
    /// One a boot, where the runs were in a guest kernel.
    package var guests: [GuestTimes]?
    /// The signal that ended it early, `SIGTERM` say; what had not ended by then is inconclusive.
    package var stopped: String?
    /// Which share of which plan it is; `nil` for the whole, but for a run that has not told of everything.
    package var shard: ShardedPlan?

    package init(
        started: String? = nil, wall: Nanoseconds? = nil, folder: String? = nil, mustFail: Bool = false,
        outcomes: [Outcome], guests: [GuestTimes]? = nil, stopped: String? = nil, shard: ShardedPlan? = nil
    ) {
        format = Format.version
        writer = "tcpfault \(Version.current)"
        self.started = started
        self.wall = wall
        self.folder = folder
        self.mustFail = mustFail
        self.outcomes = outcomes
        self.guests = guests
        self.stopped = stopped
        self.shard = shard
    }

    /// One instance with the folder of its record; `nil` where there is none.
    package struct Outcome: Sendable, Hashable, Codable {
        package var judgement: Judgement
        package var folder: String?
        /// The kernel that it ran on, where a report has several.
        package var kernel: String?

        package init(_ judgement: Judgement, folder: String?) {
            self.judgement = judgement
            self.folder = folder
        }

        /// The instance's name; behind its kernel's, where a report has several.
        package var name: String { prefix + judgement.instance }

        /// What the instance is one of: `connect-timeout` of `connect-timeout/ipv4`.
        var scenario: String {
            prefix + (judgement.instance.split(separator: "/").first.map(String.init) ?? judgement.instance)
        }

        /// `connect-timeout.ipv4`
        var dottedName: String { name.split(separator: "/").joined(separator: ".") }

        private var prefix: String { kernel.map { "\($0)/" } ?? "" }
    }

    /// `163 passed, 1 failed, 0 inconclusive, 0 skipped`, counter-runs by whether they went wrong.
    package var summary: String {
        "\(count(standing: .pass)) passed, \(count(standing: .fail)) failed, "
            + "\(count(standing: .inconclusive)) inconclusive, \(count(standing: .skip)) skipped"
    }

    /// What it ran on and where its records are, for machines: name and value.
    var properties: [(String, String)] {
        let kernels = Set(outcomes.map(\.judgement.kernel)).sorted()
        return [("writer", writer)] + kernels.map { ("kernel", $0) } + (folder.map { [("records", $0)] } ?? [])
            + (shard.map { [("shard", $0.shard.name)] } ?? [])
    }

    /// The same for readers, with how long it took.
    var surroundings: [String] {
        properties.map { "\($0.0): \($0.1)" } + (wall.map { ["wall time: \($0)"] } ?? [])
    }

    package func count(_ verdict: Verdict) -> Int { outcomes.count { $0.judgement.verdict == verdict } }

    /// The instance that took longest.
    package var longest: Outcome? { outcomes.max { $0.judgement.duration < $1.judgement.duration } }

    /// Those that had to go wrong and did not.
    package var unexpected: [Outcome] { outcomes.filter { standing(of: $0).verdict > .skip } }

    package var exitStatus: CommandStatus {
        if !outcomes.isEmpty, outcomes.allSatisfy(\.judgement.isSkipped) {
            // Whether everything was skipped is known when all shards are.
            return shard == nil ? .skipped : .passed
        }
        if count(standing: .fail) > 0 { return .failed }
        return count(standing: .inconclusive) > 0 ? .inconclusive : .passed
    }
}

extension Judgement {
    var isSkipped: Bool { verdict == .skip }

    /// For a counter-run: without its cause, or by a bent law, an instance must fail, and each law in it must fail by
    /// itself; a misplaced drop must not pass.
    var endedAsItMust: Bool {
        if counterRun == .misplacedDrop { return verdict > .skip }
        return verdict == .fail && findings.filter(\.isOfLaw).allSatisfy { $0.verdict == .fail }
    }
}
