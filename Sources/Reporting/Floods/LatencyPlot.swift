import Model
import Oracle

/// A client's calls where they began: in each column a bar as high as the longest call was long, one row a decade, with
/// the time that a row is called after in its middle. Where one never connected, a cross on a shaded bar.
struct LatencyPlot {
    let canvas: Canvas
    /// What the rows of the axis are called, from the top.
    let labels: [String]

    init(_ digest: FloodDigest, _ axis: TimeAxis) {
        let latencies = digest.calls.compactMap { $0.latency?.eighthDecades }
        // From 100 µs to 10 s at least, so that plots can be compared.
        let top = max(10, ((latencies.max() ?? 0) + 3) / 8)
        let bottom = (((latencies.min() ?? 100) + 4) / 8).clamped(to: 4...5)
        let rows = 1 + top - bottom + 1
        var canvas = Canvas(columns: axis.columns, rows: rows)
        for (column, call) in digest.worstCalls(on: axis).enumerated() {
            guard let call else { continue }
            guard let latency = call.latency else {
                canvas.draw("×", .lost, row: 0, column: column)
                for row in 1..<rows { canvas.draw("░", .lost, row: row, column: column) }
                continue
            }
            canvas.fill(max(1, latency.eighthDecades - 8 * bottom + 4), call.tone, column: column)
        }
        self.canvas = canvas
        labels = ["× never"] + (bottom...top).reversed().map(Self.name)
    }

    /// `10 s`, `100 ms`, of a power of ten of nanoseconds.
    static func name(_ decade: Int) -> String {
        let unit = ["ns", "µs", "ms", "s"][min(3, decade / 3)]
        return "1" + String(repeating: "0", count: decade - 3 * min(3, decade / 3)) + " \(unit)"
    }
}
