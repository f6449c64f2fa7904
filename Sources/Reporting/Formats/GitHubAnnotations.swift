import Model
import Oracle

/// GitHub's workflow commands: each expectation that was not met, at its line in the scenario file.
package struct GitHubAnnotations {
    private let report: RunReport
    /// What paths are relative to in the repository (`GITHUB_WORKSPACE`).
    private let workspace: String?

    package init(_ report: RunReport, workspace: String? = nil) {
        self.report = report
        self.workspace = workspace
    }

    /// GitHub shows ten of a step.
    private static let most = 9

    package var lines: [String] {
        let all = report.outcomes.flatMap(lines)
        guard all.count > Self.most else { return all }
        return all.prefix(Self.most) + [command(.fail, nil, "tcpfault", "and \(all.count - Self.most) more")]
    }

    private func lines(for outcome: RunReport.Outcome) -> [String] {
        let standing = report.standing(of: outcome)
        guard standing.verdict > .skip, let reason = standing.reason else { return [] }
        let judgement = outcome.judgement
        let unmet = report.mustFail ? [] : judgement.findings.filter { $0.verdict > .pass }
        if unmet.isEmpty { return [command(standing.verdict, nil, outcome.name, reason)] }
        return unmet.map { finding in
            let words = "expected \(finding.expected); seen: \(finding.seen)"
            return command(
                standing.verdict, finding.origin, "\(outcome.name): \(finding.title)",
                judgement.verdict == .inconclusive ? "inconclusive (\(reason)): \(words)" : words)
        }
    }

    private func command(_ verdict: Verdict, _ origin: SourceLocation?, _ title: String, _ message: String) -> String {
        var properties = [("title", title)]
        if let origin, let file = relative(origin.file) {
            let place = [("file", file), ("line", "\(origin.line)"), ("col", "\(origin.column)")]
            properties = place + properties
        }
        let words = properties.map { "\($0.0)=\(Self.escaped($0.1, isProperty: true))" }.joined(separator: ",")
        return "::\(verdict == .fail ? "error" : "warning") \(words)::\(Self.escaped(message, isProperty: false))"
    }

    /// `nil`: it is not in the repository.
    private func relative(_ path: String) -> String? {
        guard path.hasPrefix("/") else { return path }
        guard let workspace, path.hasPrefix("\(workspace)/") else { return nil }
        return String(path.dropFirst(workspace.count + 1))
    }

    /// As the runner's own toolkit does it (`@actions/core`, command.ts).
    private static func escaped(_ text: String, isProperty: Bool) -> String {
        text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            case ":" where isProperty: "%3A"
            case "," where isProperty: "%2C"
            default: String(scalar)
            }
        }.joined()
    }
}
