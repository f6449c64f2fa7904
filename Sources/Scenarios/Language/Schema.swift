/// The JSON Schemas (draft 2020-12) of the files, written from the vocabulary: for editors, which complete and check
/// while one types. The files in Documentation/schemas are these texts; a test holds them to it.
package enum Schema {
    /// File name → text.
    package static let all: [String: String] = [
        "scenario.schema.json": file("A tcpfault scenario", Vocabulary.scenario),
        "topology.schema.json": file("A tcpfault topology: hosts and links", Vocabulary.topology),
        "baseline.schema.json": file("The sysctls that tcpfault pins on every host", Vocabulary.baseline),
        "profile.schema.json": file("A tcpfault profile: sysctls for every host", Vocabulary.profile),
    ]

    private static func file(_ title: String, _ record: Record) -> String {
        let head: [(String, JSONText)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string(title)),
        ]
        return JSONText.object(head + members(of: record)).description + "\n"
    }

    private static func members(of record: Record) -> [(String, JSONText)] {
        var members: [(String, JSONText)] = [("type", .string("object"))]
        members.append(("properties", .object(record.fields.map { ($0.name, property($0)) })))
        if let open = record.open {
            members.append(
                (
                    "patternProperties",
                    .object([(pattern(of: open.role, besides: record.fields.map(\.name)), schema(of: open.value))])
                ))
        }
        members.append(("additionalProperties", .bool(false)))
        let required = record.fields.filter(\.required).map(\.name)
        if !required.isEmpty { members.append(("required", .strings(required))) }
        if let open = record.open, open.count.lowerBound > 0 {
            members.append(("minProperties", .integer(required.count + open.count.lowerBound)))
        }
        for group in record.exactlyOne {
            members.append(("oneOf", .array(group.map { .object([("required", .strings([$0]))]) })))
        }
        return members
    }

    private static func property(_ field: Field) -> JSONText {
        let summary = field.built ? field.summary : "\(field.summary) Not built yet."
        guard case .object(let members) = schema(of: field.shape) else { return .bool(true) }
        return .object([("description", .string(summary))] + members)
    }

    private static func schema(of shape: Shape) -> JSONText {
        switch shape {
        case .text: .object([("type", .strings(["string", "number"]))])
        case .sysctlValue, .optionValue: .object([("type", .strings(["string", "number", "boolean"]))])
        case .integer(let range): .object(integer(range))
        case .integerOr(let range, let words):
            .object([("anyOf", .array([.object(integer(range)), .object([("enum", .strings(words))])]))])
        case .duration: text(#"^[0-9]+(\.[0-9]+)? ?(\#(units(Quantity.timeUnits.map(\.unit))))$"#)
        case .bytes: text(#"^[0-9]+(\.[0-9]+)? ?(\#(units(Quantity.byteUnits.map(\.unit))))$"#)
        case .bytesOr(let words):
            text(#"^([0-9]+(\.[0-9]+)? ?(\#(units(Quantity.byteUnits.map(\.unit))))|\#(units(words)))$"#)
        case .toggle:
            .object([("enum", .array([.bool(true), .bool(false)] + ["yes", "no", "on", "off"].map(JSONText.string)))])
        case .choice(let words): .object([("enum", .strings(words))])
        case .definition, .reference, .target: .object([("type", .string("string"))])
        case .nth: .object([("type", .strings(["integer", "string"])), ("pattern", .string("^[0-9., ]+$"))])
        case .count:
            .object([
                ("type", .strings(["integer", "string"])), ("pattern", .string(#"^[+-]?[0-9]+(\.\.([+-]?[0-9]+)?)?$"#)),
            ])
        case .interval: text(#"^[0-9.]+ ?[a-z]+( ?\.\. ?[0-9.]+ ?[a-z]+)?$"#)
        case .rate: text("^[0-9]+/s$")
        case .percent: text(#"^[0-9]+(\.[0-9]+)?%$"#)
        case .list(let element):
            .object([("type", .string("array")), ("minItems", .integer(1)), ("items", schema(of: element))])
        case .oneOrMore(let element):
            .object([("anyOf", .array([schema(of: element), schema(of: .list(element))]))])
        case .record(let record): .object(members(of: record))
        case .phrase(let words): phrase(words)
        }
    }

    private static func phrase(_ words: [Word]) -> JSONText {
        .object([
            ("type", .string("object")), ("minProperties", .integer(1)), ("maxProperties", .integer(1)),
            ("additionalProperties", .bool(false)),
            (
                "properties",
                .object(
                    words.map { word in
                        let summary = word.built ? word.summary : "\(word.summary) Not built yet."
                        return (word.name, .object([("description", .string(summary))] + members(of: word.record)))
                    })
            ),
        ])
    }

    private static func integer(_ range: ClosedRange<Int>) -> [(String, JSONText)] {
        [
            ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
            ("maximum", .integer(range.upperBound)),
        ]
    }

    private static func text(_ pattern: String) -> JSONText {
        .object([("type", .string("string")), ("pattern", .string(pattern))])
    }

    private static func units(_ words: [String]) -> String { words.joined(separator: "|") }

    /// ECMA-262 regular expressions, as JSON Schema wants them.
    private static func pattern(of role: Role, besides taken: [String]) -> String {
        let sysctl = #"net(\.[A-Za-z0-9_-]+){2,}$"#
        return switch role {
        case .sysctl: "^\(sysctl)"
        case .hostSysctl: "^[A-Za-z][A-Za-z0-9_-]*:\(sysctl)"
        case .counter: #"^(\#(units(Vocabulary.counterTables)))\.[A-Za-z][A-Za-z0-9_-]*$"#
        case .socketOption: "^(\(units(Vocabulary.socketOptions.keys.sorted())))$"
        case .socket: #"^(?!(\#(units(taken)))$)[A-Za-z][A-Za-z0-9_-]*(#[1-9][0-9]*)?$"#
        default: "^\(taken.isEmpty ? "" : "(?!(\(units(taken)))$)")[A-Za-z][A-Za-z0-9_-]*$"
        }
    }
}
