import Model
import Oracle

/// Decides each host's sysctls: what is pinned, what the scenario asks for, what a profile and the command line replace,
/// and what the laws look at.
struct SysctlPlanning {
    let scenario: Scenario
    let baseline: Baseline
    let facts: Facts
    /// The last one of a key wins.
    let overrides: [SysctlOverride]
    let report: (InputError) -> Void

    /// The value of every axis for each instance, in the order of the file. An axis that an override gives a value has
    /// only that one.
    func matrix() -> [[HostSysctl]] {
        scenario.matrix.reduce([[]]) { rows, axis in
            let chosen = overrides.last { ($0.host ?? axis.host) == axis.host && $0.key == axis.key }
            let values =
                chosen.map {
                    let value = $0.value ?? "default"
                    return [HostSysctl(host: axis.host, key: axis.key, value: value, keyAt: axis.at, at: axis.at)]
                } ?? axis.values
            return rows.flatMap { row in values.map { row + [$0] } }
        }
    }

    /// What makes a router. It answers every packet that it has no way for: `inet_peer_xrlim_allow()` would keep back most
    /// answers of a second, and which of them is no affair of TCP's.
    private static let forwarding = [
        ("net.ipv4.ip_forward", "1"), ("net.ipv6.conf.all.forwarding", "1"), ("net.ipv4.icmp_ratelimit", "0"),
        ("net.ipv6.icmp.ratelimit", "0"),
    ].map { SysctlSetting(key: $0.0, value: $0.1, optional: true) }

    /// Host → its settings, in the order they are written; each key once.
    func settings(of host: String, axes: [HostSysctl], laws: [LawClaim], sockets: Sockets) -> [SysctlSetting] {
        var list = baseline.sysctls
        func put(_ setting: SysctlSetting) {
            list.removeAll { $0.key == setting.key }
            list.append(setting)
        }
        if scenario.topology.routers.contains(host) {
            for setting in Self.forwarding { put(setting) }
        }
        for wanted in scenario.sysctls + axes where wanted.host == host {
            put(
                SysctlSetting(
                    key: wanted.key, value: wanted.value, optional: wanted.value == nil, origin: wanted.at))
        }
        for wanted in overrides where wanted.host == nil || wanted.host == host {
            put(
                SysctlSetting(
                    key: wanted.key, value: wanted.value, optional: wanted.value == nil, origin: wanted.origin))
        }
        // What is written in mid-run, or claimed of, is read back too.
        for written in scenario.writes + scenario.claimed
        where written.host == host && !list.contains(where: { $0.key == written.key }) {
            list.append(
                SysctlSetting(key: written.key, value: nil, optional: written.value == "absent", origin: written.at))
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
        // Nothing is known of a kernel that gave no namespace, and nothing runs there.
        guard !facts.sysctls.isEmpty else { return [] }
        var reasons: [String] = []
        for wanted in scenario.sysctls + axes + scenario.writes + scenario.claimed.filter({ $0.value != "absent" }) {
            let at = wanted.keyAt
            let lack = lack(of: wanted.key, isDefault: wanted.value == nil) { message, advice in
                scenario.source.error(at: at.line, at.column, message, advice: advice)
            }
            if let lack, !reasons.contains(lack) { reasons.append(lack) }
        }
        for wanted in overrides {
            if let host = wanted.host, !scenario.topology.hosts.contains(host) {
                report(
                    InputError(
                        file: "--set \(host):\(wanted.key)", message: "there is no host \(quoted(host))",
                        advice: Suggestion.advice(for: host, among: scenario.topology.hosts, known: "hosts")))
            }
            let lack = lack(of: wanted.key, isDefault: wanted.value == nil, error: wanted.keyError)
            if let lack, !reasons.contains(lack) { reasons.append(lack) }
        }
        return reasons
    }

    /// What is left as it is need not be there.
    private func lack(
        of key: String, isDefault: Bool, error: (_ message: String, _ advice: String?) -> InputError
    ) -> String? {
        let presence = SysctlPresence(of: key, in: facts)
        if case .unknown(let message, let advice) = presence { report(error(message, advice)) }
        return isDefault ? nil : presence.lack
    }
}
