/// Reads what one file of counters says, again and again. The names hardly ever change; so the keys that were made of
/// them serve again for as long as the same bytes are in their place.
package struct CounterText {
    /// The two forms in which the kernel writes counters.
    package enum Form {
        /// netstat and snmp: a line of names and a line of values, both after the same `Group:`.
        case paired
        /// snmp6: `Ip6InReceives   12`, told as `Ip6.InReceives`.
        case plain
    }

    /// Names that stand together, as they were when last read.
    private struct Names {
        let bytes: [UInt8]
        /// In the order of the values; `nil` for what nobody wants. There are none after the last that is wanted.
        let keys: [String?]
    }

    private typealias Bytes = ArraySlice<UInt8>

    private let form: Form
    private let wanted: Set<String>?
    private var known: [Names] = []

    /// - Parameter wanted: no others are told; `nil`: all.
    package init(_ form: Form, wanted: Set<String>? = nil) {
        self.form = form
        self.wanted = wanted
    }

    /// Adds `Tcp.InSegs` → what it stands at, and all its like. Whatever has no number is left out.
    package mutating func read(_ text: [UInt8], into counters: inout [String: Int64]) {
        let lines = text.split(separator: UInt8(ascii: "\n"))
        switch form {
        case .paired: readPairs(lines, into: &counters)
        case .plain: readPlain(lines, into: &counters)
        }
    }

    private mutating func readPairs(_ lines: [Bytes], into counters: inout [String: Int64]) {
        var place = 0
        var next = 0
        while next + 1 < lines.count {
            let names = lines[next]
            var (first, values) = (Words(names), Words(lines[next + 1]))
            next += 1
            guard let group = first.next(), group.last == UInt8(ascii: ":"), values.next() == group else { continue }
            next += 1
            tell(keys(of: names, at: place), values, into: &counters)
            place += 1
        }
    }

    private mutating func readPlain(_ lines: [Bytes], into counters: inout [String: Int64]) {
        var place = 0
        for line in lines {
            var values = Words(line)
            guard let name = values.next() else { continue }
            tell(keys(of: name, at: place), values, into: &counters)
            place += 1
        }
    }

    private func tell(_ keys: [String?], _ values: Words, into counters: inout [String: Int64]) {
        for (key, word) in zip(keys, values) {
            if let key, let number = Int64(decimal: word) { counters[key] = number }
        }
    }

    /// Places are counted from 0, in the order of the file.
    private mutating func keys(of names: Bytes, at place: Int) -> [String?] {
        if place < known.count, known[place].bytes.elementsEqual(names) { return known[place].keys }
        var keys = form.keys(names).map { key in wanted?.contains(key) ?? true ? key : nil }
        while let last = keys.last, last == nil { keys.removeLast() }
        let learnt = Names(bytes: Array(names), keys: keys)
        // Names that are new move all those behind them on, and these are learnt anew as they come.
        if place < known.count { known[place] = learnt } else { known.append(learnt) }
        return keys
    }
}

extension CounterText.Form {
    private static let plainGroups = ["UdpLite6", "Icmp6", "Udp6", "Ip6"]

    fileprivate func keys(_ names: ArraySlice<UInt8>) -> [String] {
        let words = Words(names).map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first else { return [] }
        switch self {
        case .paired: return words.dropFirst().map { "\(first.dropLast()).\($0)" }
        case .plain:
            let group = Self.plainGroups.first { first.hasPrefix($0) }
            return group.map { ["\($0).\(first.dropFirst($0.count))"] } ?? []
        }
    }
}

/// What stands between blanks, cut out one by one without a copy.
private struct Words: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { rest = line }

    mutating func next() -> ArraySlice<UInt8>? {
        rest = rest.drop(while: Self.isBlank)
        guard !rest.isEmpty else { return nil }
        let word = rest.prefix { !Self.isBlank($0) }
        rest = rest[word.endIndex...]
        return word
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

extension Int64 {
    /// `nil` where that is no number, or too large a one.
    fileprivate init?(decimal word: ArraySlice<UInt8>) {
        let isNegative = word.first == UInt8(ascii: "-")
        let digits = isNegative ? word.dropFirst() : word
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (tenfold, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) =
                isNegative
                ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
            guard !isTooLarge, !overflows else { return nil }
            number = sum
        }
        self = number
    }
}
