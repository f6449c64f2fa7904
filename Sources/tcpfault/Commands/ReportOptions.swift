import ArgumentParser
import Reporting

extension ReportFormat: ExpressibleByArgument {}
extension ExitStyle: ExpressibleByArgument {}

/// What is told of a run, and where.
struct ReportOptions: ParsableArguments {
    @Option(help: "What goes to standard output.")
    var format = ReportFormat.console

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Another report of the same run, into a file: junit=report.xml. May be repeated.", valueName: "format=file")
    )
    var files: [ReportFile<ReportFormat>] = []

    @Option(
        help: ArgumentHelp(
            "ltp: end with 1 for a failure, 2 where nothing was proved or asked rightly, 32 where all was skipped.",
            discussion: "Default: TCPFAULT_EXIT_STYLE, or tcpfault's own numbers."))
    var exitStyle: ExitStyle?

    @Flag(name: .shortAndLong, help: "Every instance in full, with the ladder of its packets and calls.")
    var verbose = false

    func validate() throws {
        let ladders: Set<ReportFormat> = [.console, .ktap, .tap]
        if verbose, ladders.isDisjoint(with: [format] + files.map(\.format)) {
            throw ValidationError("--verbose is for readers of lines: console, ktap and tap.")
        }
    }

    /// Folders are made now, so that nothing runs for a report that cannot be written.
    func prepare() throws {
        for file in files { try file.prepare() }
    }

    /// Written while the run goes on, where the format allows it.
    func stream(on console: Console, mustFail: Bool) -> ReportStream? {
        format.lineReport(mustFail: mustFail, isVerbose: verbose, extras: RecordFile.extras(from: "."))
            .map { ReportStream($0, on: console) }
    }

    /// `stream` has had the results already.
    func tell(_ report: RunReport, on console: Console, _ stream: ReportStream? = nil) async throws {
        if let stream {
            try await stream.close(report)
        } else {
            console.result(
                try format.lines(
                    report, paint: console.paint, isVerbose: verbose, extras: RecordFile.extras(from: ".")))
        }
        for file in files {
            try file.write { try $0.lines(report, isVerbose: verbose, extras: RecordFile.extras(from: $1)) }
        }
        try GitHub.tell(report, on: console)
    }
}
