import Model

/// The columns of a plot as spans of a run's time, from its origin on.
struct TimeAxis {
    let columns: Int
    /// The end of the last column; more than none.
    let end: Nanoseconds

    init(to end: Nanoseconds, columns: Int) {
        self.columns = columns
        self.end = max(end, .milliseconds(1))
    }

    /// What lies beside the axis counts to its first or last column.
    func column(_ time: Nanoseconds) -> Int {
        let fraction = min(1, max(0, Double(time.value) / Double(end.value)))
        return min(columns - 1, Int(fraction * Double(columns)))
    }

    /// The columns of a flood, one at least.
    func span(_ flood: Interval) -> ClosedRange<Int> {
        let first = column(flood.from)
        return first...max(first, column(flood.to))
    }

    /// `┬───╼━━ flood ━━╾──┬──`.
    func line(_ flood: Interval) -> Canvas {
        var canvas = Canvas(columns: columns, rows: 1)
        for column in 0..<columns { canvas.draw("─", .faint, column: column) }
        for tick in ticks { canvas.draw("┬", .faint, column: tick.column) }
        draw(flood, named: true, on: &canvas)
        return canvas
    }

    /// The span of a flood alone: `━━ flood ━━`.
    func mark(_ flood: Interval, named: Bool) -> Canvas {
        var canvas = Canvas(columns: columns, rows: 1)
        draw(flood, named: named, on: &canvas)
        return canvas
    }

    /// The name stands in the middle of the span, else behind it, else before it.
    private func draw(_ flood: Interval, named: Bool, on canvas: inout Canvas) {
        let span = span(flood)
        let isTick = Set(ticks.map(\.column))
        for column in span {
            let tick = isTick.contains(column) && !canvas.isEmpty(0, column)
            canvas.draw(tick ? "┯" : "━", .flood, column: column)
        }
        guard named else { return }
        let word = " flood "
        let column =
            if span.count >= word.count + 2 {
                span.lowerBound + (span.count - word.count) / 2
            } else if span.upperBound + word.count < columns {
                span.upperBound + 1
            } else {
                span.lowerBound - word.count
            }
        canvas.write(word, .flood, column: column)
    }

    /// `0 s       2 s       4 s`, each below its tick.
    var labels: Canvas {
        var canvas = Canvas(columns: columns, rows: 1)
        for (column, label) in ticks {
            let begin = max(0, column - label.count / 2)
            if begin + label.count <= columns { canvas.write(label, .faint, column: begin) }
        }
        return canvas
    }

    /// Every 1, 2 or 5 times a power of ten, so that their labels have room.
    private var ticks: [(column: Int, label: String)] {
        var decade = Nanoseconds.microseconds(100)
        var step = decade
        while end.value / step.value > Int64(max(1, columns / 10)) {
            switch step.value / decade.value {
            case 1: step = decade * 2
            case 2: step = decade * 5
            default:
                decade = decade * 10
                step = decade
            }
        }
        return (0...end.value / step.value).map { number in
            let time = step * number
            return (column(time), Self.label(time, step))
        }
    }

    private static func label(_ time: Nanoseconds, _ step: Nanoseconds) -> String {
        if time == .zero { return "0 s" }
        if step >= .milliseconds(100) { return "\(time.fixed(step < .seconds(1) ? 1 : 0)) s" }
        return "\(time.fixed(step < .milliseconds(1) ? 1 : 0, unit: 1_000_000)) ms"
    }
}

extension Comparable {
    func clamped(to limits: ClosedRange<Self>) -> Self { min(max(self, limits.lowerBound), limits.upperBound) }
}
