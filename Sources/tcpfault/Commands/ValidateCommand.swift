import ArgumentParser
import Reporting
import Scenarios

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Checks scenario and topology files, without a kernel.")

    @Argument(help: ArgumentHelp("Scenario or topology files, or names of scenarios.", valueName: "file"))
    var files: [String]

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        let library = try libraryOptions.library()
        let console = Console()
        var bad = 0
        for file in files {
            do {
                try library.validate(file)
                console.result(["\(file): good"])
            } catch let errors {
                bad += 1
                console.note(["error: \(errors)"])
            }
        }
        if bad > 0 { try CommandStatus.badInput.leave() }
    }
}
