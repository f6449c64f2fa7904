import Model

/// The first step of reading any file: text to items to the values of a record.
enum FileReader {
    /// Throws what is not YAML or not a mapping; tells the rest to `log`. `nil` when something does not fit.
    static func arguments(
        _ source: SourceText, _ record: Record, _ log: Diagnostics
    ) throws(InputErrors) -> Arguments? {
        let item = try ItemReader.read(source)
        guard case .map(let entries) = item.content else {
            throw InputErrors(
                source.error(
                    at: item.at.line, item.at.column, "the file must be a mapping of keys, not \(item.kind)",
                    advice: "begin with: \(record.example)"))
        }
        return ShapeReader(log: log).readRecord(entries, at: item.at, record, what: "the file")
    }
}
