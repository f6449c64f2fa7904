import Reporting

/// Writes a report while the run goes on, each result when its instance has ended for good: what a crash of the kernel under
/// test leaves of the log is all that was known by then.
actor ReportStream {
    private let report: any LineReport
    private let console: Console
    private var told = 0
    private var trouble: (any Error)?

    init(_ report: any LineReport, on console: Console) {
        self.report = report
        self.console = console
    }

    func open(count: Int) { write { try report.opening(count: count) } }

    func ended(_ outcome: RunReport.Outcome) {
        told += 1
        write { try report.lines(for: outcome, number: told) }
    }

    func breakOff(_ error: any Error) { write { report.brokenOff("\(error)") } }

    func close(_ report: RunReport) throws {
        write { try self.report.closing(report) }
        if let trouble { throw trouble }
    }

    private func write(_ lines: () throws -> [String]) {
        do { console.result(try lines()) } catch { trouble = trouble ?? error }
    }
}
