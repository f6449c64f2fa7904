import Model

/// Numbers with their units, as people write them: `200ms`, `1.5s`, `24B`, `2..4`, `+1`, `1000/s`.
package enum Quantity {
    /// Why a text is not the quantity that was asked for.
    struct Refusal: Error, Equatable {
        var message: String
        var advice: String
    }

    static let timeUnits: [(unit: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("min", 60_000_000_000),
    ]
    static let byteUnits: [(unit: String, bytes: Int64)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("kB", 1_000), ("MB", 1_000_000),
    ]

    /// At most a day.
    static func duration(_ text: String) throws(Refusal) -> Nanoseconds {
        let value = try scaled(text, timeUnits.map { ($0.unit, $0.nanoseconds) }, example: "ms", other: "s")
        guard value <= 86_400_000_000_000 else {
            throw Refusal(message: "\(quoted(text)) is longer than a day", advice: "no scenario waits that long")
        }
        return Nanoseconds(value)
    }

    /// At most 1 GiB.
    static func bytes(_ text: String) throws(Refusal) -> Int {
        let value = try scaled(text, byteUnits.map { ($0.unit, $0.bytes) }, example: "B", other: "KiB")
        guard value <= 1 << 30 else {
            throw Refusal(message: "\(quoted(text)) is more than 1 GiB", advice: "write a smaller amount")
        }
        return Int(value)
    }

    /// A number and one of the units, which may not be left out. Fractions must come out even.
    private static func scaled(
        _ text: String, _ units: [(String, Int64)], example: String, other: String
    ) throws(Refusal) -> Int64 {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop(while: \.isWhitespace)
        let known = units.map(\.0)
        guard !number.isEmpty, number.first != "." else {
            throw Refusal(
                message: "\(quoted(text)) is not a number with a unit", advice: "write for example 5\(example)")
        }
        guard !unit.isEmpty else {
            throw Refusal(
                message: "the number \(number) needs a unit", advice: "write \(number)\(example) or \(number)\(other)")
        }
        guard let scale = units.first(where: { $0.0 == unit })?.1 else {
            throw Refusal(
                message: "\(quoted(String(unit))) is not a unit here",
                advice: "units: \(known.joined(separator: ", "))")
        }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int64(parts[0]), parts.last?.isEmpty == false else {
            throw Refusal(message: "\(quoted(String(number))) is not a number", advice: "write for example 5\(example)")
        }
        var (value, overflow) = whole.multipliedReportingOverflow(by: scale)
        if parts.count == 2 {
            let denominator = parts[1].reduce(Int64(1)) { product, _ in product < 1_000_000_000 ? product * 10 : product
            }
            let (numerator, tooFine) = (Int64(parts[1]) ?? 0).multipliedReportingOverflow(by: scale)
            guard parts[1].count <= 9, !tooFine, numerator % denominator == 0 else {
                throw Refusal(
                    message: "\(quoted(text)) is finer than the smallest unit",
                    advice: "units: \(known.joined(separator: ", "))")
            }
            value += numerator / denominator
        }
        guard !overflow else {
            throw Refusal(message: "\(quoted(text)) is too large", advice: "write a smaller number")
        }
        return value
    }

    /// `7`, `+1`, `5..7`, `2..`.
    static func count(_ text: String) throws(Refusal) -> CountRange {
        let refusal = Refusal(
            message: "\(quoted(text)) is not a count", advice: "write 7, +1, 5..7 (from 5 to 7) or 2.. (2 or more)")
        func number(_ part: String) throws(Refusal) -> Int {
            let digits = part.hasPrefix("+") ? String(part.dropFirst()) : part
            guard let value = Int(digits), !digits.hasPrefix("+"), abs(value) <= 1 << 40 else { throw refusal }
            return value
        }
        guard let (first, last) = ends(text) else { return .exactly(try number(text)) }
        let least = try number(first)
        guard !last.isEmpty else { return CountRange(least, nil) }
        let most = try number(last)
        guard least <= most else { throw refusal }
        return CountRange(least, most)
    }

    /// `2`, `2..4`, `2..`, and several of them with commas between.
    static func nth(_ text: String) throws(Refusal) -> [NthRange] {
        let refusal = Refusal(
            message: "\(quoted(text)) does not say which packets",
            advice: "write 1 for the first, 2..4, 2.. (all from the second on), or several in rising order: 1, 3..4")
        var ranges: [NthRange] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = part.filter { !$0.isWhitespace }
            let (first, last) = ends(word) ?? (word, word)
            guard let from = Int(first), from >= 1, from <= 1 << 30 else { throw refusal }
            guard let to = last.isEmpty ? .some(nil) : Int(last).map(Optional.some) else { throw refusal }
            guard (to ?? from) >= from, (to ?? from) <= 1 << 30 else { throw refusal }
            if let previous = ranges.last {
                guard let end = previous.last, end < from else { throw refusal }
            }
            ranges.append(NthRange(first: from, last: to))
        }
        guard !ranges.isEmpty else { throw refusal }
        return ranges
    }

    /// `6s..8s`, or `8s` alone for 0s..8s.
    static func interval(_ text: String) throws(Refusal) -> Interval {
        guard let (first, last) = ends(text) else { return Interval(.zero, try duration(text)) }
        let (from, to) = (try duration(first), try duration(last))
        guard from <= to else {
            throw Refusal(message: "\(quoted(text)) ends before it begins", advice: "write the shorter time first")
        }
        return Interval(from, to)
    }

    /// `1000/s`: packets a second.
    static func rate(_ text: String) throws(Refusal) -> Int {
        guard text.hasSuffix("/s"), let value = Int(text.dropLast(2)), value >= 1, value <= 10_000_000 else {
            throw Refusal(
                message: "\(quoted(text)) is not a rate", advice: "write from 1/s to 10000000/s, for example 1000/s")
        }
        return value
    }

    private static func ends(_ text: String) -> (String, String)? {
        guard let dots = text.range(of: "..") else { return nil }
        func trimmed(_ part: Substring) -> String { String(part.filter { !$0.isWhitespace }) }
        return (trimmed(text[..<dots.lowerBound]), trimmed(text[dots.upperBound...]))
    }
}

extension String {
    /// The first place of a text inside this one.
    fileprivate func range(of other: String) -> Range<String.Index>? { ranges(of: other).first }
}
