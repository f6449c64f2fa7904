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

            \(Examples([
                "tcpfault run --all --retry 2": "everything, in a few minutes",
                "tcpfault explain synflood": "why, which knob moves it, what is recommended",
                "tcpfault audit": "what this machine's sysctls will do to a service",
                "tcpfault --generate-completion-script bash": "completions, also for zsh and fish",
            ]))
            """,
        version: "tcpfault \(Version.current)",
        subcommands: [
            ListCommand.self, RunCommand.self, PlanCommand.self, PredictCommand.self, ExplainCommand.self,
            JudgeCommand.self, ReportCommand.self, CompareCommand.self, ValidateCommand.self, DoctorCommand.self,
            OracleCheckCommand.self,
            KernelsCommand.self, AuditCommand.self, ManualCommand.self,
        ])

    static func main() async {
        HostProcess.surviveBrokenPipes()
        if let words = ExitStyle.misnamed { leave(words, .badInput) }
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let status as CommandStatus {
            status.end()
        } catch let errors as InputErrors {
            leave("\(errors)", .badInput)
        } catch let error as OracleError {
            leave("\(error)", .badInput)
        } catch let error as ComparisonError {
            leave("\(error)", .badInput)
        } catch let error as ShardError {
            leave("\(error)", .badInput)
        } catch let trouble as Trouble {
            leave(trouble.description, trouble.status)
        } catch let error as KernelStoreError {
            leave(error.description, error.isBadInput ? .badInput : .inconclusive)
        } catch let format as FormatError {
            leave("\(format)", .badInput)
        } catch  where exitCode(for: error) == .failure {
            leave("\(error)", .inconclusive)
        } catch  where exitCode(for: error) == .validationFailure {
            Console().note([fullMessage(for: error)])
            CommandStatus.badInput.end()
        } catch {
            exit(withError: error)
        }
    }

    private static func leave(_ words: String, _ status: CommandStatus) -> Never {
        Console().note(["error: \(words)"])
        status.end()
    }
}

extension CommandStatus {
    /// Ends the command with this status; returns for a pass.
    func leave() throws {
        if self != .passed { throw self }
    }

    func end() -> Never { HostProcess.end(ExitStyle.asked.number(self)) }
}
