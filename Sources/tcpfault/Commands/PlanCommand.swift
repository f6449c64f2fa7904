import ArgumentParser
import Model
import Reporting
import Scenarios

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "What would be done, without doing it: one JSON document for each instance.",
        discussion: "\(Examples(["tcpfault plan syn-lost-twice --family ipv4": "hosts, faults and steps of one"]))")

    @Argument(
        help: ArgumentHelp("A scenario by name, or a scenario file.", valueName: "name|file"), completion: .scenarios)
    var name: String

    @OptionGroup var planning: PlanningArguments

    @Option(help: "Of a run that goes wrong on purpose: without-cause, misplaced-drop or bent-law.")
    var counterRun: CounterRun?

    @OptionGroup var kernelChoice: FactsOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        let library = try libraryOptions.library()
        let scenario = try library.load(name)
        let facts = try await kernelChoice.facts()
        let instances = try Planner(library, facts: facts).plan(
            scenario, try planning.options(library, counterRun: counterRun))
        let console = Console()
        for instance in instances {
            if let reason = instance.skipReason { console.note(["\(instance.name) is skipped here: \(reason)"]) }
        }
        for plan in instances.compactMap(\.plan) { try console.result(plan) }
        if instances.allSatisfy({ $0.plan == nil }) { try CommandStatus.skipped.leave() }
    }
}
