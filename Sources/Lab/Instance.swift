import Glibc
import Kernel
import Model

/// One plan while it runs: its hosts, taps, faults and sockets. Belongs to the instance's thread.
final class Instance {
    let plan: Plan
    let laboratory: Laboratory
    let faults: FaultSet
    let reactor: Reactor
    let timeline: Timeline
    let endpoints: Endpoints
    let queues: QueueSampler
    let states: StateWatcher
    let injections: Injections
    private let initialTimeout: InitialTimeout?
    let keeper: FrameKeeper?
    private let facts: Facts
    private let taps: [Tap]
    private let countersBefore: [String: [String: Int64]]
    private let sysctlsBefore: [String: [String: String?]]
    private var lastSample = Nanoseconds.zero
    private var spacing = Instance.sampleSpacing
    private var callsSampled = 0

    /// Calls that end in a row are followed by one look at the sockets, at most this often.
    private static let sampleSpacing = Nanoseconds.milliseconds(20)
    /// The more sockets a look has shown, the longer the next is put off, so that a record grows by a thousand of them a
    /// second at most; and the longer it took, so that the calls themselves have the thread for most of the time.
    private static let spacingEach = Nanoseconds.milliseconds(1)
    private static let spacingFactor: Int64 = 32
    private static let samplePeriod = Nanoseconds.seconds(1)
    /// Silence is waited for this many times its length.
    private static let settleLimit: Int64 = 20

    /// Builds the hosts, sets their initial RTO, then captures, then installs the faults. The timeline's origin is the end of all this.
    /// Where it throws, nothing is left.
    init(
        _ plan: Plan, facts: Facts, folder: String, timeouts: InitialTimeouts, live: @escaping (Event) -> Void
    ) throws {
        self.plan = plan
        self.facts = facts
        let laboratory = try Laboratory(plan)
        self.laboratory = laboratory
        initialTimeout = try timeouts.install(plan, in: laboratory, tick: facts.tick)
        let keeper = FrameKeeper(plan)
        self.keeper = keeper
        sysctlsBefore = try Self.eachHost(plan) { try laboratory.host($0.name).sysctls() }
        taps = try plan.hosts.flatMap { host in
            try host.interfaces.map { interface in
                try Tap(
                    try laboratory.host(host.name), interface, of: host, folder: folder, facts: facts,
                    spoofing: plan.spoofing, keeper: keeper)
            }
        }
        faults = try FaultSet(
            plan.installedFaults, in: laboratory, extended: facts.availability(.extendedFilter).isPresent)
        reactor = try Reactor()
        countersBefore = try Self.eachHost(plan) { try laboratory.host($0.name).counters() }
        timeline = Timeline(live: live)
        endpoints = Endpoints(reactor: reactor, timeline: timeline) { try laboratory.host($0) }
        queues = QueueSampler(plan, laboratory, endpoints, timeline, before: countersBefore)
        states = StateWatcher(plan, laboratory, endpoints, reactor, timeline)
        injections = Injections(plan, laboratory, reactor, timeline)
    }

    private static func eachHost<Value>(_ plan: Plan, _ body: (Host) throws -> Value) rethrows -> [String: Value] {
        var values: [String: Value] = [:]
        for host in plan.hosts { values[host.name] = try body(host) }
        return values
    }

    /// All steps, the silence after them, and the record of it. Trouble on the way becomes the record's ending.
    func carryOut() -> RunRecord {
        var ending = Ending.completed
        do {
            for tap in taps {
                try reactor.watch(tap.descriptor, for: .input) { [unowned self] in try drain(tap) }
            }
            reactor.every(ClockSampler.period) { [unowned self] in timeline.sampleClocks() }
            reactor.every(Self.samplePeriod) { [unowned self] in try sampleInPassing() }
            if plan.isAboutQueues {
                reactor.every(QueueSampler.period) { [unowned self] in try queues.sample() }
            }
            try performSteps()
        } catch {
            ending = Ending(error)
        }
        // Where a step failed a flood may still go on, and with it there is no silence.
        injections.cancel()
        attempt("let the taps settle") { try settle() }
        return record(ending)
    }

    /// CLOCK_MONOTONIC when the plan's deadline passes.
    var deadline: Nanoseconds { timeline.clock.origin + plan.deadline }

    /// Waits, while everything goes on. Answers whether the condition came to hold before `limit`; it is asked whenever
    /// something has happened, and where `polling` is set at least that often.
    func serve(
        limit: Nanoseconds, polling: Nanoseconds? = nil, until condition: () throws -> Bool
    ) throws -> Bool {
        try reactor.run(
            until: {
                if endpoints.callsEnded > callsSampled { try sampleInPassing() }
                try states.attend()
                return try condition()
            }, deadline: limit, polling: polling)
    }

    /// A look at the sockets, unless the last one is as good: no call has ended since, and it was a moment ago.
    func sampleIfStale() throws {
        guard endpoints.callsEnded > callsSampled || Clock.monotonic() - lastSample > .milliseconds(1) else { return }
        try sample()
    }

    /// A look at the sockets, unless the last one was not long ago.
    private func sampleInPassing() throws {
        if Clock.monotonic() - lastSample > spacing { try sample() }
    }

