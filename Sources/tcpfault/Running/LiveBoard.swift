import Model
import Oracle
import Reporting

/// What a waiting user sees on standard error: on a terminal lines that are overwritten, elsewhere one line at the
/// start and one at the end of each instance.
actor LiveBoard {
    private let console: Console
    private var runs: [String: (live: LiveRun, began: Nanoseconds)] = [:]
    /// Those that have said anything.
    private var heard: Set<String> = []
    /// Instance → what it is called here, where every column counts.
    private var names: [String: String] = [:]
    private var drawn = 0
    private var ended = 0
    private let total: Int
    private var isPaused = false
    /// Instance → the clock of the guest that it is in, where it is in one.
    private var guestClocks: [String: Nanoseconds] = [:]

    /// As many running instances as a small window has room for.
    private static let mostLines = 6
    static let interval = Duration.milliseconds(200)

    init(_ console: Console, total: Int) {
        self.console = console
        self.total = total
    }

    func began(_ plan: Plan, _ forecast: Forecast) {
        heard.remove(plan.instance)
        runs[plan.instance] = (LiveRun(plan, forecast: forecast), now(of: plan.instance))
        if console.isLive {
            let all = Set(names.keys).union([plan.instance]).sorted()
            names = Dictionary(uniqueKeysWithValues: zip(all, ShortName.all(all)))
        } else {
            console.note([
                "start  \(plan.instance)  (lasts up to \(max(forecast.longest, .milliseconds(100)).fixed(1)) s)"
            ])
        }
    }

    func tell(clock: Nanoseconds, of instance: String) { guestClocks[instance] = clock }

    func saw(_ event: Event, of instance: String) {
        if heard.insert(instance).inserted { runs[instance]?.began = now(of: instance) }
        runs[instance]?.live.saw(event)
    }

    func ended(_ outcome: RunReport.Outcome) {
        runs[outcome.judgement.instance] = nil
        guestClocks[outcome.judgement.instance] = nil
        ended += 1
        if console.isLive {
            draw()
        } else {
            console.note(["end    \(JudgementText(outcome).verdictLine)"])
        }
    }

    private let start = ContinuousClock.now

    /// A run's own time: the guest's, where it is in one.
    private func now(of instance: String) -> Nanoseconds {
        guestClocks[instance] ?? Nanoseconds(Int64((ContinuousClock.now - start) / .nanoseconds(1)))
    }

    /// So many that had ended are run again.
    func runAgain(_ count: Int) { ended -= count }

    /// Says something that stays, above what is overwritten.
    func say(_ lines: [String]) {
        erase()
        console.note(lines)
    }

    /// Nothing is overwritten while somebody is asked.
    func pause(_ paused: Bool) { isPaused = paused }

    func draw() {
        guard console.isLive, !isPaused else { return }
        let never = Nanoseconds(Int64.max)
        let waiting = runs.values.sorted {
            ($0.live.nextDue ?? never, $0.live.instance) < ($1.live.nextDue ?? never, $1.live.instance)
        }
        var lines = waiting.prefix(Self.mostLines).flatMap { run in
            let elapsed = now(of: run.live.instance) - run.began
            let curve = run.live.curve().map { "\($0) " } ?? ""
            let news = run.live.news(elapsed: elapsed)
            let head = "\(names[run.live.instance] ?? run.live.instance): \(curve)\(news[0])"
            let whole = ([head] + news.dropFirst()).joined(separator: ", ")
            if whole.count < console.width { return [whole] }
            // A flood has much to tell, and runs alone: it may take a second line.
            if curve.isEmpty || news.count == 1 { return [head] }
            return [head, Self.fitting(news.dropFirst(), console.width)]
        }
        if waiting.count > Self.mostLines { lines.append("… and \(waiting.count - Self.mostLines) more") }
        if total > 1, !waiting.isEmpty { lines.append("\(ended) of \(total) ended") }
        let text = lines.map { String($0.prefix(console.width - 1)) + "\n" }.joined()
        console.raw(erasure + text)
        drawn = lines.count
    }

    /// As many of them as there is room for, the first at least.
    private static func fitting(_ news: ArraySlice<String>, _ width: Int) -> String {
        news.dropFirst().reduce("  \(news.first ?? "")") { line, part in
            line.count + 2 + part.count < width ? "\(line), \(part)" : line
        }
    }

    func erase() {
        guard console.isLive else { return }
        console.raw(erasure)
        drawn = 0
    }

    private var erasure: String { drawn == 0 ? "" : "\u{1B}[\(drawn)A\u{1B}[J" }
}
