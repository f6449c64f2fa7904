package import Model

/// A value that was read from a file and fits its shape, with its place.
package struct Parsed: Sendable, Hashable {
    package indirect enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case duration(Nanoseconds)
        case bytes(Int)
        case toggle(Bool)
        case nth([NthRange])
        case count(CountRange)
        case interval(Interval)
        case percent(Double)
        case list([Parsed])
        case record(Arguments)
        case phrase(Phrase)
    }

    package var value: Value
    package var at: SourceLocation

    package init(_ value: Value, at: SourceLocation) {
        self.value = value
        self.at = at
    }
}

/// What a mapping said: the language's keys by name, the author's in their order.
package struct Arguments: Sendable, Hashable {
    package struct Pair: Sendable, Hashable {
        package var key: String
        package var at: SourceLocation
        package var value: Parsed
    }

    package var fields: [String: Parsed] = [:]
    package var pairs: [Pair] = []
    package var at: SourceLocation

    package func text(_ key: String) -> String? {
        if case .text(let text) = fields[key]?.value { text } else { nil }
    }

    package func integer(_ key: String) -> Int? {
        if case .integer(let number) = fields[key]?.value { number } else { nil }
    }

    package func bytes(_ key: String) -> Int? {
        if case .bytes(let amount) = fields[key]?.value { amount } else { nil }
    }

    package func duration(_ key: String) -> Nanoseconds? {
        if case .duration(let time) = fields[key]?.value { time } else { nil }
    }

    package func toggle(_ key: String) -> Bool? {
        if case .toggle(let isOn) = fields[key]?.value { isOn } else { nil }
    }

    package func nth(_ key: String) -> [NthRange]? {
        if case .nth(let ranges) = fields[key]?.value { ranges } else { nil }
    }

    package func count(_ key: String) -> CountRange? {
        if case .count(let range) = fields[key]?.value { range } else { nil }
    }

    package func interval(_ key: String) -> Interval? {
        if case .interval(let interval) = fields[key]?.value { interval } else { nil }
    }

    package func percent(_ key: String) -> Double? {
        if case .percent(let share) = fields[key]?.value { share } else { nil }
    }

    package func record(_ key: String) -> Arguments? {
        if case .record(let record) = fields[key]?.value { record } else { nil }
    }

    /// The elements of a list; one value alone is a list of one.
    package func list(_ key: String) -> [Parsed] {
        switch fields[key]?.value {
        case .list(let items)?: items
        case nil: []
        case .some: fields[key].map { [$0] } ?? []
        }
    }

    package func texts(_ key: String) -> [String] {
        list(key).compactMap { if case .text(let text) = $0.value { text } else { nil } }
    }

    package func phrases(_ key: String) -> [Phrase] {
        list(key).compactMap { if case .phrase(let phrase) = $0.value { phrase } else { nil } }
    }
}

/// A verb with its parameters: one line below `faults:`, `actions:` or `expect:`.
package struct Phrase: Sendable, Hashable {
    package var verb: String
    package var at: SourceLocation
    package var arguments: Arguments
}
