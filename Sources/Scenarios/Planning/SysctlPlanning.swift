import Model
import Oracle

/// Decides each host's sysctls: what is pinned, what the scenario asks for, what the command line replaces, and what
/// the laws look at.
struct SysctlPlanning {
    let scenario: Scenario
    let baseline: Baseline
    let facts: Facts
    let settings: [SettingArgument]
    let report: (InputError) -> Void

    /// The value of every axis for each instance, in the order of the file. An axis that `--set` gives a value has
    /// only that one.
    func matrix() -> [[HostSysctl]] {
        scenario.matrix.reduce([[]]) { rows, axis in
            let chosen = settings.last { ($0.host ?? axis.host) == axis.host && $0.key == axis.key }
            let values =
                chosen.map {
                    [HostSysctl(host: axis.host, key: axis.key, value: $0.value, keyAt: axis.at, at: axis.at)]
                } ?? axis.values
            return rows.flatMap { row in values.map { row + [$0] } }
        }
    }

    /// Host → its settings, in the order they are written; each key once.
    func settings(of host: String, axes: [HostSysctl], laws: [LawClaim], sockets: Sockets) -> [SysctlSetting] {
        var list = baseline.sysctls
        func put(_ setting: SysctlSetting) {
            list.removeAll { $0.key == setting.key }
            list.append(setting)
        }
        for wanted in scenario.sysctls + axes where wanted.host == host {
            put(
                SysctlSetting(
                    key: wanted.key, value: wanted.value, optional: wanted.value == nil, origin: wanted.at))
        }
        for setting in settings where setting.host == nil || setting.host == host {
            let value = setting.value == "default" ? nil : setting.value
            put(SysctlSetting(key: setting.key, value: value, optional: value == nil))
        }
        // What is written in mid-run is read back too.
        for written in scenario.writes where written.host == host && !list.contains(where: { $0.key == written.key }) {
            list.append(SysctlSetting(key: written.key, value: nil, origin: written.at))
        }
        for claim in laws where sockets.host(of: claim.of) == host {
            for key in Oracle.laws.first(where: { $0.name == claim.law })?.sysctls ?? []
            where !list.contains(where: { $0.key == key }) {
                list.append(SysctlSetting(key: key, value: nil, optional: true))
            }
        }
        return list
    }

    /// Reports sysctls that no kernel has; answers what this kernel lacks, in words.
    func missing(axes: [HostSysctl]) -> [String] {
        var reasons: [String] = []
        for wanted in scenario.sysctls + axes + scenario.writes {
            let at = wanted.keyAt
            let lack = lack(of: wanted.key, isDefault: wanted.value == nil) { message, advice in
                scenario.source.error(at: at.line, at.column, message, advice: advice)
            }
            if let lack, !reasons.contains(lack) { reasons.append(lack) }
        }
        for setting in settings {
            if let host = setting.host, !scenario.topology.hosts.contains(host) {
                report(
                    InputError(
                        file: "--set \(host):\(setting.key)", message: "there is no host \(quoted(host))",
                        advice: Suggestion.advice(for: host, among: scenario.topology.hosts, known: "hosts")))
            }
            let lack = lack(of: setting.key, isDefault: setting.value == "default") { message, advice in
                InputError(file: "--set \(setting.key)=\(setting.value)", message: message, advice: advice)
            }
            if let lack, !reasons.contains(lack) { reasons.append(lack) }
        }
        return reasons
    }

    private func lack(
        of key: String, isDefault: Bool, error: (_ message: String, _ advice: String) -> InputError
    ) -> String? {
        guard facts.sysctls[generic(key)] == nil else { return nil }
        if let change = KernelChanges.sysctl(key) {
            return isDefault
                ? nil : "\(key) is not in this kernel (\(facts.kernel)): it came with Linux \(change.since)"
        }
        if KernelChanges.machineWide.contains(key) {
            report(
                error(
                    "\(key) is one for the whole machine", "tcpfault changes nothing outside its own network namespaces"
                ))
            return nil
        }
        if facts.privilege == .userNamespace, key.hasPrefix("net.core.") {
            return "\(key): this kernel (\(facts.kernel)) hides net.core from user namespaces; root sees it"
        }
        if key.hasPrefix("net.ipv6."), !facts.sysctls.keys.contains(where: { $0.hasPrefix("net.ipv6.") }) {
            return "\(key): this kernel has no IPv6"
        }
        let known = Array(facts.sysctls.keys) + KernelChanges.sysctls.map(\.key)
        let nearest = Suggestion.nearest(to: key, among: known)
        report(
            error(
                "there is no sysctl \(quoted(key)) in a network namespace of this kernel (\(facts.kernel))",
                nearest.map { "did you mean '\($0)'?" } ?? "sysctl -a lists them"))
        return nil
    }

    /// An interface's sysctl stands for the one that new interfaces are born with.
    private func generic(_ key: String) -> String {
        var parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 4, ["conf", "neigh"].contains(parts[2]), parts[3].hasPrefix("to-") else { return key }
        parts[3] = "default"
        return parts.joined(separator: ".")
    }
}
