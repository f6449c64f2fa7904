package import Model

/// Figures as sentences have them.
package enum Words {
    /// `131.0–136.1 s`; from ten minutes on `928–949 s`.
    package static func seconds(_ interval: Interval) -> String {
        if isLong(interval) { return whole(interval, 1_000_000_000) + " s" }
        return range(interval.from.fixed(1), interval.to.fixed(1)) + " s"
    }

    /// The same, from ten minutes on `928–949 s (15–16 min)`.
    package static func minutes(_ interval: Interval) -> String {
        seconds(interval) + (isLong(interval) ? " (\(whole(interval, 60_000_000_000)) min)" : "")
    }

    private static func isLong(_ interval: Interval) -> Bool { interval.from >= .seconds(600) }

    private static func range(_ from: String, _ to: String) -> String { from == to ? from : "\(from)–\(to)" }

    /// Outwards, so that the whole of it is in.
    private static func whole(_ interval: Interval, _ unit: Int64) -> String {
        range(Count.text(Int(interval.from.value / unit)), Count.text(Int((interval.to.value + unit - 1) / unit)))
    }

    /// `470`; below ten with a decimal: `2.5`.
    package static func rate(_ rate: Double) -> String {
        let tenths = Int(rate * 10)
        return tenths < 100 && !tenths.isMultiple(of: 10) ? "\(tenths / 10).\(tenths % 10)" : Count.text(tenths / 10)
    }

    /// With a decimal where that says more: `1.3 MB`, `44 MB`, `320 B`.
    package static func size(_ bytes: Int) -> String {
        let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")]
        guard let (unit, name) = units.first(where: { bytes >= $0.0 }) else { return "\(bytes) B" }
        let tenths = bytes / (unit / 10)
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(name)" : "\(Count.text(tenths / 10)) \(name)"
    }
}
