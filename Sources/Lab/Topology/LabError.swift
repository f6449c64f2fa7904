package import Model

/// Why a run cannot go on, where it is more than a call that failed: for that there is `KernelError`.
package enum LabError: Error, Sendable, Equatable {
    /// write(2) said no to this value. The plan is at fault.
    case sysctlRefused(
        host: String, key: String, value: String, errno: String, message: String, origin: SourceLocation?)
    /// setsockopt(2) said EINVAL to this value. The plan is at fault.
    case optionRefused(
        socket: String, option: String, value: Int, errno: String, message: String, origin: SourceLocation?)
    /// The plan names something that it does not have.
    case inconsistentPlan(String)
    /// This kernel, or these privileges, lack something: a `Feature`'s name, or a sysctl.
    case unsupported(feature: String, reason: String)
}

extension LabError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .sysctlRefused(let host, let key, let value, let errno, let message, let origin):
            let place = origin.map { "\($0): " } ?? ""
            return "\(place)the kernel refuses \(key) = '\(value)' on \(host): \(message) (\(errno))"
        case .optionRefused(let socket, let option, let value, let errno, let message, let origin):
            let place = origin.map { "\($0): " } ?? ""
            return "\(place)the kernel refuses \(option) = \(value) on socket \(socket): \(message) (\(errno))"
        case .inconsistentPlan(let trouble):
            return "the plan contradicts itself: \(trouble)"
        case .unsupported(let feature, let reason):
            return "\(feature) is not available here: \(reason)"
        }
    }
}
