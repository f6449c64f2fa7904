package import Model

/// What `list` shows of each scenario.
package struct ScenarioList {
    package struct Entry: Sendable, Hashable, Codable {
        package var name: String
        package var summary: String
        package var laws: [String]
        package var instances: Int
        /// The longest instance on this kernel; `nil` when every instance is skipped here.
        package var lasts: Nanoseconds?
        /// Why nothing of it runs here.
        package var skipped: String?

        package init(
            name: String, summary: String, laws: [String], instances: Int, lasts: Nanoseconds?, skipped: String?
        ) {
            self.name = name
            self.summary = summary
            self.laws = laws
            self.instances = instances
            self.lasts = lasts
            self.skipped = skipped
        }
    }

    package static func lines(_ entries: [Entry], paint: Paint = .none) -> [String] {
        var table = TextTable(["scenario", "instances", "lasts up to", "summary [laws]"])
        table.rightAligned = [1, 2]
        table.rows = entries.map { entry in
            let laws = entry.laws.isEmpty ? "" : " [\(entry.laws.joined(separator: ", "))]"
            return [
                entry.name, "\(entry.instances)",
                entry.lasts.map { "\(max($0, .milliseconds(100)).fixed(1)) s" } ?? "–",
                (entry.skipped.map { "skipped here: \($0)" } ?? entry.summary) + laws,
            ]
        }
        return table.lines(width: paint.width) { row, column, text in
            row < 0 ? paint.dim(text) : column == 0 ? paint.bold(text) : text
        }
    }
}
