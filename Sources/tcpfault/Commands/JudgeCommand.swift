import ArgumentParser
import Model
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

    @Flag(help: "Draw each record's packets and calls as a ladder, too.")
    var ladder = false

    func validate() throws {
        if ladder, format == .json {
            throw ValidationError("--ladder is for readers; in JSON the record itself has every packet.")
        }
    }

    func run() async throws {
        let found = try records.flatMap(RecordFile.find).map { (path: $0, record: try RecordFile.read($0)) }
        let outcomes = found.map { path, record in
            RunReport.Outcome(Judge.judge(record), folder: RecordFile.folder(of: path))
        }
        let report = RunReport(mustFail: mustFail, outcomes: outcomes)
        let console = Console()
        switch format {
        case .console:
            for (_, record) in found where ladder {
                console.result([console.paint.bold(record.plan.instance)])
                console.result(LadderText(Ladder(record), paint: console.paint).lines + [""])
            }
            console.result(ConsoleReport(report, paint: console.paint).lines)
        case .json: try console.result(report)
        }
        try report.exitStatus.leave()
    }
}
