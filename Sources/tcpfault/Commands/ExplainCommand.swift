import ArgumentParser
import Model
import Oracle
import Reporting
import Scenarios

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "The answer to a scenario's question, with this kernel's figures and the packets as a ladder.",
        discussion: """
            Runs nothing. The figures are those of the scenario's first instance; --set and --family choose another. \
            The same ladder of a run that has happened: tcpfault judge RECORD --ladder.

            \(Examples([
                "tcpfault explain accept-overflow-rst": "for this kernel",
                "tcpfault explain fin-wait-2 --kernel 6.1": "for another one",
            ]))
            """)

    @Argument(
        help: ArgumentHelp("A scenario by name, or a scenario file.", valueName: "name|file"), completion: .scenarios)
    var name: String

    @OptionGroup var planning: PlanningArguments

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @OptionGroup var kernelChoice: FactsOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        let library = try libraryOptions.library()
        // A name that nobody has is told before any kernel is asked.
        let scenario = try library.load(name)
        let facts = try await kernelChoice.facts()
        let instances = try Planner(library, facts: facts).plan(scenario, try planning.options(library))
        let plan = instances.lazy.compactMap(\.plan).first
        let report = ExplanationReport(
            scenario: scenario.name, summary: scenario.summary, question: scenario.question, answer: scenario.answer,
            reference: scenario.reference, figures: try plan.map { try Figures($0, facts: facts) },
            instances: instances.count, skipped: plan == nil ? instances.first?.skipReason : nil)
        let console = Console()
        switch format {
        case .console: console.result(ExplanationText(report, paint: console.paint).lines)
        case .json: try console.result(report)
        }
    }
}
