/// A loss that the plan orders: which packets, where.
package struct Fault: Sendable, Hashable, Codable {
    package var name: String
    package var selector: Selector
    package var site: FaultSite
    /// Switched on before the first action; otherwise by a `fault` action.
    package var startsOn: Bool
    package var origin: SourceLocation?

    package init(
        name: String, selector: Selector, site: FaultSite, startsOn: Bool = true, origin: SourceLocation? = nil
    ) {
        self.name = name
        self.selector = selector
        self.site = site
        self.startsOn = startsOn
        self.origin = origin
    }
}

/// Where a packet is lost, and what tc is told.
package struct FaultSite: Sendable, Hashable, Codable {
    package enum Hook: String, Sendable, Hashable, Codable {
        case ingress
        case egress
    }

    package enum FilterVerdict: String, Sendable, Hashable, Codable {
        /// TC_ACT_SHOT. At egress the sender's TCP learns of it as local congestion.
        case shot
        /// TC_ACT_STOLEN: gone, but reported as sent.
        case stolen
    }

    package var host: String
    package var interface: String
    package var hook: Hook
    package var verdict: FilterVerdict

    package init(host: String, interface: String, hook: Hook = .ingress, verdict: FilterVerdict = .shot) {
        self.host = host
        self.interface = interface
        self.hook = hook
        self.verdict = verdict
    }
}
