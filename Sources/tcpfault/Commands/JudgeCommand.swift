import ArgumentParser
import Oracle
import Reporting

struct JudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Judges saved records again; needs no privilege and not the kernel they come from.")

    @Argument(help: ArgumentHelp("Records, or folders with records in them.", valueName: "record"))
    var records: [String]

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @Flag(help: "Succeed when every record shows a run that went wrong.")
    var mustFail = false

    func run() async throws {
        let outcomes = try records.flatMap(RecordFile.find).map { path in
            RunReport.Outcome(Judge.judge(try RecordFile.read(path)), folder: RecordFile.folder(of: path))
        }
        let report = RunReport(mustFail: mustFail, outcomes: outcomes)
        let console = Console()
        switch format {
        case .console: console.result(ConsoleReport(report, paint: console.paint).lines)
        case .json: try console.result(report)
        }
        try report.exitStatus.leave()
    }
}
