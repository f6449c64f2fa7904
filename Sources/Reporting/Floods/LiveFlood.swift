import Model
import Oracle

/// A flood that goes on: how much of it was sent, what the listener says, and how the clients fare.
///
/// Packets are none of its business: every event of a run passes by here.
struct LiveFlood: Sendable, Hashable {
    /// One `inject` step, as far as it has got.
    private struct Stream: Hashable {
        let inject: Inject
        var began: Nanoseconds?
        var seen = Nanoseconds.zero
        var sent = 0
        var ended = false

        var isRunning: Bool { began != nil && !ended }

        /// Packets a second so far, to three digits.
        var rate: Int? {
            guard let began, seen > began, sent > 0 else { return nil }
            let exact = Double(sent) / (seen - began).inSeconds
            var unit = 1.0
            while exact / unit >= 1000 { unit *= 10 }
            return Int((exact / unit).rounded() * unit)
        }
    }

    /// Step → stream.
    private var streams: [Int: Stream]
    private let listeners: Set<String>
    private let clients: Set<String>
    private var halfOpen: Int?
    private var cookies: Int64?
    /// The greatest length in each half second of the run.
    private var lengths: [Int] = []
    /// The calls that go on.
    private var calling: Set<String> = []
    private var called = 0
    private var connected = 0

    private static let bucket = Nanoseconds.milliseconds(500)

    /// `nil`: the plan has no flood of SYNs.
    init?(_ plan: Plan) {
        var streams: [Int: Stream] = [:]
        for (index, step) in plan.steps.enumerated() where !plan.withheld.steps.contains(index) {
            if case .inject(let inject) = step.action, inject.packet == .syn { streams[index] = Stream(inject: inject) }
        }
        guard !streams.isEmpty else { return nil }
        let ports = Set(streams.values.map(\.inject.to.port))
        var listeners: Set<String> = []
        var clients: Set<String> = []
        for step in plan.steps {
            switch step.action {
            case .listen(let listen) where ports.contains(listen.address.port): listeners.insert(listen.socket)
            case .connect(let connect) where ports.contains(connect.to.port): clients.insert(connect.socket)
            default: break
            }
        }
        self.streams = streams
        self.listeners = listeners
        self.clients = clients
    }

    mutating func saw(_ event: Event) {
        switch event.what {
        case .inject(let inject): saw(inject, at: event.at)
        case .queue(let sample) where listeners.contains(sample.listener): saw(sample, at: event.at)
        case .call(let call) where call.call == "connect": saw(call)
        case .packet, .call, .fault, .sockets, .state, .queue, .memory, .sysctl, .step: break
        }
    }

    private mutating func saw(_ inject: InjectEvent, at time: Nanoseconds) {
        guard var stream = streams[inject.step] else { return }
        stream.began = stream.began ?? time
        stream.seen = time
        stream.sent = inject.sent
        stream.ended = inject.ended
        streams[inject.step] = stream
    }

    private mutating func saw(_ sample: QueueSample, at time: Nanoseconds) {
        halfOpen = sample.halfOpen
        cookies = sample.counters["TcpExt.SyncookiesSent"] ?? cookies
        let index = Int(time.value / Self.bucket.value).clamped(to: 0...Self.mostLengths)
        while lengths.count < index { lengths.append(lengths.last ?? 0) }
        if lengths.count == index {
            lengths.append(sample.halfOpen)
        } else {
            lengths[index] = max(lengths[index], sample.halfOpen)
        }
    }

    /// Two hours.
    private static let mostLengths = 14_400

    private mutating func saw(_ call: CallEvent) {
        guard clients.contains(String(call.socket.prefix { $0 != "#" })) else { return }
        guard call.ended != nil else {
            if calling.insert(call.socket).inserted { called += 1 }
            return
        }
        if calling.remove(call.socket) == nil { called += 1 }
        if call.errno == nil { connected += 1 }
    }

    /// `half-open 129`, `flood 34,120 of 60,000 SYNs (20,000/s)`, `client 31 of 33 connected` and `cookies 33,991`; `nil`
    /// while there is nothing to tell.
    var news: [String]? {
        let client = called > 0 ? "client \(connected) of \(called) connected" : nil
        let queue = halfOpen.map { "half-open \(Count.text($0))" }
        let running = streams.values.filter(\.isRunning)
        if let stream = running.max(by: { $0.began ?? .zero < $1.began ?? .zero }) {
            let rate = stream.rate.map { " (\(Count.text($0))/s)" } ?? ""
            let flood = "flood \(Count.text(stream.sent)) of \(Count.text(stream.inject.count)) SYNs\(rate)"
            let cookies = cookies.map { "cookies \(Count.text(Int($0)))" }
            return [queue, flood, client, cookies].compactMap(\.self)
        }
        guard streams.values.contains(where: \.ended) else { return client.map { [$0] } }
        let sent = streams.values.reduce(0) { $0 + $1.sent }
        return [queue, "flood over: \(Count.text(sent)) SYN\(sent == 1 ? "" : "s")", client].compactMap(\.self)
    }

    /// The half-open connections of the last seconds; `nil` before anybody looked.
    func curve(columns: Int) -> String? {
        guard let top = lengths.max() else { return nil }
        let shown = lengths.suffix(columns).map { Sparkline.height(of: $0, top: top) }
        return String(repeating: " ", count: columns - shown.count) + String(shown)
    }
}
