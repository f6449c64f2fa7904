import ArgumentParser
import Model
import Reporting
import Scenarios

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Checks scenario and topology files.",
        discussion: """
            Scenarios are also planned for this kernel, which finds sysctls that no kernel has; nothing is run. Where \
            the runner cannot say what this kernel is, the files are checked without it.

            \(Examples(["tcpfault validate scenarios/*/*.yaml netns/*.yaml": "the whole library"]))
            """)

    @Argument(help: ArgumentHelp("Scenario or topology files, or names of scenarios.", valueName: "file"))
    var files: [String]

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        let library = try libraryOptions.library()
        let console = Console()
        let facts = await Self.facts(console)
        var bad = 0
        for file in files {
            do {
                try library.validate(file)
                if let facts, let scenario = try? library.load(file) {
                    _ = try Planner(library, facts: facts).plan(scenario)
                }
                console.result(["\(file): good"])
            } catch let errors {
                bad += 1
                console.note(["error: \(errors)"])
            }
        }
        if bad > 0 { try CommandStatus.badInput.leave() }
    }

    private static func facts(_ console: Console) async -> Facts? {
        do {
            return try await HostBed(runner: try Places.runner()).probe()
        } catch {
            console.note(["checked without this kernel: \(error)"])
            return nil
        }
    }
}
