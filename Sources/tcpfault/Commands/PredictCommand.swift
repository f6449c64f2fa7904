import ArgumentParser
import FoundationEssentials
import Model
import Oracle
import Reporting
import Scenarios

struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "What must be seen for these sysctls, in words and seconds.",
        discussion: """
            Without a name: how long connect() to a host that is gone blocks, with the sysctls of this machine as they \
            are now. With a name: that scenario's timeline in a fresh network namespace. With --profile and no name: \
            what each profile means for a service, side by side. Any of them with the values of a file \
            (sysctl -a > FILE), and with --set last.

            \(Examples([
                "tcpfault predict": "how long connect() blocks on this machine",
                "tcpfault predict --set net.ipv4.tcp_syn_retries=2": "and how long with another value",
                "tcpfault predict connect-timeout": "a scenario's timeline",
            ]))
            """)

    @Argument(
        help: ArgumentHelp("A scenario by name, or a scenario file.", valueName: "name|file"), completion: .scenarios)
    var name: String?

    @Option(help: ArgumentHelp("Sysctls as 'sysctl -a' prints them, in place of the kernel's.", valueName: "file"))
    var sysctls: String?

    @OptionGroup var planning: PlanningArguments

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @OptionGroup var kernelChoice: FactsOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        let kernel = try await kernelChoice.facts()
        var facts = kernel
        if let sysctls { facts.sysctls = try SysctlSource.file(sysctls).values }
        if let name { return try predict(name, facts) }
        if !planning.profiles.isEmpty { return try compareProfiles(facts, of: kernel) }
        if sysctls == nil, kernelChoice.kernel == nil {
            facts.sysctls.merge(SysctlSource.live(Oracle.laws.flatMap(\.sysctls))) { _, live in live }
        }
        try predictDefault(facts)
    }

    private func predict(_ name: String, _ facts: Facts) throws {
        let console = Console()
        let library = try libraryOptions.library()
        let instances = try Planner(library, facts: facts).plan(
            try library.load(name), try planning.options(library))
        if format == .json {
            return try console.result(
                Dictionary(uniqueKeysWithValues: instances.compactMap { one in one.forecast.map { (one.name, $0) } }))
        }
        for instance in instances {
            console.result([console.paint.bold(instance.name)])
            if let forecast = instance.forecast {
                console.result(ForecastText(forecast, paint: console.paint).lines)
            } else {
                console.result(["  skipped here: \(instance.skipReason ?? "")"])
            }
        }
    }

    /// What everybody asks first, with these sysctls.
    private func predictDefault(_ facts: Facts) throws {
        var facts = facts
        for setting in try planning.options(profile: nil).settings {
            try Self.check(setting, facts)
            facts.sysctls[setting.key] = setting.value
        }
        let plan = try DefaultQuestion.plan(family: planning.family ?? .ipv4)
        let forecast = try Oracle.forecast(plan, facts: facts)
        let console = Console()
        switch format {
        case .console: console.result(ForecastText.blockade(forecast, paint: console.paint))
        case .json: try console.result(forecast)
        }
    }

    /// Side by side, with `--set` in all of them.
    private func compareProfiles(_ facts: Facts, of kernel: Facts) throws {
        if kernel.sysctls.isEmpty {
            var why = ""
            if case .missing(let reason) = kernel.availability(.networkNamespaces) { why = ": \(reason)" }
            throw Trouble("what a fresh network namespace has cannot be looked at here\(why)")
        }
        let library = try libraryOptions.library()
        var keys: [String] = []
        let sides = try planning.profiles.map { name in
            let profile = try library.profile(name)
            let options = try planning.options(profile: profile)
            for case let host? in options.settings.map(\.host) {
                throw Trouble("--set \(host):…: without a scenario there are no hosts", status: .badInput)
            }
            for key in profile.entries.map(\.key) + options.settings.map(\.key) where !keys.contains(key) {
                keys.append(key)
            }
            let (facts, lacks) = try options.applied(to: facts, of: kernel)
            return ProfileComparison.Side(name: profile.name, summary: profile.summary, facts: facts, lacks: lacks)
        }
        let comparison = ProfileComparison(sides, keys: keys)
        let console = Console()
        switch format {
        case .console: console.result(ProfileText(comparison, paint: console.paint).lines)
        case .json: try console.result(comparison)
        }
    }
}

extension PredictCommand {
    /// The one host of the default question is the client.
    private static func check(_ setting: SettingArgument, _ facts: Facts) throws {
        if let host = setting.host, host != "client" {
            throw Trouble(
                "--set \(host):\(setting.key): without a scenario there is only the client", status: .badInput)
        }
        guard facts.sysctls[setting.key] == nil else { return }
        let nearest = Suggestion.nearest(to: setting.key, among: facts.sysctls.keys)
        throw Trouble(
            "--set \(setting.key): there is no such sysctl here" + (nearest.map { "; did you mean \($0)?" } ?? ""),
            status: .badInput)
    }
}
