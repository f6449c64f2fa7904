/// JSON whose members stay in the order written, so that a generated file reads like a written one.
indirect enum JSONText: CustomStringConvertible {
    case string(String)
    case integer(Int)
    case bool(Bool)
    case array([JSONText])
    case object([(String, JSONText)])

    static func strings(_ texts: [String]) -> JSONText { .array(texts.map(JSONText.string)) }

    var description: String { lines(indent: 0) }

    /// On one line where that fits, else one member a line.
    private func lines(indent: Int) -> String {
        let flat = oneLine
        if flat.count + indent <= 110 { return flat }
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .array(let items):
            let parts = items.map { inner + $0.lines(indent: indent + 2) }
            return "[\n\(parts.joined(separator: ",\n"))\n\(outer)]"
        case .object(let members):
            let parts = members.map { "\(inner)\(Self.quote($0.0)): \($0.1.lines(indent: indent + 2))" }
            return "{\n\(parts.joined(separator: ",\n"))\n\(outer)}"
        default: return flat
        }
    }

    private var oneLine: String {
        switch self {
        case .string(let text): Self.quote(text)
        case .integer(let number): String(number)
        case .bool(let value): String(value)
        case .array(let items): "[\(items.map(\.oneLine).joined(separator: ", "))]"
        case .object(let members):
            members.isEmpty
                ? "{}" : "{ \(members.map { "\(Self.quote($0.0)): \($0.1.oneLine)" }.joined(separator: ", ")) }"
        }
    }

    private static func quote(_ text: String) -> String {
        let escaped = text.map { character -> String in
            switch character {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            default: String(character)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
