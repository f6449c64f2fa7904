/// A grid of characters, each with a tone, for plots.
struct Canvas {
    /// What a character stands for; its colour, where there are colours.
    enum Tone {
        case plain, faint
        /// A queue's length.
        case queue
        /// The span of a flood.
        case flood
        /// A call that was answered at once, one that was not, one that never was.
        case prompt, late, lost
    }

    private struct Cell {
        var character: Character = " "
        var tone = Tone.plain
    }

    let columns: Int
    private var rows: [[Cell]]

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
    }

    func isEmpty(_ row: Int, _ column: Int) -> Bool { rows[row][column].character == " " }

    mutating func draw(_ character: Character, _ tone: Tone, row: Int = 0, column: Int) {
        rows[row][column] = Cell(character: character, tone: tone)
    }

    /// What does not fit is left out.
    mutating func write(_ text: String, _ tone: Tone, row: Int = 0, column: Int) {
        for (offset, character) in text.enumerated() where (0..<columns).contains(column + offset) {
            draw(character, tone, row: row, column: column + offset)
        }
    }

    private static let eighths: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// A bar from the lowest row up, so many eighths of a row high.
    mutating func fill(_ height: Int, _ tone: Tone, column: Int) {
        var left = height
        for row in rows.indices.reversed() where left > 0 {
            draw(Self.eighths[min(left, 8) - 1], tone, row: row, column: column)
            left -= 8
        }
    }

    /// A share of so many rows in eighths of a row; what is not nothing can be seen.
    static func height(_ share: Double, rows: Int) -> Int { max(1, Int((share * Double(rows * 8)).rounded())) }

    /// One row, with spaces up to the last column.
    func line(_ row: Int = 0, _ paint: Paint) -> String {
        var line = ""
        var run = ""
        var tone = Tone.plain
        for cell in rows[row] {
            if cell.tone != tone {
                line += paint.tone(tone, run)
                (run, tone) = ("", cell.tone)
            }
            run.append(cell.character)
        }
        return line + paint.tone(tone, run)
    }

    /// One row without spaces at its end.
    func trimmed(_ row: Int = 0, _ paint: Paint) -> String {
        var copy = self
        while copy.rows[row].last?.character == " " { copy.rows[row].removeLast() }
        return copy.line(row, paint)
    }
}
