import ArgumentParser
import Model
import Oracle
import Reporting
import Scenarios

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What this machine's sysctls will do to a service, worst first.",
        discussion: """
            Reads /proc/sys, or a file, and nothing else: it changes nothing, sends nothing, and needs no privilege. \
            Each finding names the scenario that proves it, and a change to consider with its cost. The exit status is 0 \
            whatever it finds, unless --strict is said.

            \(Examples([
                "tcpfault audit --strict": "fail where something is worrying",
                "ssh HOST sysctl -a | tcpfault audit --sysctls -": "another machine",
            ]))
            """)

    @Option(
        help: ArgumentHelp(
            "Sysctls as 'sysctl -a' prints them, or a sysctl.conf, in place of this machine's; - is standard input.",
            valueName: "file"))
    var sysctls: String?

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @Flag(help: "Exit status 1 where anything is critical or a warning.")
    var strict = false

    private static let release = "kernel.osrelease"

    func run() async throws {
        let audit = try sysctls.map(Self.audit(file:)) ?? Self.live()
        let console = Console()
        switch format {
        case .console: console.result(AuditText(audit, paint: console.paint).lines)
        case .json: try console.result(audit)
        }
        if strict, audit.isWorrying { try CommandStatus.failed.leave() }
    }

    private static func live() -> Audit {
        Audit(facts(SysctlSource.live(Audit.keys + [release])))
    }

    private static func audit(file path: String) throws -> Audit {
        let listing = try SysctlSource.file(path)
        let errors = listing.values.compactMap { key, value in
            Audit.complaint(key, value).map {
                listing.error(at: key, "\(quoted(value)) is no value of \(key)", advice: $0)
            }
        }
        if !errors.isEmpty { throw InputErrors(errors) }
        return Audit(facts(listing.values), file: InputFile.name(path), places: listing.entries.mapValues(\.at))
    }

    /// Timers are rounded by this machine's tick: no file tells another's.
    private static func facts(_ sysctls: [String: String]) -> Facts {
        Facts(
            kernel: sysctls[release] ?? "", machine: "", tick: Nanoseconds(HostProcess.tickNanoseconds),
            processors: HostProcess.processors, sysctls: sysctls, features: [:], privilege: .userNamespace,
            descriptors: 0)
    }
}
