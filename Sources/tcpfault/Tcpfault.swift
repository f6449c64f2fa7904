import ArgumentParser
import Model
import Oracle
import Reporting
import Scenarios
import VirtualMachines

/// The program. A command's errors become words on standard error and the exit statuses of `CommandStatus`.
@main
struct Tcpfault: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tcpfault",
        abstract: "Breaks the life of a TCP connection on purpose and checks that Linux reacts as its sysctls say.",
        discussion: """
            Exit status: 0 pass, 1 fail, 4 everything was skipped, 64 bad input, 70 inconclusive or trouble in the \
            harness.
            """,
        version: "tcpfault \(Version.current)",
        subcommands: [
            ListCommand.self, RunCommand.self, PlanCommand.self, PredictCommand.self, ExplainCommand.self,
            JudgeCommand.self, ReportCommand.self, CompareCommand.self, ValidateCommand.self, DoctorCommand.self,
            OracleCheckCommand.self,
            KernelsCommand.self, AuditCommand.self,
        ])

    static func main() async {
        HostProcess.surviveBrokenPipes()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(withError: code)
        } catch let errors as InputErrors {
            leave("\(errors)", .badInput)
        } catch let error as OracleError {
            leave("\(error)", .badInput)
        } catch let error as ComparisonError {
            leave("\(error)", .badInput)
        } catch let trouble as Trouble {
            leave(trouble.description, trouble.status)
        } catch let error as KernelStoreError {
            leave(error.description, error.isBadInput ? .badInput : .inconclusive)
        } catch let format as FormatError {
            leave("\(format)", .badInput)
        } catch  where exitCode(for: error) == .failure {
            leave("\(error)", .inconclusive)
        } catch {
            exit(withError: error)
        }
    }

    private static func leave(_ words: String, _ status: CommandStatus) -> Never {
        Console().note(["error: \(words)"])
        exit(withError: ExitCode(status.rawValue))
    }
}

extension CommandStatus {
    /// Ends the command with this status; returns for a pass.
    func leave() throws {
        if self != .passed { throw ExitCode(rawValue) }
    }
}
