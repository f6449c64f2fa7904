import ArgumentParser
import Model
import Oracle
import Reporting
import Scenarios

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "What is missing here, what that costs, and the smallest step to get it.",
        discussion: """
            Finds out where it is (user, capabilities, container, seccomp, /proc/sys) and tries what scenarios need. The \
            exit status is 0 whatever is missing, unless --strict is said.

            \(Examples([
                "tcpfault doctor --strict": "fail where anything is missing",
                "tcpfault doctor --kernel 6.1": "of a kept kernel",
            ]))
            """)

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @Flag(help: "Exit status 1 where anything is missing.")
    var strict = false

    @OptionGroup var kernelChoice: FactsOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        let scenarios = try scenarios()
        let place = kernelChoice.kernel == nil ? PlaceSource.live() : nil
        let facts = try await facts()
        let report = DoctorReport(place: place, facts: facts, gaps: Self.gaps(facts, place, scenarios))
        let console = Console()
        switch format {
        case .console: console.result(DoctorText(report, paint: console.paint).lines)
        case .json: try console.result(report)
        }
        if strict, !report.gaps.isEmpty { try CommandStatus.failed.leave() }
    }

    /// A runner that may not even start a thread finds out nothing; that is a gap like others.
    private func facts() async throws -> Facts {
        do {
            return try await kernelChoice.facts()
        } catch let trouble as Trouble where trouble.description.contains("cannot start a thread") {
            let release = "kernel.osrelease"
            return Facts(
                kernel: SysctlSource.live([release])[release] ?? "", machine: "",
                tick: Nanoseconds(HostProcess.tickNanoseconds), processors: HostProcess.processors, sysctls: [:],
                features: Dictionary(
                    uniqueKeysWithValues: Feature.allCases.map { ($0, .missing(trouble.description)) }),
                privilege: .userNamespace, descriptors: HostProcess.descriptorLimit)
        }
    }

    /// The whole library; `nil` where there is none and none was asked for.
    private func scenarios() throws -> (baseline: Baseline, all: [Scenario])? {
        do {
            let library = try libraryOptions.library()
            return (try library.baseline(), try library.names().map { try library.load($0) })
        } catch let trouble as Trouble where libraryOptions.scenarios == nil && trouble.status == .badInput {
            return nil
        }
    }

    private static func gaps(
        _ facts: Facts, _ place: Place?, _ scenarios: (baseline: Baseline, all: [Scenario])?
    ) -> [Gap] {
        let gaps = GapFinder(facts, place: place).gaps
        guard let scenarios else { return gaps }
        let costs = GapCosts(
            scenarios.all, baseline: scenarios.baseline, facts: facts, descriptors: DescriptorBudget.whole)
        return (gaps + [costs.descriptorGap].compactMap(\.self)).map { gap in
            var gap = gap
            gap.costs = costs.costs(of: gap)
            return gap
        }
    }
}
