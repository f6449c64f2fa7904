package import Model
import Oracle

/// A sysctl that takes the place of a scenario's, on one host or on all: of a profile, or of `--set`.
struct SysctlOverride {
    /// `nil`: every host.
    var host: String?
    var key: String
    /// `nil`: left as the kernel made it.
    var value: String?
    /// Of the value, in a profile.
    var origin: SourceLocation?
    /// The same for a complaint about the key, and about the value.
    var keyError: (_ message: String, _ advice: String?) -> InputError
    var valueError: (_ message: String, _ advice: String?) -> InputError

    init(_ setting: SettingArgument) {
        (host, key, value) = (setting.host, setting.key, setting.value == "default" ? nil : setting.value)
        let file = "--set \(setting.key)=\(setting.value)"
        keyError = { InputError(file: file, message: $0, advice: $1) }
        valueError = keyError
    }

    init(_ entry: Profile.Entry, of profile: Profile) {
        (key, value, origin) = (entry.key, entry.value, entry.at)
        keyError = { profile.source.error(at: entry.keyAt.line, entry.keyAt.column, $0, advice: $1) }
        valueError = { profile.source.error(at: entry.at.line, entry.at.column, $0, advice: $1) }
    }
}

extension PlanningOptions {
    /// In the order in which they are applied: the last one wins.
    var overrides: [SysctlOverride] {
        (profile.map { profile in profile.entries.map { SysctlOverride($0, of: profile) } } ?? [])
            + settings.map { SysctlOverride($0) }
    }

    /// What a namespace has with these sysctls in force, and in words what of them this kernel does not take.
    ///
    /// - Parameters:
    ///   - values: what it has without them.
    ///   - kernel: where a key is looked up. One that is only hidden counts all the same.
    ///
    /// Throws keys that no kernel has, and values that no kernel takes.
    package func applied(
        to values: Facts, of kernel: Facts
    ) throws(InputErrors) -> (facts: Facts, lacks: [String]) {
        var (facts, lacks, errors) = (values, [String](), [InputError]())
        let limits = Oracle.laws.reduce(into: [:]) { all, law in all.merge(law.limits) { first, _ in first } }
        for override in overrides {
            let presence = SysctlPresence(of: override.key, in: kernel)
            if case .unknown(let message, let advice) = presence { errors.append(override.keyError(message, advice)) }
            guard let value = override.value else {
                facts.sysctls[override.key] = kernel.sysctls[override.key]
                continue
            }
            if let lack = presence.lack { lacks.append(lack) }
            if let limits = limits[override.key], !(Int(value).map(limits.contains) ?? false) {
                errors.append(
                    override.valueError(
                        "\(quoted(value)) is no value of \(override.key)",
                        "the kernel takes \(limits.lowerBound) to \(limits.upperBound)"))
            }
            if case .absent = presence { continue }
            facts.sysctls[override.key] = value
        }
        if !errors.isEmpty { throw InputErrors(errors) }
        return (facts, lacks)
    }
}
