import ArgumentParser
import Model
import Reporting

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Makes reports of runs that are over, in any format; several runs become one.",
        discussion: """
            A run leaves report.json in the folder of its records. Shards of one run, or the same scenarios on several \
            kernels, are told as one run; names have the kernel in them where there are several.
            """)

    @Argument(help: ArgumentHelp("Folders of runs, or their report.json.", valueName: "dir"))
    var runs: [String]

    @OptionGroup var reporting: ReportOptions

    func run() async throws {
        try reporting.prepare()
        let report: RunReport
        do {
            report = try RunReport(merging: try runs.map(ReportDocument.read))
        } catch let error as RunReport.Collision {
            throw Trouble("\(error)", status: .badInput)
        }
        try await reporting.tell(report, on: Console())
        try report.exitStatus.leave()
    }
}
