import ArgumentParser
import Model
import Reporting
import Scenarios

/// What is changed in a scenario.
struct PlanningArguments: ParsableArguments {
    @Option(
        name: .customLong("profile"),
        help: ArgumentHelp(
            "The sysctls of a profile on every host, in place of a scenario's.",
            discussion: "One of netns/profiles, or a file with a slash or an ending in its name.",
            valueName: "name|file"))
    var profiles: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Replaces a sysctl of a scenario or a profile: [HOST:]KEY=VALUE. May be repeated.", valueName: "setting"))
    var settings: [String] = []

    @Option(help: "Only ipv4 or only ipv6.")
    var family: Family?

    /// Of a scenario, which has one profile at most.
    func options(_ library: ScenarioLibrary, counterRun: CounterRun? = nil) throws -> PlanningOptions {
        guard profiles.count <= 1 else {
            throw Trouble(
                "a scenario is planned with one --profile, and here are \(profiles.count): \(profiles.joined(separator: ", ")); "
                    + "`tcpfault predict` without a scenario takes several", status: .badInput)
        }
        return try options(profile: profiles.first.map { try library.profile($0) }, counterRun: counterRun)
    }

    func options(profile: Profile?, counterRun: CounterRun? = nil) throws -> PlanningOptions {
        PlanningOptions(
            families: family.map { [$0] }, profile: profile,
            settings: try settings.map { try SettingArgument(argument: $0) }, counterRun: counterRun)
    }
}

extension Family: ExpressibleByArgument {}
extension CounterRun: ExpressibleByArgument {}
