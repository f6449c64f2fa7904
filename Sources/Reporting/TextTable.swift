/// Columns of text under a heading, as wide as their widest cell.
package struct TextTable {
    package var heading: [String]
    package var rows: [[String]] = []
    /// Columns that end below each other, as numbers do.
    package var rightAligned: Set<Int> = []

    package init(_ heading: [String]) { self.heading = heading }

    /// Without trailing spaces. `paint` colours a cell (row, column, text) after its width has been measured; the
    /// heading's row is −1.
    package func lines(indent: Int = 0, paint: (Int, Int, String) -> String = { _, _, text in text }) -> [String] {
        let all = [heading] + rows
        let widths = heading.indices.map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return all.enumerated().map { number, row in
            var line = ""
            var pending = indent
            for (column, cell) in row.enumerated() {
                if rightAligned.contains(column) { pending += widths[column] - cell.count }
                if !cell.isEmpty {
                    line += String(repeating: " ", count: pending) + paint(number - 1, column, cell)
                    pending = 0
                }
                pending += (rightAligned.contains(column) ? 0 : widths[column] - cell.count) + 2
            }
            return line
        }
    }
}
