import Glibc
package import Kernel
package import Model

/// Serves requests, one JSON line each, with as many runs side by side as descriptors allow.
///
/// Threading model: the thread that calls `serve` reads requests and starts runs; each run has a thread of its own,
/// which hands over its end and rings a bell. All state but those handed-over ends belongs to the serving thread.
package final class RunnerService {
    package struct Settings: Sendable {
        /// The end of the input before the end of the work means that whoever asked has died: give up at once.
        package var attended: Bool
        /// Why no user namespace could be entered.
        package var userNamespaceTrouble: KernelError?

        /// How often lateness is looked for.
        package var latenessPeriod: Nanoseconds
        /// See `Facts.isGuest`.
        package var isGuest: Bool

        package init(
            attended: Bool, userNamespaceTrouble: KernelError? = nil,
            latenessPeriod: Nanoseconds = LatenessWatcher.usualPeriod, isGuest: Bool = false
        ) {
            self.attended = attended
            self.latenessPeriod = latenessPeriod
            self.isGuest = isGuest
            self.userNamespaceTrouble = userNamespaceTrouble
        }
    }

    private struct Order {
        var plan: Plan
        var folder: String
        var live: Bool
        var hold: Bool
        var alone: Bool

        /// A gate has a descriptor too.
        var descriptorNeed: Int { plan.descriptorNeed + (hold ? 1 : 0) }
    }

    private let settings: Settings
    private let output: any MessageSink
    private let ends = RunEnds()
    private let bell: Bell
    private let lateness: LatenessWatcher
    private let timeouts = InitialTimeouts()
    private let builders = Turnstile()
    private let budget: Int
    private let source: Int32
    private var input: LineReader
    private var knownFacts: Facts?
    private var waiting: [Order] = []
    private var running: [String: (thread: PlainThread, descriptors: Int, gate: Gate?, alone: Bool)] = [:]
    private var noMoreOrders = false
    private var refusals = 0

    /// Descriptors that are no run's: the program's own, and those of a visit or a file that is open for a moment.
    package static let reserve = 64

    /// Reads requests from `input`, which stays the caller's.
    package init(
        _ settings: Settings, input: Int32 = STDIN_FILENO, output: any MessageSink = RunnerOutput(STDOUT_FILENO)
    ) throws {
        self.settings = settings
        source = input
        self.input = LineReader(input)
        self.output = output
        bell = try Bell()
        budget = DescriptorLimit.raise() - Self.reserve
        lateness = try LatenessWatcher(period: settings.latenessPeriod)
    }

    /// Until the input has ended, or `done` was said, and all runs have ended.
    ///
    /// Answers false where an attended service was left alone: the caller must then end the process at once, and all
    /// that the runs have made goes with it.
    package func serve() throws -> Bool {
        while true {
            startWhatFits()
            if noMoreOrders && waiting.isEmpty && running.isEmpty {
                lateness.stop()
                return true
            }
            // An attended service listens to the end, to notice when it is left alone.
            let listening = !input.ended
            var watched = [pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)]
            if listening { watched.append(pollfd(fd: source, events: Int16(POLLIN), revents: 0)) }
            try system("wait for requests") { poll(&watched, nfds_t(watched.count), -1) }
            if watched[0].revents != 0 { collect() }
            if listening && watched[1].revents != 0 {
                for line in try input.read() { handle(line) }
                if input.ended {
                    if settings.attended && !(noMoreOrders && waiting.isEmpty && running.isEmpty) { return false }
                    noMoreOrders = true
                    for run in running.values { run.gate?.open() }
                }
            }
        }
    }

    private func handle(_ line: [UInt8]) {
        do {
            switch try RunnerCodec.request(line) {
            case .probe: output.send(.facts(facts()))
            case .run(let plan, let folder, let live, let hold, let alone):
                accept(Order(plan: plan, folder: folder, live: live, hold: hold, alone: alone))
            case .measure(let plan, let times): output.send(.measured(nanoseconds: try measure(plan, times)))
            case .release(let instance): running[instance]?.gate?.open()
            case .done: noMoreOrders = true
            }
        } catch {
            output.send(.refused(reason: "\(error)"))
        }
    }

    /// Two runs of one instance cannot be told apart, so the later one waits.
    private func accept(_ order: Order) {
        let need = order.descriptorNeed
        guard need <= budget else {
            return output.send(
                .refused(
                    reason: "it needs \(need) descriptors, and this process may hold \(budget); raise the hard limit "
                        + "(ulimit -Hn)", instance: order.plan.instance))
        }
        waiting.append(order)
    }

    private func facts() -> Facts {
        if let knownFacts { return knownFacts }
        var facts = FactsProbe.facts(userNamespaceTrouble: settings.userNamespaceTrouble)
        if settings.isGuest { facts.isGuest = true }
        knownFacts = facts
        return facts
    }

    private func measure(_ plan: Plan, _ times: Int) throws -> Nanoseconds {
        let extended = facts().availability(.extendedFilter).isPresent
        let started = Clock.monotonic()
        for _ in 0..<times {
            let laboratory = try Laboratory(plan)
            defer { laboratory.tearDown() }
            try FaultSet(plan.installedFaults, in: laboratory, extended: extended).remove()
        }
        return Clock.monotonic() - started
    }

    private func startWhatFits() {
        var used = running.values.map(\.descriptors).reduce(0, +)
        var left: [Order] = []
        for order in waiting {
            let need = order.descriptorNeed
            let isDisturbed = order.alone ? !running.isEmpty : isAnyoneAlone
            guard left.isEmpty, !isDisturbed, used + need <= budget, running[order.plan.instance] == nil else {
                left.append(order)
                continue
            }
            used += need
            start(order, need)
        }
        waiting = left
    }

    private var isAnyoneAlone: Bool { running.values.contains { $0.alone } }

    private func start(_ order: Order, _ need: Int) {
        let instance = order.plan.instance
        let (facts, output, lateness, timeouts, builders) = (facts(), output, lateness, timeouts, builders)
        let (ends, bell) = (ends, bell)
        do {
            let gate = order.hold ? try Gate() : nil
            let thread = try PlainThread {
                let runner = Runner(
                    order.plan, facts: facts, folder: order.folder, lateness: lateness,
                    timeouts: timeouts, builders: builders,
                    begins: { output.send(.began(instance: instance)) },
                    live: { if order.live { output.send(.event(instance: instance, event: $0)) } },
                    hold: gate.map { gate in
                        { ways in
                            output.send(.holding(instance: instance, commands: ways))
                            gate.wait()
                        }
                    })
                ends.add(RunEnds.End(instance: instance, folder: order.folder, trouble: Self.trouble(of: runner)))
                bell.ring()
            }
            running[instance] = (thread, need, gate, order.alone)
        } catch {
            output.send(.refused(reason: "\(error)", instance: instance))
        }
    }

    /// Why there is no record; `nil` when there is one.
    private static func trouble(of runner: Runner) -> String? {
        do {
            try runner.run()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func collect() {
        bell.silence()
        for end in ends.take() {
            running.removeValue(forKey: end.instance)?.thread.join()
            if let trouble = end.trouble {
                output.send(.refused(reason: trouble, instance: end.instance))
            } else {
                output.send(.finished(instance: end.instance, folder: end.folder))
            }
        }
    }
}
