import Model
import Oracle
import Reporting
import Scenarios

/// The scenarios that a command was asked for.
struct ScenarioChoice: Sendable {
    let library: ScenarioLibrary
    let scenarios: [Scenario]
    /// Those that `--all` left out.
    private(set) var leftOut: [String] = []

    /// The tag of what takes minutes to show what a smaller value shows in seconds.
    static let long = "long"

    /// `nil`: all there are, but for long ones unless they are wanted. A scenario that is named twice is taken once; two files of one name cannot be told apart in
    /// any report, and are refused.
    init(library: ScenarioLibrary, names: [String]?, tags: [String] = [], long: Bool = true) throws {
        self.library = library
        var known: [String: String] = [:]
        let found = try (names ?? library.names()).map { try library.load($0) }.filter { scenario in
            guard let other = known.updateValue(scenario.source.file, forKey: scenario.name) else { return true }
            guard other == scenario.source.file else {
                throw Trouble(
                    "\(other) and \(scenario.source.file) are both called '\(scenario.name)'; run one after the other",
                    status: .badInput)
            }
            return false
        }.filter { tags.isEmpty || !Set(tags).isDisjoint(with: $0.tags) }
        let wantsLong = long || names != nil || tags.contains(Self.long)
        scenarios = found.filter { wantsLong || !$0.tags.contains(Self.long) }
        if !wantsLong { leftOut = found.filter { $0.tags.contains(Self.long) }.map(\.name) }
    }

    /// Says what `--all` left out, and how to get it.
    func tellLeftOut(on console: Console) {
        if leftOut.isEmpty { return }
        console.note(["left out, since they take minutes: \(leftOut.joined(separator: ", ")) (--long runs them too)"])
    }

    /// Their instances, for a kernel with these facts.
    func planned(_ facts: Facts, _ options: PlanningOptions) throws -> [PlannedInstance] {
        let planner = try Planner(library, facts: facts)
        let instances = try scenarios.flatMap { try planner.plan($0, options) }
        guard !instances.isEmpty else {
            throw Trouble("nothing of this is left to run: see --tag, --family", status: .badInput)
        }
        return instances
    }
}
