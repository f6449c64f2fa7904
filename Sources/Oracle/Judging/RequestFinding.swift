import Model

/// The SYN+ACKs of a peer's requests and the end of each, against their windows: a SYN that comes again is answered,
/// anything else is the timer's. A SYN+ACK with another sequence number is a new request's.
struct RequestFinding {
    private let law: SynAckRetransmission
    /// How often the SYN+ACK is repeated before one is answered; `nil`: none is.
    private let answered: Int?
    /// It has become a connection, and so its timer runs no more.
    private let isSettled: Bool
    /// What ends the request.
    private let end: String
    private let bent: Int64
    private let rateLimit: Nanoseconds
    private let syns: [Evidence.Packet]
    private let answers: [Evidence.Packet]
    /// When the end was seen, of the last of them.
    private let gone: Evidence.Sight?
    /// Nobody looked while the last one was there.
    private let isUnseen: Bool
    private let windows: WindowJudge
    private(set) var rows: [Finding.Row] = []

    init(
        _ law: SynAckRetransmission, answered: Int?, isSettled: Bool, end: String, bent: Int64, rateLimit: Nanoseconds,
        syns: [Evidence.Packet], answers: [Evidence.Packet], gone: Evidence.Sight?, isUnseen: Bool, _ evidence: Evidence
    ) {
        self.law = law
        self.answered = answered
        self.isSettled = isSettled
        self.end = end
        self.bent = bent
        self.rateLimit = rateLimit
        self.gone = gone
        self.isUnseen = isUnseen
        self.syns = syns
        self.answers = answers
        windows = WindowJudge(evidence, origin: answers.first?.at ?? .zero)
    }

    var seen: String {
        let number = "\(answers.count) SYN+ACK\(answers.count == 1 ? "" : "s")"
        guard let gone, let first = answers.first else { return "\(number), and the request was not over" }
        return "\(number), then \(end), \((gone.at - first.at).fixed(3)) s after the first"
    }

    mutating func compare() {
        guard let syn = syns.first, let first = answers.first else {
            rows.append(WindowJudge.missing("SYN+ACK 1"))
            return
        }
        add("SYN+ACK 1", Interval(syn.at, syn.at + Punctuality.cap), seen: first, armed: syn.at)
        var open = syns.dropFirst()
        var timer = Arming(at: first.at)
        var lastAnswer: Nanoseconds?
        for (index, packet) in answers.enumerated().dropFirst() {
            let title = "SYN+ACK \(index + 1)"
            let isNew = packet.event.segment.sequence != answers[index - 1].event.segment.sequence
            // The SYN that makes a new request is the last one before its SYN+ACK, and no limit is heeded for it.
            let making = isNew ? open.last { $0.at <= packet.at }?.at : nil
            // SYNs that were not answered before this packet left.
            while let next = open.first, next.at < making ?? packet.at, let lastAnswer, next.at - lastAnswer < rateLimit
            {
                open.removeFirst()
            }
            if let next = open.first, next.at <= packet.at, !isNew || next.at == making {
                open.removeFirst()
                let answer = Interval(next.at, next.at + Punctuality.cap)
                if isNew {
                    let sight = Evidence.Sight(unseenSince: timer.at, at: next.at)
                    ended(window(timer, at: sight.at), sight, armed: timer.at)
                    (timer, lastAnswer) = (Arming(at: packet.at), nil)
                } else {
                    timer = timer.again(at: packet.at, running: window(timer))
                    lastAnswer = packet.at
                }
                add(title, answer, seen: packet, armed: next.at)
            } else {
                guard timer.expiries < repeats else {
                    rows.append(windows.surplus(title, at: packet.at, frame: packet.event.frame))
                    return
                }
                add(title, window(timer, at: packet.at), seen: packet, armed: timer.at)
                timer = Arming(at: packet.at, expiries: timer.expiries + 1)
            }
        }
        if timer.expiries < repeats {
            return add("SYN+ACK \(answers.count + 1)", window(timer), seen: nil, armed: timer.at)
        }
        let last =
            answered == nil
            ? window(timer, at: gone?.at ?? windows.recordEnd) : Interval(timer.at, timer.at + Punctuality.cap)
        ended(last, gone, armed: timer.at, isBlurred: gone?.isBlurred(since: timer.at) ?? isUnseen)
    }

    /// The timer as it runs.
    private struct Arming {
        var at: Nanoseconds
        var expiries = 0
        /// Whether a SYN that came again has started it.
        var isAnew = false
        /// When the timer was due that the SYN came upon. One that is running already is not started anew
        /// (`mod_timer_pending()`), so that the SYN+ACK which it sends comes on the heels of the SYN's.
        var running: Interval?

        func again(at time: Nanoseconds, running: Interval) -> Arming {
            Arming(at: time, expiries: expiries, isAnew: true, running: running)
        }
    }

    /// When the timer fires, if what it does is seen at some time.
    private func window(_ timer: Arming, at time: Nanoseconds) -> Interval {
        guard let running = timer.running, time - timer.at <= law.wheel.tick,
            windows.punctuality.verdict(time, in: running, armed: timer.at) == .pass
        else { return window(timer) }
        return running
    }

    private var repeats: Int { answered ?? law.retries }

    private mutating func ended(
        _ window: Interval, _ sight: Evidence.Sight?, armed: Nanoseconds, isBlurred: Bool = false
    ) {
        rows.append(
            windows.row(
                end, window, seen: sight?.interval, armed: armed, isBlurred: isBlurred, isSettled: isSettled))
    }

    private func window(_ timer: Arming) -> Interval {
        let full = law.timer.timeout(after: timer.expiries, isAnew: timer.isAnew)
        let (armed, timeout) = (timer.at, Nanoseconds(full.value / 100 * (100 + bent)))
        let fired = RetransmissionTimer(timeout: timeout, fate: .retransmits).firing(
            after: Interval(.zero, .zero), behind: windows.punctuality.lateness(at: armed), wheel: law.wheel)
        return Interval(armed + fired.from, armed + fired.to)
    }

    private mutating func add(
        _ what: String, _ window: Interval, seen: Evidence.Packet?, armed: Nanoseconds
    ) {
        rows.append(
            windows.row(
                what, window, seen: seen.map { Interval($0.at, $0.at) }, frame: seen?.event.frame, armed: armed,
                isSettled: isSettled))
    }
}
