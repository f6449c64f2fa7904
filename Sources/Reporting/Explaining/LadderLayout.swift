import Oracle

/// Where the lines of a ladder's hosts stand, and what is drawn between them.
struct LadderLayout {
    let hosts: [String]
    /// Columns on the left that belong to the times.
    let gutter: Int
    let width: Int
    /// Of each host's line.
    let columns: [Int]

    init(hosts: [String], gutter: Int, width: Int) {
        self.hosts = hosts
        self.gutter = gutter
        self.width = width
        let first = gutter + 1
        let last = max(first + 1, width - 2)
        columns = hosts.indices.map { index in
            hosts.count < 2 ? first : first + (last - first) * index / (hosts.count - 1)
        }
    }

    /// An arrow shorter than this is not seen as one.
    private static let shaft = 6

    /// Characters that a label between two hosts may have.
    func room(_ from: Int, _ to: Int) -> Int { abs(columns[to] - columns[from]) - 1 - Self.shaft }

    /// The hosts' names above their lines.
    var heading: Canvas {
        var row = Canvas(columns: width, rows: 1)
        for (column, host) in zip(columns, hosts) {
            let start = min(max(gutter, column - host.count / 2), width - host.count)
            row.write(host, .plain, column: start)
        }
        return row
    }

    func lifelines(_ line: Character = "│") -> Canvas {
        var row = Canvas(columns: width, rows: 1)
        for column in columns { row.draw(line, .faint, column: column) }
        return row
    }

    /// What no host does.
    func note(_ words: String) -> Canvas {
        var row = lifelines()
        row.write("┄ \(words) ┄".cut(to: width - columns[0] - 3), .faint, column: columns[0] + 2)
        return row
    }

    /// Words beside a host's line, towards the other hosts; as many rows as they need.
    func event(_ words: String, at host: Int, tone: Canvas.Tone) -> [Canvas] {
        let isLast = host == hosts.count - 1 && hosts.count > 1
        let edge = isLast ? columns[host - 1] : host + 1 < hosts.count ? columns[host + 1] : width
        let room = max(8, abs(edge - columns[host]) - 3)
        return Wrapping.lines(words, first: "", width: room).enumerated().map { number, words in
            var row = lifelines()
            if number == 0 { row.draw(isLast ? "┤" : "├", .plain, column: columns[host]) }
            let words = words.cut(to: room)
            row.write(words, tone, column: isLast ? columns[host] - 1 - words.count : columns[host] + 2)
            return row
        }
    }

    /// `├──SYN──────▶│`, and of a lost packet `├──SYN────✗  │`; dashed where it may not happen, double for a flood.
    func arrow(_ label: String, _ from: Int, _ to: Int, _ rung: Rung) -> Canvas {
        var row = lifelines()
        let isLost = rung.fate == .lost
        let tone: Canvas.Tone = isLost ? .lost : rung.isFlood ? .flood : .plain
        let shaft: Character = !rung.certain ? "╌" : rung.isFlood ? "═" : "─"
        let right = columns[to] > columns[from]
        let (low, high) = right ? (columns[from] + 1, columns[to] - 1) : (columns[to] + 1, columns[from] - 1)
        for column in low...high { row.draw(shaft, tone, column: column) }
        let label = label.cut(to: room(from, to))
        row.write(label, tone, column: right ? low + 2 : high - 1 - label.count)
        // Where a packet is lost it has nearly arrived: at the receiver's ingress.
        let tip = right ? high - (isLost ? 2 : 0) : low + (isLost ? 2 : 0)
        row.draw(isLost ? "✗" : right ? "▶" : "◀", tone, column: tip)
        if isLost { for column in right ? tip + 1...high : low...tip - 1 { row.draw(" ", .plain, column: column) } }
        return row
    }
}

extension String {
    /// With a mark where something is missing.
    fileprivate func cut(to most: Int) -> String { count <= most ? self : prefix(max(0, most - 1)) + "…" }
}
