import Model
import Oracle

/// A curve of one line: eight heights.
enum Sparkline {
    private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// A queue's length; only none at all is lowest.
    static func height(of length: Int, top: Int) -> Character {
        guard length > 0, top > 0 else { return heights[0] }
        return heights[Int((7 * Double(length) / Double(top)).rounded()).clamped(to: 1...7)]
    }

    /// From 100 µs to 10 s in equal factors.
    static func height(of latency: Nanoseconds) -> Character {
        heights[((latency.eighthDecades - 37) / 6).clamped(to: 0...7)]
    }

    static func halfOpen(_ digest: FloodDigest, _ axis: TimeAxis, top: Int) -> Canvas {
        var canvas = Canvas(columns: axis.columns, rows: 1)
        for (column, length) in digest.halfOpen(on: axis).enumerated() {
            if let length { canvas.draw(height(of: length, top: top), .queue, column: column) }
        }
        return canvas
    }

    /// The longest of the calls that began there; a cross where one never connected.
    static func latency(_ digest: FloodDigest, _ axis: TimeAxis) -> Canvas {
        var canvas = Canvas(columns: axis.columns, rows: 1)
        for (column, call) in digest.worstCalls(on: axis).enumerated() {
            if let call { canvas.draw(call.latency.map(height) ?? "×", call.tone, column: column) }
        }
        return canvas
    }
}
