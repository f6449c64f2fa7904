import ArgumentParser
import Model
import Oracle
import Reporting

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "What changed in the life of a connection from one run to another, and why.",
        discussion: """
            Typically the runs of two kernels. Each change is explained, by a law or by a known change of Linux, or it is \
            not, and then the comparison fails.
            """)

    @Argument(help: ArgumentHelp("A record, or a folder with records: the run before.", valueName: "before"))
    var before: String

    @Argument(help: ArgumentHelp("A record, or a folder with records: the run after.", valueName: "after"))
    var after: String

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    func run() async throws {
        try Self.compare(try Self.records(before), try Self.records(after), format, on: Console())
    }

    /// Prints the comparison of two runs, and ends with its status.
    static func compare(
        _ before: [RunRecord], _ after: [RunRecord], _ format: OutputFormat, on console: Console
    ) throws {
        let comparison = try Comparison(of: before, with: after)
        switch format {
        case .console: console.result(ComparisonText(comparison, paint: console.paint).lines)
        case .json: try console.result(comparison)
        }
        try comparison.exitStatus.leave()
    }

    private static func records(_ path: String) throws -> [RunRecord] {
        try RecordFile.find(path).map(RecordFile.read)
    }
}
