import Oracle

/// Asked for what a record shows of an instance; `nil` where there is no record.
package typealias RecordReader = @Sendable (RunReport.Outcome) throws -> PageExtras?

/// The ladder of an instance in text, for reports that are lines.
struct LadderNote: Sendable {
    /// Of what has passed, too.
    var isForAll = false
    var read: RecordReader = { _ in nil }
    /// A log is read line by line; who wants all of a longer one has the record.
    var most = 80

    /// A record that is gone takes nothing from the verdict.
    func lines(_ outcome: RunReport.Outcome, _ verdict: Verdict, paint: Paint = .none) -> [String] {
        guard isForAll || verdict == .fail, let extras = try? read(outcome) else { return [] }
        let lines = LadderText(extras.drawing, paint: paint).lines
        if lines.count <= most { return lines }
        return lines.prefix(most) + [
            "… \(lines.count - most) lines more: tcpfault judge --ladder \(outcome.folder ?? "")"
        ]
    }
}
