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
            are now. With a name: that scenario's timeline in a fresh network namespace. Either with the values of a \
            file (sysctl -a > FILE), and with --set last.
            """)

    @Argument(help: ArgumentHelp("A scenario by name, or a scenario file.", valueName: "name|file"))
    var name: String?

    @Option(help: ArgumentHelp("Sysctls as 'sysctl -a' prints them, in place of the kernel's.", valueName: "file"))
    var sysctls: String?

    @OptionGroup var planning: PlanningArguments

    @Option(help: "What goes to standard output.")
    var format = OutputFormat.console

    @OptionGroup var kernelChoice: FactsOptions

    @OptionGroup var libraryOptions: LibraryOptions

    func run() async throws {
        var facts = try await kernelChoice.facts()
        if let sysctls { facts.sysctls = try SysctlSource.file(sysctls) }
        let console = Console()
        guard let name else {
            if sysctls == nil, kernelChoice.kernel == nil { SysctlSource.overlayLive(&facts.sysctls) }
            for setting in try planning.options().settings {
                try Self.check(setting, facts)
                facts.sysctls[setting.key] = setting.value
            }
            let plan = try DefaultQuestion.plan(family: planning.family ?? .ipv4)
            try Self.checkLimits(facts, plan)
            let forecast = try Oracle.forecast(plan, facts: facts)
            switch format {
            case .console: console.result(ForecastText.blockade(forecast, paint: console.paint))
            case .json: try console.result(forecast)
            }
            return
        }
        let library = try libraryOptions.library()
        let instances = try Planner(library, facts: facts).plan(try library.load(name), try planning.options())
        for case .plan(let plan, _) in instances.map(\.outcome) { try Self.checkLimits(facts, plan) }
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

    /// A prediction from values that no kernel takes would be worth nothing; what the plan's laws do not look at is no
    /// concern of theirs.
    private static func checkLimits(_ facts: Facts, _ plan: Plan) throws {
        let asked = plan.expectations.compactMap { expectation in
            if case .law(let claim) = expectation.claim { claim.law } else { nil }
        }
        let limits = Oracle.laws.filter { asked.contains($0.name) }.reduce(into: [:]) { all, law in
            all.merge(law.limits) { first, _ in first }
        }
        for (key, limits) in limits.sorted(by: { $0.key < $1.key }) {
            for host in plan.hosts {
                guard let text = plan.sysctl(key, on: host.name, facts: facts) else { continue }
                guard let value = Int(text), limits.contains(value) else {
                    throw Trouble(
                        "\(key)=\(text): the kernel takes \(limits.lowerBound) to \(limits.upperBound)",
                        status: .badInput)
                }
            }
        }
    }
}

/// What everybody asks first: a client connects to an address that nobody has.
enum DefaultQuestion {
    static func plan(family: Family) throws -> Plan {
        let addresses = family == .ipv4 ? ("198.18.0.1", "198.18.0.99") : ("fd7c:fa17::1", "fd7c:fa17::99")
        guard let client = IPAddress(addresses.0), let nobody = IPAddress(addresses.1) else {
            throw Trouble("\(addresses) are no addresses")
        }
        let interface = Interface(
            name: "to-nobody", mac: MACAddress(bytes: [2, 0, 0, 0, 0, 1]),
            addresses: [Prefix(client, family == .ipv4 ? 24 : 64)])
        return Plan(
            instance: "a-host-that-is-gone/\(family.rawValue)", scenario: "a-host-that-is-gone",
            summary: "connect() to a host that is gone", family: family,
            hosts: [Host(name: "client", interfaces: [interface])], links: [], faults: [],
            steps: [
                Step(
                    .connect(
                        Connect(
                            host: "client", socket: "c", to: SocketAddress(nobody, 443),
                            from: SocketAddress(client, 40_000))))
            ],
            expectations: [Expectation(.law(LawClaim(law: "syn-retransmission", of: "c")))], deadline: .seconds(3600))
    }
}

/// Sysctls from elsewhere than a fresh network namespace.
enum SysctlSource {
    /// `key = value` lines; others are left alone, since 'sysctl -a' also prints complaints.
    static func file(_ path: String) throws -> [String: String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Trouble("\(path): there is no such file, or it cannot be read", status: .badInput)
        }
        var values: [String: String] = [:]
        for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let sides = line.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let key = sides[0].split(whereSeparator: \.isWhitespace)
            guard key.count == 1, !key[0].hasPrefix("#") else { continue }
            values[String(key[0])] = sides[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        guard !values.isEmpty else {
            throw Trouble("\(path): there is no line 'key = value' in it (sysctl -a prints such)", status: .badInput)
        }
        return values
    }

    /// The values that the laws look at, as they are where this program runs.
    static func overlayLive(_ sysctls: inout [String: String]) {
        for key in Oracle.laws.flatMap(\.sysctls) {
            let path = "/proc/sys/" + key.split(separator: ".").joined(separator: "/")
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            sysctls[key] = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
        }
    }
}
