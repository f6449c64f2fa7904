import FoundationEssentials
import Reporting
import SystemPackage

/// What a step of GitHub Actions is told beside the report: annotations of scenario files, and the job's summary.
enum GitHub {
    /// A longer summary is shown to nobody.
    private static let mostInSummary = 1 << 20

    /// Does nothing elsewhere.
    static func tell(
        _ report: RunReport, on console: Console, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        guard environment["GITHUB_ACTIONS"] == "true" else { return }
        console.note(GitHubAnnotations(report, workspace: environment["GITHUB_WORKSPACE"]).lines)
        guard let path = environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.append, .create], permissions: .ownerReadWrite)
            try file.closeAfter {
                let room = try Self.mostInSummary - Int(file.seek(offset: 0, from: .end))
                _ = try file.writeAll(Markdown(report).lines(atMost: room).map { $0 + "\n" }.joined().utf8)
            }
        } catch {
            throw Trouble("the summary \(path) cannot be written: \(error)")
        }
    }
}
