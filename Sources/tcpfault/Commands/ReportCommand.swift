import ArgumentParser
import Model
import Reporting

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Makes reports of runs that are over, in any format; several runs become one.",
        discussion: """
            A run leaves report.json in the folder of its records. Shards of one run, or the same scenarios on several \
            kernels, are told as one run; names have the kernel in them where there are several. What no shard tells \
            of is inconclusive.

            \(Examples([
                "tcpfault report results/TIME --report html=report.html": "a page of a run",
                "tcpfault merge results/1 results/2 results/3 --format junit": "three shards as one",
            ]))
            """,
        aliases: ["merge"])

    @Argument(
        help: ArgumentHelp("Folders of runs, folders with such folders in them, or report.json.", valueName: "dir"),
        completion: .directory)
    var runs: [String]

    @OptionGroup var reporting: ReportOptions

    func run() async throws {
        try reporting.prepare()
        let report: RunReport
        let parts = try runs.flatMap(ReportDocument.find).map(ReportDocument.read)
        let console = Console()
        if let doubt = RunReport.doubt(parts) { console.note([doubt]) }
        do {
            report = try RunReport(merging: parts)
        } catch {
            throw Trouble("\(error)", status: .badInput)
        }
        try await reporting.tell(report, on: console)
        try report.exitStatus.leave()
    }
}
