package import Model
package import Oracle

/// One instance that goes on: how far it is on its predicted timeline, or how its flood goes.
package struct LiveRun: Sendable, Hashable {
    package let instance: String
    /// The timeline of the socket whose law is waited for; counted from the start of its connect().
    private let moments: [Moment]
    private let socket: String?
    private let longest: Nanoseconds
    /// Run time at which that connect() began.
    private var began: Nanoseconds?
    private var syns: [Nanoseconds] = []
    private var client: String?
    private var ended = false
    private var flood: LiveFlood?
    /// Whether anything of it has been heard.
    private var isStarted = false

    package init(_ plan: Plan, forecast: Forecast) {
        instance = plan.instance
        flood = LiveFlood(plan)
        let prediction = forecast.predictions.first { !$0.moments.isEmpty }
        moments = prediction?.moments ?? []
        if case .law(let claim)? = prediction?.claim { socket = claim.of } else { socket = nil }
        longest = forecast.longest
    }

    /// Takes one event of the running instance.
    package mutating func saw(_ event: Event) {
        isStarted = true
        guard flood == nil else {
            flood?.saw(event)
            return
        }
        switch event.what {
        case .call(let call) where call.call == "connect" && (socket == nil || call.socket == socket):
            began = began ?? event.at
            client = call.host
            ended = call.ended != nil
        case .packet(let packet) where packet.direction == .sent && PacketKind.syn.matches(packet.segment):
            if client == nil || client == packet.host { syns.append(event.at) }
        default: break
        }
    }

    /// `SYN 4 of 6 sent at 3.07 s` and `next expected 4.10–4.13 s`: what matters most comes first. `elapsed` is the time
    /// since the first event.
    package func news(elapsed: Nanoseconds) -> [String] {
        guard isStarted else { return ["makes its hosts"] }
        if let news = flood?.news { return news }
        let whole = moments.count - 1
        guard whole > 0, let last = syns.last, !ended else {
            return ["running for \(elapsed.fixed(1)) s of at most \(longest.fixed(1)) s"]
        }
        let start = began ?? syns[0]
        let sent = "SYN \(syns.count) of \(whole) sent at \((last - start).fixed(2)) s"
        guard syns.count < moments.count else { return [sent] }
        let next = moments[syns.count]
        // A timer starts when the packet before it is sent, so lateness shifts what comes next and never adds up.
        let before = moments[syns.count - 1].window
        let from = last - start + (next.window.from - before.from)
        let to = max(from, last - start + (next.window.to - before.to))
        let what = syns.count == whole ? next.what : "next"
        return [sent, "\(what) expected \(from.fixed(2))–\(to.fixed(2)) s"]
    }

    /// Of a flood: the half-open connections of the last seconds as a curve of one line, for a terminal.
    package func curve(columns: Int = 12) -> String? { flood?.curve(columns: columns) }

    /// When the next thing is due at the earliest, in the run's own time; for choosing which run to show.
    package var nextDue: Nanoseconds? {
        guard flood == nil, syns.count < moments.count, !ended else { return nil }
        return (began ?? syns.first ?? .zero) + moments[syns.count].window.from
    }
}
