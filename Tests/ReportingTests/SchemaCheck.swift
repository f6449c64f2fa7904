import FoundationEssentials

/// Holds a document against a schema of this project, as far as those go: types, properties, items, enums, patterns, least values,
/// and references to `$defs`.
struct SchemaCheck {
    indirect enum Value: Decodable, Equatable {
        case null
        case truth(Bool)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let truth = try? container.decode(Bool.self) {
                self = .truth(truth)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }

        var members: [String: Value] { if case .object(let members) = self { members } else { [:] } }
        var items: [Value] { if case .list(let items) = self { items } else { [] } }
        var text: String? { if case .text(let text) = self { text } else { nil } }

        var type: String {
            switch self {
            case .null: "null"
            case .truth: "boolean"
            case .number(let number): number == number.rounded() ? "integer" : "number"
            case .text: "string"
            case .list: "array"
            case .object: "object"
            }
        }
    }

    private let root: Value

    init(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        root = try JSONDecoder().decode(
            Value.self, from: try Data(contentsOf: folder.appending(path: "Documentation/schemas/\(name)")))
    }

    func complaints(of document: String) throws -> [String] {
        complaints(try JSONDecoder().decode(Value.self, from: Data(document.utf8)), root, "")
    }

    /// The properties of a property of a definition.
    func names(below definition: String, _ property: String) -> Set<String> {
        let found = root.members["$defs"]?.members[definition]?.members["properties"]?.members[property]
        return Set(found?.members["properties"]?.members.keys.map { $0 } ?? [])
    }

    private func complaints(_ value: Value, _ schema: Value, _ place: String) -> [String] {
        let rules = schema.members
        if let reference = rules["$ref"]?.text {
            guard let target = root.members["$defs"]?.members[String(reference.dropFirst("#/$defs/".count))] else {
                return ["\(place): there is no \(reference)"]
            }
            return complaints(value, target, place)
        }
        if let wanted = rules["type"]?.text, wanted != value.type { return ["\(place): \(value.type), not \(wanted)"] }
        var found: [String] = []
        if let allowed = rules["enum"]?.items, !allowed.contains(value) {
            found.append("\(place): not one of the words")
        }
        if let pattern = rules["pattern"]?.text, let text = value.text,
            (try? Regex(pattern).firstMatch(in: text)) == nil
        {
            found.append("\(place): '\(text)' is not \(pattern)")
        }
        if case .number(let least)? = rules["minimum"], case .number(let number) = value, number < least {
            found.append("\(place): less than \(least)")
        }
        for (index, item) in value.items.enumerated() where rules["items"] != nil {
            found += complaints(item, rules["items"] ?? .null, "\(place)[\(index)]")
        }
        return value.type == "object" ? found + members(value.members, rules, place) : found
    }

    private func members(_ members: [String: Value], _ rules: [String: Value], _ place: String) -> [String] {
        let known = rules["properties"]?.members ?? [:]
        var found = (rules["required"]?.items ?? []).compactMap(\.text).filter { members[$0] == nil }.map {
            "\(place): no \($0)"
        }
        for (name, member) in members {
            if let schema = known[name] ?? rules["additionalProperties"] {
                found +=
                    schema == .truth(false) ? ["\(place): \(name)"] : complaints(member, schema, "\(place).\(name)")
            }
        }
        return found
    }
}
