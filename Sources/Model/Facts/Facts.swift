/// What one kernel, with the privileges at hand, is and can do. Probed by the runner, saved with every record.
///
/// The oracle predicts from this and from the plan, and from nothing else.
package struct Facts: Sendable, Hashable, Codable {
    package var format: Int
    /// `uname -r`.
    package var kernel: String
    /// `uname -m`.
    package var machine: String
    /// The length of a jiffy, 1/HZ. The kernel's own answer: `clock_getres(CLOCK_MONOTONIC_COARSE)`.
    package var tick: Nanoseconds
    /// CPUs that are online. On more than one, a timer may miss a tick (see `TimerWheel`).
    package var processors: Int
    /// Every sysctl below `net.` that a fresh network namespace shows, with the value it was born with.
    /// Tabs between numbers are one space. Unreadable ones are left out.
    package var sysctls: [String: String]
    /// What a fresh network namespace counts (`TcpExt.TCPTimeouts`), sorted; what appears only once it has happened, as
    /// the ICMP types do, is not among them. Empty where no namespace could be made.
    package var counters: [String]
    package var features: [Feature: Availability]
    package var privilege: Privilege
    /// The hard limit on descriptors of one process.
    package var descriptors: Int
    /// By how many half-open connections a listener exceeds its backlog: 1 where `inet_csk_reqsk_queue_is_full()` asks
    /// for more than the backlog, 0 where it asks for as many. Tried out, since no kernel tells; `nil`: could not be.
    package var halfOpenBeyondBacklog: Int?
    /// MemTotal: what the kernel has for itself and for programs, in bytes. Some defaults follow it.
    package var memory: Int?
    /// Slab cache → bytes of one object, of those that a TCP connection lives in. A cache that the kernel merged with
    /// another is absent; `nil`: /proc/slabinfo could not be read, which only root may.
    package var objectSizes: [String: Int]?
    /// A guest that holds nothing but the kernel and the runner, so whatever a sysctl says is the kernel's own word.
    /// `nil`: not known to be one.
    package var isGuest: Bool?

    package init(
        format: Int = Format.version, kernel: String, machine: String, tick: Nanoseconds, processors: Int,
        sysctls: [String: String], counters: [String] = [],
        features: [Feature: Availability], privilege: Privilege, descriptors: Int, halfOpenBeyondBacklog: Int? = nil,
        memory: Int? = nil, objectSizes: [String: Int]? = nil,
        isGuest: Bool? = nil
    ) {
        self.format = format
        self.kernel = kernel
        self.machine = machine
        self.tick = tick
        self.processors = processors
        self.sysctls = sysctls
        self.counters = counters
        self.features = features
        self.privilege = privilege
        self.descriptors = descriptors
        self.halfOpenBeyondBacklog = halfOpenBeyondBacklog
        self.memory = memory
        self.objectSizes = objectSizes
        self.isGuest = isGuest
    }

    /// A feature that nobody probed is missing.
    package func availability(_ feature: Feature) -> Availability {
        features[feature] ?? .missing("not probed")
    }

    /// The integer value a fresh namespace has; `nil` where the sysctl does not exist or is not one integer.
    package func integer(_ key: String) -> Int? { sysctls[key].flatMap { Int($0) } }
}

/// What the runner may do here.
package enum Privilege: String, Sendable, Hashable, Codable {
    /// CAP_SYS_ADMIN and CAP_NET_ADMIN over the machine's own user namespace.
    case root
    /// An ordinary user who entered a user namespace of their own.
    case userNamespace = "user-namespace"
}
