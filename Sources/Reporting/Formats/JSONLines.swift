import Model

/// JSON Lines: `began`, an `ended` for each instance, and the whole document in `report`. Each line is one object with one
/// of these keys.
package struct JSONLines: LineReport {
    package struct Line: Sendable, Codable {
        package var began: Beginning?
        package var ended: RunReport.Outcome?
        package var report: RunReport?
    }

    package struct Beginning: Sendable, Codable {
        package var format: Int
        /// The program and version that writes.
        package var writer: String
        /// How many instances will end.
        package var instances: Int
    }

    package init() {}

    package func opening(count: Int) throws -> [String] {
        let writer = "tcpfault \(Version.current)"
        return try line(Line(began: Beginning(format: Format.version, writer: writer, instances: count)))
    }

    package func lines(for outcome: RunReport.Outcome, number: Int) throws -> [String] {
        try line(Line(ended: outcome))
    }

    /// Who misses the last line knows.
    package func brokenOff(_ reason: String) -> [String] { [] }

    package func closing(_ report: RunReport) throws -> [String] { try line(Line(report: report)) }

    private func line(_ line: Line) throws -> [String] { [try JSON.text(line, pretty: false)] }
}
