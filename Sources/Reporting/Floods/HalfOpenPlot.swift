import Model
import Oracle

/// Half-open connections over time, as an area whose top is the greatest number that was seen.
struct HalfOpenPlot {
    private static let rows = 6

    let canvas: Canvas
    /// What the rows of the axis are called, from the top: the first and the last.
    let labels: [String]
    /// What is written beside the rows: the length that was seen last, where the axis does not name it.
    let remarks: [String]

    init(_ digest: FloodDigest, _ axis: TimeAxis) {
        let lengths = digest.halfOpen(on: axis)
        let top = max(digest.peak, lengths.compactMap(\.self).max() ?? 0)
        let rows = top > 0 && !digest.halfOpen.isEmpty ? Self.rows : 0
        var canvas = Canvas(columns: axis.columns, rows: rows)
        func height(_ length: Int) -> Int { Canvas.height(Double(length) / Double(max(1, top)), rows: rows) }
        for (column, length) in lengths.enumerated() {
            if let length, length > 0 { canvas.fill(height(length), .queue, column: column) }
        }
        var remarks = Array(repeating: "", count: rows)
        if let last = digest.halfOpen.last?.value, last > 0, last < top {
            remarks[rows - 1 - (height(last) - 1) / 8] = Count.text(last)
        }
        self.canvas = canvas
        labels = rows == 0 ? [] : [Count.text(top)] + Array(repeating: "", count: rows - 1)
        self.remarks = remarks
    }
}
