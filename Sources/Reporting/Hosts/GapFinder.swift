package import Model

/// Finds what is missing, with the step that closes it in this place; what it costs is for others to find out.
package struct GapFinder: Sendable {
    private let facts: Facts
    private let place: Place?

    /// - Parameter place: `nil` in a guest, which has nothing but its kernel.
    package init(_ facts: Facts, place: Place?) {
        self.facts = facts
        self.place = place
    }

    /// What a feature stands on: where that is missing, the feature was not tried.
    private static let ground: [Feature: Feature] = [
        .clsact: .veth, .classicFilter: .clsact, .packetSockets: .veth,
    ]

    /// The worst first: without namespaces nothing else was tried.
    package var gaps: [Gap] {
        if case .missing(let reason) = facts.availability(.networkNamespaces) {
            return [gap(.networkNamespaces, reason)] + untriedSysctls
        }
        return Feature.allCases.compactMap(gap) + others
    }

    private func gap(_ feature: Feature) -> Gap? {
        guard case .missing(let reason) = facts.availability(feature) else { return nil }
        if let ground = Self.ground[feature], !facts.availability(ground).isPresent { return nil }
        return gap(feature, reason)
    }

    private func gap(_ feature: Feature, _ reason: String) -> Gap {
        let remedy = Remedy(reason: reason, privilege: facts.privilege, place: place)
        return Gap(name: feature.rawValue, reason: reason, step: remedy.step(for: feature))
    }

    /// What the mounts tell although nothing could be tried.
    private var untriedSysctls: [Gap] {
        guard let place, !place.procSys.isNetWritable else { return [] }
        let words = place.procSys == .absent ? "there is no /proc/sys" : "/proc/sys is mounted read-only"
        return [gap(.sysctlWriting, words)]
    }

    private var others: [Gap] {
        var gaps: [Gap] = []
        if facts.objectSizes == nil, facts.isGuest != true {
            let inside = place?.container == nil ? "" : " (that of a container is it, unless the container is rootless)"
            gaps.append(
                Gap(
                    name: Gap.Name.slabinfo, reason: "/proc/slabinfo cannot be read",
                    step: "run as root of the machine" + inside))
        }
        if !facts.sysctls.keys.contains(where: { $0.hasPrefix("net.ipv6.") }) {
            gaps.append(
                Gap(
                    name: Gap.Name.ipv6, reason: "a fresh network namespace has no sysctls below net.ipv6",
                    step: "a kernel with CONFIG_IPV6, booted without ipv6.disable=1"))
        }
        if facts.privilege == .userNamespace, !facts.sysctls.keys.contains(where: { $0.hasPrefix("net.core.") }) {
            gaps.append(
                Gap(
                    name: Gap.Name.core, reason: "this kernel (\(facts.kernel)) hides net.core from user namespaces",
                    step: "run as root"))
        }
        let ground: [Feature] = [.sysctlWriting, .veth, .packetSockets, .socketDiagnostics]
        if facts.halfOpenBeyondBacklog == nil, ground.allSatisfy({ facts.availability($0).isPresent }) {
            gaps.append(
                Gap(
                    name: Gap.Name.backlog,
                    reason: "a trial did not show it within 2 s, which a busy machine can cause",
                    step: "try again when the machine has less to do"))
        }
        return gaps
    }
}
