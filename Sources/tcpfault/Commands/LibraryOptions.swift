import ArgumentParser
import Scenarios

/// Where scenarios come from.
struct LibraryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of scenarios; its topologies are in netns beside it.", valueName: "dir"))
    var scenarios: String?

    func library() throws -> ScenarioLibrary { try Places.library(scenarios) }
}
