import Model
import Oracle

extension RunReport {
    /// Reports that do not make one: an instance or a shard that is there twice, shards of different plans, or runs and
    /// counter-runs.
    package struct Collision: Error, CustomStringConvertible {
        package let description: String
    }

    /// What a reader should know of shards that may be of two runs of one plan; `nil`: they began on one day.
    package static func doubt(_ reports: [RunReport]) -> String? {
        let days = Set(reports.filter { $0.shard != nil }.compactMap { $0.started?.prefix(10) }).sorted()
        guard let first = days.first, let last = days.last, first != last else { return nil }
        return "note: these shards began on different days, \(first) and \(last): are they of one run?"
    }

    /// Several reports as one: of shards of a run, or of one set of scenarios on several kernels. Names have the kernel in
    /// them where there are several. What a shard should have told and did not is inconclusive.
    package init(merging reports: [RunReport]) throws(Collision) {
        if reports.count == 1, reports[0].shard == nil {
            self = reports[0]
            return
        }
        guard Set(reports.map(\.mustFail)).count < 2 else {
            throw Collision(description: "some of these runs had to go wrong and some had not; report them apart")
        }
        let plans = try Self.plans(reports.compactMap(\.shard))
        let told = reports.flatMap(\.outcomes)
        let missing = plans.flatMap { Self.missing($0, told) }
        let kernels = Set((told + missing).map(\.judgement.kernel))
        var outcomes: [Outcome] = []
        var seen: Set<String> = []
        for var outcome in Self.ordered(told + missing, plans) {
            if kernels.count > 1 { outcome.kernel = outcome.judgement.kernel }
            guard seen.insert(outcome.name).inserted else {
                let kernel = outcome.judgement.kernel
                throw Collision(
                    description: "\(outcome.judgement.instance) is there twice, both times on kernel \(kernel)")
            }
            outcomes.append(outcome)
        }
        self.init(
            started: reports.compactMap(\.started).min(), wall: reports.compactMap(\.wall).max(),
            mustFail: reports.contains(where: \.mustFail), outcomes: outcomes,
            guests: reports.contains { $0.guests != nil } ? reports.flatMap { $0.guests ?? [] } : nil,
            stopped: reports.compactMap(\.stopped).first)
    }

    /// The shards of each kernel.
    private static func plans(_ shards: [ShardedPlan]) throws(Collision) -> [[ShardedPlan]] {
        let plans = Dictionary(grouping: shards, by: \.kernel).sorted { $0.key < $1.key }.map(\.value)
        for plan in plans {
            let first = plan[0]
            for (place, other) in plan.enumerated() {
                guard other.shard.count == first.shard.count, other.digest == first.digest else {
                    throw Collision(
                        description:
                            "shard \(first.shard.name) and shard \(other.shard.name) of kernel \(first.kernel) "
                            + "are not of one run: scenarios, options or the number of shards differ")
                }
                guard !plan.prefix(place).contains(where: { $0.shard == other.shard }) else {
                    throw Collision(
                        description: "shard \(other.shard.name) of kernel \(first.kernel) is there twice; "
                            + "name the one that counts")
                }
            }
        }
        return plans
    }

    /// What of a plan nobody has told of.
    private static func missing(_ plan: [ShardedPlan], _ told: [Outcome]) -> [Outcome] {
        let first = plan[0]
        let known = Set(told.filter { $0.judgement.kernel == first.kernel }.map(\.judgement.instance))
        return first.instances.enumerated().compactMap { place, name in
            if known.contains(name) { return nil }
            let index = Shard.index(ofPlace: place, of: first.shard.count)
            let isThere = plan.contains { $0.shard.index == index }
            let whose = first.shard.count > 1 ? "shard \(index)/\(first.shard.count)" : "the run"
            let reason =
                "\(whose) " + (isThere ? "ended before it had told of this" : "is missing, and this was its to run")
            return Outcome(
                Judgement(
                    instance: name, summary: "", verdict: .inconclusive, reason: reason, kernel: first.kernel),
                folder: nil)
        }
    }

    /// A plan's instances in its order, whoever ran them; all others where they were.
    private static func ordered(_ outcomes: [Outcome], _ plans: [[ShardedPlan]]) -> [Outcome] {
        var places: [String: Int] = [:]
        for instance in plans.flatMap({ $0[0].instances }) where places[instance] == nil {
            places[instance] = places.count
        }
        var kernels: [String: Int] = [:]
        for kernel in outcomes.map(\.judgement.kernel) where kernels[kernel] == nil { kernels[kernel] = kernels.count }
        func key(_ outcome: Outcome, _ offset: Int) -> (Int, Int, Int) {
            let judgement = outcome.judgement
            return (kernels[judgement.kernel] ?? 0, places[judgement.instance] ?? 0, offset)
        }
        return outcomes.enumerated().sorted { key($0.element, $0.offset) < key($1.element, $1.offset) }.map(\.element)
    }
}
