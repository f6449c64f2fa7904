import Model
import Oracle

extension RunReport {
    /// Reports that do not make one: an instance that is there twice, or runs and counter-runs.
    package struct Collision: Error, CustomStringConvertible {
        package let description: String
    }

    /// Several reports as one: of shards of a run, or of one set of scenarios on several kernels. Names have the kernel in
    /// them where there are several.
    package init(merging reports: [RunReport]) throws(Collision) {
        if reports.count == 1 {
            self = reports[0]
            return
        }
        guard Set(reports.map(\.mustFail)).count < 2 else {
            throw Collision(description: "some of these runs had to go wrong and some had not; report them apart")
        }
        let kernels = Set(reports.flatMap(\.outcomes).map(\.judgement.kernel))
        var outcomes: [Outcome] = []
        var seen: Set<String> = []
        for var outcome in reports.flatMap(\.outcomes) {
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
}
