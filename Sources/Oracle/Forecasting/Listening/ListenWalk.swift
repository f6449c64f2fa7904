import Model

/// A plan carried out in thought, packet by packet, as far as one listener is concerned.
///
/// Steps happen in their order; between them timers fire. Which comes first is decided by windows: where two may change
/// places and that would change anything, the walk ends with an error, since the plan then leaves open what must happen.
/// Before a run the times are those that the plan names; afterwards they are those at which the steps really began.
struct ListenWalk {
    /// What has become of a connection.
    enum Fate: Hashable {
        /// No SYN of it was answered yet.
        case connecting
        case timedOut
        /// Connected at the client; the server has a request socket, or for a cookie nothing.
        case held(ListenQueues.Answer)
        /// Connected at both ends.
        case queued
        /// Connected at the client, unknown to the server.
        case forgotten
        /// An RST has told the client.
        case reset
        /// Closed by the client before any answer.
        case abandoned
    }

    struct Connection {
        let connect: Connect
        var fate: Fate
        /// When its connect() began.
        let began: Interval
        /// When it came to this fate.
        var since: Interval
        var syns = 0
        let timers: [RetransmissionTimer]
    }

    struct Pending: Hashable {
        enum What: Hashable {
            /// The client's timer, counted from 0.
            case syn(String, Int)
            /// The request's timer, after so many timeouts.
            case request(String, Int)
            /// Made-up requests begin to be given up.
            case madeUp
        }

        var window: Interval
        var what: What
    }

    let plan: Plan
    let facts: Facts
    let origin: SourceLocation?
    /// `nil` before a run.
    let evidence: Evidence?
    private let socket: String
    /// Of the step that is looked at, for whoever has to change it.
    private var place: SourceLocation?
    var listener: PlannedListener
    var isOpen = false
    var book: FaultBook
    var connections: [String: Connection] = [:]
    var order: [String] = []
    var pending: [Pending] = []
    /// Requests that nobody completes.
    var madeUp = 0
    var now = Interval(.zero, .zero)
    /// What has happened so far, for a ladder.
    private(set) var rungs: [Rung] = []

    /// How late timers and steps may be before a run: as far as judging tolerates it.
    static let slack = Punctuality.cap

    init(
        _ socket: String, plan: Plan, facts: Facts, origin: SourceLocation?, evidence: Evidence? = nil
    ) throws(OracleError) {
        self.socket = socket
        self.plan = plan
        self.facts = facts
        self.origin = origin
        self.evidence = evidence
        listener = try PlannedListener(socket, in: plan, facts: facts, origin: origin)
        book = FaultBook(plan)
        for (index, step) in plan.steps.enumerated() {
            place = step.origin
            let times = evidence?.step(index)
            if let began = times?.began { now = Interval(began, began) }
            try fire(before: now)
            if let times, isInstant(step.action) {
                // What it does happens at some time between its beginning and its end.
                now = Interval(times.began, times.ended ?? times.began)
                try fire(before: now)
            }
            tell(step)
            try perform(step, index)
        }
        place = nil
        try finish()
    }

    mutating func tell(_ rung: Rung) { rungs.append(rung) }

    /// Why the plan leaves open what must happen.
    func refusal(_ why: String) -> OracleError {
        OracleError(
            "what becomes of '\(socket)' is not decided by the kernel's rules alone: \(why)",
            origin: place ?? origin)
    }

    /// The run waits for every connect(), and a moment more.
    private mutating func finish() throws(OracleError) {
        try fire(before: now)
        try advance { walk in !walk.connections.values.contains { $0.fate == .connecting } }
        if let end = evidence?.end { now = Interval(end, end) }
        let end = Interval(now.from, now.to + plan.settle + Self.slack)
        try fire(before: now)
        if pending.contains(where: { $0.window.from < end.to }) {
            throw refusal("a timer may or may not fire before the run ends; wait longer, or shorter")
        }
        try refuseProbes(before: end.to)
    }

    /// How late a timer may have fired: afterwards, by what the watchers saw at that time.
    private func lateness(at time: Nanoseconds) -> Nanoseconds {
        evidence.map { Punctuality($0.record).lateness(at: time) } ?? Self.slack
    }

    /// Fires what is due before a step that happens within `limit`.
    mutating func fire(before limit: Interval) throws(OracleError) {
        while let next = pending.min(by: Self.earlier), next.window.from - listener.wheel.tick < limit.to {
            guard next.window.to + lateness(at: next.window.to) <= limit.from else {
                throw refusal("a timer fires at about the moment of a step; leave \(Self.slack) between them")
            }
            try fireNext()
        }
    }

    /// Fires timers until the condition holds. False where none is left that could bring it about.
    @discardableResult
    mutating func advance(until condition: (ListenWalk) -> Bool) throws(OracleError) -> Bool {
        while !condition(self) {
            guard let next = pending.min(by: Self.earlier) else { return false }
            now = Interval(max(now.from, next.window.from), max(now.to, next.window.to))
            try fireNext()
        }
        return true
    }

    private static func earlier(_ left: Pending, _ right: Pending) -> Bool {
        (left.window.to, left.window.from) < (right.window.to, right.window.from)
    }

    /// The earliest timer; another one at the same time must not change anything by being first.
    private mutating func fireNext() throws(OracleError) {
        let sorted = pending.sorted(by: Self.earlier)
        guard let next = sorted.first else { return }
        if let rival = sorted.dropFirst().first(where: { $0.window.from <= next.window.to }) {
            var (one, other) = (self, self)
            try one.fire(next)
            try one.fire(rival)
            try other.fire(rival)
            try other.fire(next)
            guard one.isSame(as: other) else { throw refusal("two timers fire at about the same moment") }
        }
        try fire(next)
    }

    /// Whether the same has become of everything, if not at the same time.
    func isSame(as other: ListenWalk) -> Bool {
        listener.queues == other.listener.queues
            && connections.mapValues(\.fate) == other.connections.mapValues(\.fate)
    }

    /// Whether a step waits for nothing.
    private func isInstant(_ action: Action) -> Bool {
        switch action {
        case .send, .shutdown, .close, .fault, .set, .listen, .listenAgain: true
        case .accept(let accept): accept.count.map { $0 <= listener.queues.accepted } ?? false
        case .connect, .receive, .inject, .replay, .wait: false
        }
    }
}
