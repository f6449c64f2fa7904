package import Model
package import Oracle

/// One instance of a scenario on one kernel: what to run, or why it cannot be run there.
package struct PlannedInstance: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case plan(Plan, Forecast)
        /// Names what the kernel lacks.
        case skip(reason: String)
    }

    /// `synflood/ipv4/server:net.ipv4.tcp_syncookies=1`.
    package var name: String
    package var scenario: String
    package var summary: String
    package var family: Family
    /// Nothing may run beside it.
    package var alone: Bool
    package var outcome: Outcome

    package init(
        name: String, scenario: String, summary: String, family: Family, alone: Bool, outcome: Outcome
    ) {
        self.name = name
        self.scenario = scenario
        self.summary = summary
        self.family = family
        self.alone = alone
        self.outcome = outcome
    }

    package var plan: Plan? {
        if case .plan(let plan, _) = outcome { plan } else { nil }
    }

    package var forecast: Forecast? {
        if case .plan(_, let forecast) = outcome { forecast } else { nil }
    }

    package var skipReason: String? {
        if case .skip(let reason) = outcome { reason } else { nil }
    }
}

/// What a command line adds to a scenario.
package struct PlanningOptions: Sendable, Hashable {
    /// Only these of the scenario's families; `nil`: all of them.
    package var families: [Family]?
    /// Each of its values replaces the scenario's and collapses that matrix axis.
    package var profile: Profile?
    /// Likewise, and the profile's.
    package var settings: [SettingArgument]
    package var counterRun: CounterRun?

    package init(
        families: [Family]? = nil, profile: Profile? = nil, settings: [SettingArgument] = [],
        counterRun: CounterRun? = nil
    ) {
        self.families = families
        self.profile = profile
        self.settings = settings
        self.counterRun = counterRun
    }
}

/// `--set [HOST:]KEY=VALUE`.
package struct SettingArgument: Sendable, Hashable {
    /// `nil`: every host.
    package var host: String?
    package var key: String
    package var value: String

    package init(host: String? = nil, key: String, value: String) {
        self.host = host
        self.key = key
        self.value = value
    }

    /// Reads the argument.
    package init(argument: String) throws(InputErrors) {
        let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = sides[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let value = sides.count == 2 ? sides[1].split(whereSeparator: \.isWhitespace).joined(separator: " ") : ""
        guard !value.isEmpty, let key = name.last, ShapeReader.isSysctl(key),
            name.count == 1 || ShapeReader.isName(name[0])
        else {
            throw InputErrors(
                InputError(
                    file: "--set", message: "\(quoted(argument)) is not [HOST:]KEY=VALUE",
                    advice: "write for example --set client:net.ipv4.tcp_syn_retries=3"))
        }
        self.init(host: name.count == 2 ? name[0] : nil, key: key, value: value)
    }
}
