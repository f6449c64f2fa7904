import ArgumentParser
import Model
import Oracle
import Reporting

struct JudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Judges saved records again; needs no privilege and not the kernel they come from.",
        discussion: "\(Examples(["tcpfault judge results/TIME --ladder": "every packet of a run, drawn"]))")

    @Argument(help: ArgumentHelp("Records, or folders with records in them.", valueName: "record"), completion: .file())
    var records: [String]

    @OptionGroup var reporting: ReportOptions

    @Flag(help: "Succeed when every record shows a run that went wrong.")
    var mustFail = false

    @Flag(help: "Draw each record's packets and calls as a ladder, too.")
    var ladder = false

    func validate() throws {
        if ladder, reporting.format != .console {
            throw ValidationError("--ladder is for readers of the console; the record itself has every packet.")
        }
    }

    func run() async throws {
        try reporting.prepare()
        let found = try records.flatMap(RecordFile.find).map { (path: $0, record: try RecordFile.read($0)) }
        let outcomes = found.map { path, record in
            RunReport.Outcome(Judge.judge(record), folder: RecordFile.folder(of: path))
        }
        let report = RunReport(mustFail: mustFail, outcomes: outcomes)
        let console = Console()
        for (_, record) in found where ladder {
            console.result([console.paint.bold(record.plan.instance)])
            console.result(LadderText(Ladder(record), paint: console.paint).lines + [""])
        }
        try await reporting.tell(report, on: console)
        try report.exitStatus.leave()
    }
}
