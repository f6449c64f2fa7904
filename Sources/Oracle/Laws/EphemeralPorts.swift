import Model

/// Whether a connect() that leaves the choice of a port to the kernel finds one.
///
/// `__inet_hash_connect()` tries the ports of `ip_local_port_range`, those of one parity and then those of the other,
/// beginning where a hash says, and as many as their number rounded down to an even one. So of an odd range a call leaves one
/// out, the first or the last: of three always the last, since there is but one place to begin. One is free for a destination unless this host has a
/// socket with the same four numbers (`__inet_check_established()`); a socket in TIME_WAIT gives way when
/// `tcp_twsk_unique()` says so: `tcp_tw_reuse` is 1, or is 2 and the connection is the loopback's; the old connection had
/// timestamps; and it has been in TIME_WAIT for longer than `tcp_tw_reuse_delay` (Linux 6.14; before, until the clock
/// that timestamps are stamped with shows another second). Such a port may be taken although another is free. Ports that
/// `ip_local_reserved_ports` names or that somebody has called bind() for are passed over (see `TakenPorts`). When no port is
/// left connect() fails with EADDRNOTAVAIL at once.
struct EphemeralPorts: Hashable {
    static let description = LawDescription(
        name: "ephemeral-ports",
        summary: "whether connect() finds a port when earlier connections of its kind are in TIME_WAIT",
        sysctls: [rangeKey, ReservedPorts.key, reuseKey, delayKey, timestampsKey],
        limits: [reuseKey: 0...2, delayKey: 1...60_000])

    static let rangeKey = "net.ipv4.ip_local_port_range"
    static let reuseKey = "net.ipv4.tcp_tw_reuse"
    static let delayKey = "net.ipv4.tcp_tw_reuse_delay"
    static let timestampsKey = "net.ipv4.tcp_timestamps"

    enum Answer: Hashable {
        /// One that nobody uses, or one whose TIME_WAIT gives way.
        case fresh, reused
        /// One of either kind: where the search begins decides.
        case either
        /// EADDRNOTAVAIL.
        case none
        case unsure(Doubt)
    }

    enum Doubt: Hashable {
        /// A lateness of less than what is known of the time in TIME_WAIT decides.
        case age
        /// Whether the free port is the one that the call leaves out.
        case place
    }

    /// Ports of the range.
    var ports: Int
    /// Those of them that are passed over.
    var untried = 0
    /// `tcp_tw_reuse`.
    var reuse: Int
    var isLoopback: Bool
    /// Of both ends.
    var timestamps: Bool
    /// `tcp_tw_reuse_delay`; `nil` before Linux 6.14.
    var delay: Nanoseconds?

    /// How many ports each call tries.
    static func tried(of ports: Int) -> Int { ports > 1 ? ports & ~1 : ports }
    var tried: Int { Self.tried(of: ports) }
    /// How many ports are tried by one call or another.
    private var everTried: Int { ports == 3 ? tried : ports }

    /// With so many earlier connections to the same address and port that are open, and so many in TIME_WAIT for at least
    /// and at most that long.
    func answer(open: Int, waiting: Int, age: Interval) -> Answer {
        let givesWay = waiting > 0 && (reuse == 1 || reuse == 2 && isLoopback) && timestamps
        let from = delay ?? .zero
        let taken = open + waiting + untried
        if taken < tried { return givesWay && age.to > from ? .either : .fresh }
        // A call may find the port that others left out; which port is passed over is known, but not which is left out.
        if tried < everTried || untried > 0 && tried < ports, taken < ports || givesWay {
            return givesWay && waiting > 1 && age.from > delay ?? .seconds(1) ? .either : .unsure(.place)
        }
        guard givesWay else { return .none }
        let sure = delay ?? .seconds(1)
        if age.from > sure { return .reused }
        return age.to <= from ? .none : .unsure(.age)
    }
}
