/// Columns of text under a heading, as wide as their widest cell.
package struct TextTable {
    package var heading: [String]
    package var rows: [[String]] = []
    /// Columns that end below each other, as numbers do.
    package var rightAligned: Set<Int> = []

    package init(_ heading: [String]) { self.heading = heading }

    private static let gap = 2
    /// No column is made narrower than this.
    private static let narrowest = 12

    /// Without trailing spaces. What is wider than `width` is broken at spaces, the widest column first. `paint` colours a
    /// cell (row, column, text), line by line, after its width has been measured; the heading's row is −1.
    package func lines(
        indent: Int = 0, width: Int = .max, paint: (Int, Int, String) -> String = { _, _, text in text }
    ) -> [String] {
        let room = rooms(indent, width)
        let cells = ([heading] + rows).map { row in
            row.enumerated().map { Wrapping.lines($0.element, first: "", width: room[$0.offset]) }
        }
        let widths = heading.indices.map { column in
            cells.flatMap { column < $0.count ? $0[column].map(\.count) : [] }.max() ?? 0
        }
        return cells.enumerated().flatMap { number, row in
            (0..<(row.map(\.count).max() ?? 1)).map { part in
                line(row.map { part < $0.count ? $0[part] : "" }, indent, widths) { paint(number - 1, $0, $1) }
            }
        }
    }

    private func line(
        _ row: [String], _ indent: Int, _ widths: [Int], _ paint: (Int, String) -> String
    ) -> String {
        var line = ""
        var pending = indent
        for (column, cell) in row.enumerated() {
            if rightAligned.contains(column) { pending += widths[column] - cell.count }
            if !cell.isEmpty {
                line += String(repeating: " ", count: pending) + paint(column, cell)
                pending = 0
            }
            pending += (rightAligned.contains(column) ? 0 : widths[column] - cell.count) + Self.gap
        }
        return line
    }

    /// How wide each column may be.
    private func rooms(_ indent: Int, _ width: Int) -> [Int] {
        var rooms = heading.indices.map { column in
            ([heading] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var excess = rooms.reduce(indent + Self.gap * (rooms.count - 1), +) - min(width, .max / 2)
        while excess > 0, let widest = rooms.indices.max(by: { rooms[$0] < rooms[$1] }),
            rooms[widest] > Self.narrowest
        {
            rooms[widest] -= 1
            excess -= 1
        }
        return rooms
    }
}
