/// A report that is written while the run goes on: a line has all that a reader needs of what has happened so far.
package protocol LineReport: Sendable {
    /// Before the first result, when it is known how many there will be.
    func opening(count: Int) throws -> [String]

    /// The next instance that has ended for good; numbers count from 1.
    func lines(for outcome: RunReport.Outcome, number: Int) throws -> [String]

    /// After the last result. `report` has all of them.
    func closing(_ report: RunReport) throws -> [String]

    /// In place of the rest, where the harness itself cannot go on.
    func brokenOff(_ reason: String) -> [String]
}

extension LineReport {
    /// The whole of it, where everything has ended already.
    package func lines(_ report: RunReport) throws -> [String] {
        try opening(count: report.outcomes.count)
            + report.outcomes.enumerated().flatMap { try lines(for: $0.element, number: $0.offset + 1) }
            + closing(report)
    }
}
