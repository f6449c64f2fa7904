import Model
import Oracle

/// The times beside a ladder, and the silences between its lines.
struct LadderClock {
    enum Silence: Equatable {
        /// One line without anything.
        case line
        /// A longer one, told by its length.
        case broken(String)
    }

    /// What one empty line stands for.
    private let unit: Nanoseconds
    /// Of a time beside the ladder, with what keeps it from its neighbour.
    let width: Int
    private var last: Nanoseconds?
    private var shown = ""

    /// Shorter silences are none.
    private static let shortest = Nanoseconds.milliseconds(50)
    private static let mostLines: Int64 = 2

    init(_ rungs: [Rung]) {
        let times = rungs.compactMap(\.window)
        let gaps = zip(times, times.dropFirst()).map { $1.from - $0.from }
        unit = gaps.filter { $0 >= Self.shortest }.min() ?? Self.shortest
        width = (times.map { Self.text($0).count }.max() ?? 0) + 1
    }

    /// The silence before a line, and the time beside it: nothing where it is that of the line above.
    mutating func tick(_ rung: Rung) -> (silence: [Silence], time: String) {
        guard let window = rung.window else { return ([], "") }
        let gap = last.map { window.from - $0 } ?? .zero
        last = window.from
        let text = Self.text(window)
        defer { shown = text }
        let time = text == shown || rung.host == nil ? "" : text
        guard gap >= Self.shortest else { return ([], time) }
        let lines = (gap.value + unit.value / 2) / unit.value
        if lines <= Self.mostLines { return (Array(repeating: .line, count: Int(lines)), time) }
        return ([.broken(Self.length(gap))], time)
    }

    /// `7.134 s`, `4.0–4.1 s`: as many decimals as show where a window begins and ends.
    private static func text(_ window: Interval) -> String {
        if window.from == window.to { return window.from == .zero ? "0 s" : "\(window.from.fixed(3)) s" }
        let decimals = window.to - window.from < .milliseconds(100) ? 2 : 1
        return "\(window.from.fixed(decimals))–\(window.to.fixed(decimals)) s"
    }

    /// `16 s`, `1.5 s`, `300 ms`.
    private static func length(_ time: Nanoseconds) -> String {
        if time < .seconds(1) { return "\(time.fixed(0, unit: 1_000_000)) ms" }
        let tenths = time.fixed(1)
        return "\(tenths.hasSuffix(".0") ? String(tenths.dropLast(2)) : tenths) s"
    }
}
