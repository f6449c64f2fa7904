import ArgumentParser
import Model
import Reporting

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "What this kernel and these privileges allow, and how to get the rest.")

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @OptionGroup var kernelChoice: FactsOptions

    func run() async throws {
        let facts = try await kernelChoice.facts()
        let console = Console()
        switch format {
        case .console: console.result(FactsText(facts, paint: console.paint).lines)
        case .json: try console.result(facts)
        }
    }
}
