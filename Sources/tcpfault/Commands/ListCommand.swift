import ArgumentParser
import Model
import Oracle
import Reporting
import Scenarios

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The scenarios, their laws, and how long each takes on this kernel.",
        discussion: "\(Examples(["tcpfault list --kernel 6.1": "on a kept kernel"]))")

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @OptionGroup var kernelChoice: FactsOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        let library = try libraryOptions.library()
        let facts = try await kernelChoice.facts()
        let planner = try Planner(library, facts: facts)
        let entries = try library.names().map { name in
            let scenario = try library.load(name)
            let instances = try planner.plan(scenario)
            return ScenarioList.Entry(
                name: name, summary: scenario.summary, laws: scenario.laws, instances: instances.count,
                lasts: instances.compactMap { $0.forecast?.longest }.max(),
                skipped: instances.allSatisfy { $0.plan == nil } ? instances.first?.skipReason : nil)
        }
        let console = Console()
        switch format {
        case .console: console.result(ScenarioList.lines(entries, paint: console.paint))
        case .json: try console.result(entries)
        }
    }
}
