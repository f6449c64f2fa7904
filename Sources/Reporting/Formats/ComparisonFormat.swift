package import Oracle

/// The forms of a comparison.
package enum ComparisonFormat: String, Sendable, CaseIterable {
    case console, json, html

    /// `sides` is what a page shows of an instance in the two runs.
    package func lines(
        _ comparison: Comparison, paint: Paint = .none,
        sides: @escaping (String) throws -> ComparisonPage.Pair? = { _ in nil }
    ) throws -> [String] {
        switch self {
        case .console: ComparisonText(comparison, paint: paint).lines
        case .json: [try JSON.text(comparison)]
        case .html: try ComparisonPage(comparison, sides: sides).lines()
        }
    }
}
