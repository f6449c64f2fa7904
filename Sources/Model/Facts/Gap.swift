/// Something that is missing here: why, what that costs, and the smallest step that closes it.
package struct Gap: Sendable, Hashable, Codable {
    /// A feature's name, or one of `Name`.
    package var name: String
    /// In the kernel's words where it gave any.
    package var reason: String
    /// `nil`: not known, since there are no scenarios to ask.
    package var costs: Costs?
    package var step: String

    package init(name: String, reason: String, costs: Costs? = nil, step: String) {
        self.name = name
        self.reason = reason
        self.costs = costs
        self.step = step
    }

    /// Those that are no features.
    package enum Name {
        package static let slabinfo = "slabinfo"
        package static let ipv6 = "ipv6"
        package static let core = "net.core"
        package static let descriptors = "nofile"
        package static let backlog = "half-open-backlog"
    }

    package struct Costs: Sendable, Hashable, Codable {
        /// Those of which at least one instance is skipped because of it, sorted.
        package var scenarios: [String]
        package var instances: Int
        /// Nothing is left that runs.
        package var everything: Bool

        package init(scenarios: [String] = [], instances: Int = 0, everything: Bool = false) {
            self.scenarios = scenarios
            self.instances = instances
            self.everything = everything
        }
    }
}
