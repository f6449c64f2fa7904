package import Model

/// What a law says of a service, as one figure.
package enum ServiceFigure: Sendable, Hashable {
    case lasts(Interval)
    case packets(ClosedRange<Int>)
    /// As many at the most, and the bytes of their kernel objects, where those are known.
    case connections(Int, bytes: Int?)
    /// What happens, in a few words.
    case outcome(String)
}

extension ServiceFigure: CustomStringConvertible {
    /// `131.0–136.1 s`, `11`, `4,097, 1.3 MB`, `gets RST`.
    package var description: String {
        switch self {
        case .lasts(let interval): Words.seconds(interval)
        case .packets(let range):
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
        case .connections(let count, let bytes): Count.text(count) + (bytes.map { ", \(Words.size($0))" } ?? "")
        case .outcome(let words): words
        }
    }
}

extension ServiceFigure: Encodable {
    private enum Key: String, CodingKey { case bytes, connections, from, least, most, outcome, to }

    /// One flat object; times in nanoseconds.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .lasts(let interval):
            try container.encode(interval.from, forKey: .from)
            try container.encode(interval.to, forKey: .to)
        case .packets(let range):
            try container.encode(range.lowerBound, forKey: .least)
            try container.encode(range.upperBound, forKey: .most)
        case .connections(let count, let bytes):
            try container.encode(count, forKey: .connections)
            try container.encodeIfPresent(bytes, forKey: .bytes)
        case .outcome(let words): try container.encode(words, forKey: .outcome)
        }
    }
}
