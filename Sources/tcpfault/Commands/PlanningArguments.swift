import ArgumentParser
import Model
import Scenarios

/// What is changed in a scenario.
struct PlanningArguments: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Replaces a sysctl of a scenario: [HOST:]KEY=VALUE. May be repeated.", valueName: "setting"))
    var settings: [String] = []

    @Option(help: "Only ipv4 or only ipv6.")
    var family: Family?

    func options(counterRun: CounterRun? = nil) throws -> PlanningOptions {
        PlanningOptions(
            families: family.map { [$0] }, settings: try settings.map { try SettingArgument(argument: $0) },
            counterRun: counterRun)
    }
}

extension Family: ExpressibleByArgument {}
extension CounterRun: ExpressibleByArgument {}