    /// What sock_diag says of every host, now.
    private func sample() throws {
        let began = Clock.monotonic()
        var seen = 0
        for host in plan.hosts {
            let sample = try socketSample(host.name)
            seen += sample.sockets.count
            timeline.add(.sockets(sample))
        }
        try queues.sample()
        lastSample = Clock.monotonic()
        spacing = max(
            Self.sampleSpacing, Self.spacingEach * Int64(seen), (lastSample - began) * Self.spacingFactor)
        callsSampled = endpoints.callsEnded
    }

    /// What the machine's caches hold, where the plan claims something of them.
    func sampleMemory() throws {
        guard plan.isAboutMemory, let caches = MemoryProbe.slabs() else { return }
        var states: [String: Int] = [:]
        for host in plan.hosts {
            for socket in try laboratory.host(host.name).sockets([plan.family]) {
                states[socket.state, default: 0] += 1
            }
        }
        timeline.add(.memory(MemorySample(caches: caches, sockets: states)))
    }

    private func socketSample(_ name: String) throws -> SocketSample {
        let host = try laboratory.host(name)
        guard let spoofing = plan.spoofing else {
            return SocketSample(host: name, sockets: try host.sockets([plan.family]))
        }
        let found = try host.sockets(plan.family, apartFrom: spoofing)
        return SocketSample(host: name, sockets: found.listed, madeUp: found.counted)
    }

    private func drain(_ tap: Tap) throws {
        try tap.drain(into: timeline) { frame, tap, direction, stamp in
            try faults.saw(frame, host: tap.host, interface: tap.interface, direction: direction, stamp: stamp)
        }
    }

    func drainTaps() throws {
        for tap in taps { try drain(tap) }
    }

    /// Until no tap has heard anything for the plan's `settle`: a call may end before the taps have delivered.
    private func settle() throws {
        let limit = Clock.monotonic() + plan.settle * Self.settleLimit
        var quietSince = Clock.monotonic()
        while true {
            try reactor.run(until: { false }, deadline: min(limit, quietSince + plan.settle))
            guard let heard = taps.compactMap(\.lastHeard).max(), heard > quietSince else { return }
            quietSince = heard
            guard Clock.monotonic() < limit else {
                return timeline.complain(
                    "the taps were not silent for \(plan.settle) within \(plan.settle * Self.settleLimit)")
            }
        }
    }

    /// Trouble while evidence is collected costs that piece of it, and nothing else.
    private func attempt(_ doing: String, _ body: () throws -> Void) {
        do { try body() } catch { timeline.complain("could not \(doing): \(error)") }
    }

    private func record(_ ending: Ending) -> RunRecord {
        var record = RunRecord(plan: plan, facts: facts, ending: ending)
        attempt("look at the sockets at the end") {
            try states.look()
            try sample()
        }
        attempt("read the taps once more") { try drainTaps() }
        for (name, count) in faults.undecided.sorted(by: { $0.key < $1.key }) {
            timeline.complain("\(count) packets came while fault \(name) was being switched: taken or not is not known")
        }
        attempt("read how often the initial RTO was asked for") { try checkInitialTimeout() }
        attempt("read the faults' counts") { record.faults = try faults.report() }
        for tap in taps {
            attempt("close the capture \(tap.file)") {
                var report = try tap.finish()
                report.linkDropped = try laboratory.host(tap.host).route.link(tap.interface).droppedPackets
                record.taps.append(report)
            }
        }
        for host in plan.hosts {
            attempt("read the counters of \(host.name)") {
                let before = countersBefore[host.name] ?? [:]
                let after = try laboratory.host(host.name).counters()
                record.counters[host.name] = after.reduce(into: [:]) { $0[$1.key] = $1.value - (before[$1.key] ?? 0) }
            }
            attempt("read the sysctls of \(host.name)") {
                let after = try laboratory.host(host.name).sysctls()
                record.sysctls[host.name] = (sysctlsBefore[host.name] ?? [:]).reduce(into: [:]) { readings, before in
                    readings[before.key] = SysctlReading(before: before.value, after: after[before.key] ?? nil)
                }
            }
        }
        timeline.sampleClocks()
        record.clock = timeline.clock.report
        record.events = timeline.sorted()
        record.shortfalls = timeline.shortfalls
        record.complaints = timeline.complaints
        return record
    }

    /// A SYN that a socket sent with another initial RTO than the plan's says nothing of the kernel.
    private func checkInitialTimeout() throws {
        guard let initialTimeout, try initialTimeout.answers() == 0 else { return }
        let sent = timeline.events.contains { event in
            if case .packet(let packet) = event.what { packet.direction == .sent } else { false }
        }
        let called = timeline.events.contains { event in
            if case .call(let call) = event.what { call.call == "connect" } else { false }
        }
        if sent && called { timeline.complain("the kernel never asked the BPF program for the initial RTO") }
    }

    /// One shell line a host, for somebody who wants to look around in it.
    func waysIn() -> [String] {
        plan.hosts.compactMap { host in
            guard let descriptor = try? laboratory.host(host.name).namespaceDescriptor else { return nil }
            let user = facts.privilege == .root ? "" : " --user=/proc/\(getpid())/ns/user --preserve-credentials"
            return "nsenter\(user) --net=/proc/\(getpid())/fd/\(descriptor)   # \(host.name)"
        }
    }

    /// Sockets first, since each keeps its namespace.
    func tearDown() {
        injections.cancel()
        endpoints.tearDown()
        faults.remove()
        initialTimeout?.remove()
        laboratory.tearDown()
    }
}

extension Plan {
    fileprivate var isAboutMemory: Bool {
        expectations.contains { expectation in
            if case .memory = expectation.claim { true } else { false }
        }
    }
}
