/// A length of time, or an instant counted from a run's origin, in whole nanoseconds.
///
/// Encodes as one integer, so that a record reads the same in every language.
package struct Nanoseconds: Sendable, Hashable, Comparable, Codable, AdditiveArithmetic {
    package var value: Int64

    package init(_ value: Int64) { self.value = value }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = try container.decode(Int64.self)
        guard value.magnitude < Self.limit else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(value) ns is no time of a run")
        }
    }

    /// Read from documents: 73 years, so that CLOCK_REALTIME fits and sums of a few do not overflow.
    private static let limit: UInt64 = 1 << 61

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    package static let zero = Nanoseconds(0)
    package static func microseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000) }
    package static func milliseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000) }
    package static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000_000) }

    /// Rounded towards zero.
    package var milliseconds: Int64 { value / 1_000_000 }
    package var inSeconds: Double { Double(value) / 1e9 }

    /// `msecs_to_jiffies()` and its like: rounded up. The kernel says the length of a jiffy in whole nanoseconds
    /// (TICK_NSEC), so with an HZ such as 300 a second is not a multiple of it.
    package func jiffies(tick: Nanoseconds) -> Int64 {
        let (second, hz) = (Int64(1_000_000_000), (1_000_000_000 + tick.value / 2) / tick.value)
        return max(0, value / second * hz + (value % second * hz + second - 1) / second)
    }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    package static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
    package static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
    package static func * (left: Self, right: Int64) -> Self { Self(left.value * right) }
}

extension Nanoseconds: CustomStringConvertible {
    /// Seconds with as many decimals as the size deserves: `131.02 s`, `7.140 s`, `204.0 ms`, `12 µs`.
    package var description: String {
        switch abs(value) {
        case 100_000_000_000...: "\(fixed(2, unit: 1_000_000_000)) s"
        case 1_000_000_000...: "\(fixed(3, unit: 1_000_000_000)) s"
        case 1_000_000...: "\(fixed(1, unit: 1_000_000)) ms"
        case 0: "0 s"
        default: "\(fixed(0, unit: 1_000)) µs"
        }
    }

    /// As people write it, if it can be: `1 s`, `100 ms`.
    package var short: String {
        if value % 1_000_000_000 == 0 { return "\(value / 1_000_000_000) s" }
        return value % 1_000_000 == 0 ? "\(milliseconds) ms" : description
    }

    /// The length in `unit`s with exactly `decimals` decimals, rounded to nearest; needs no locale and no Foundation.
    package func fixed(_ decimals: Int, unit: Int64 = 1_000_000_000) -> String {
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let step = max(1, unit / scale)
        let rounded = (abs(value) + step / 2) / step
        let whole = rounded / scale
        let sign = value < 0 && rounded > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(whole)" }
        let fraction = String(rounded % scale)
        return "\(sign)\(whole).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }
}
