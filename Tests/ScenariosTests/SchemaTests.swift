import FoundationEssentials
import Testing

@testable import Scenarios

@Suite struct SchemaTests {
    /// Any JSON.
    indirect enum Value: Decodable, Equatable {
        case object([String: Value])
        case other

        init(from decoder: any Decoder) throws {
            if let members = try? decoder.singleValueContainer().decode([String: Value].self) {
                self = .object(members)
            } else {
                self = .other
            }
        }

        subscript(path: String...) -> Value? {
            path.reduce(self) { value, key in
                if case .object(let members)? = value { members[key] } else { nil }
            }
        }

        var keys: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
    }

    /// To write the files anew: TCPFAULT_RECORD=1 swift test --filter SchemaTests
    @Test(arguments: Schema.all.keys.sorted())
    func thePublishedSchemaIsTheVocabularys(_ name: String) throws {
        let path = "\(Fixture.root)/Documentation/schemas/\(name)"
        let text = try #require(Schema.all[name])
        if ProcessInfo.processInfo.environment["TCPFAULT_RECORD"] != nil {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let published = try String(contentsOfFile: path, encoding: .utf8)
        #expect(published == text, "the vocabulary has changed: write the schema anew")
    }

    @Test func theSchemaHasEveryWord() throws {
        let data = try Data(contentsOf: URL(filePath: "\(Fixture.root)/Documentation/schemas/scenario.schema.json"))
        let schema = try JSONDecoder().decode(Value.self, from: data)
        #expect(schema["properties"]?.keys == Set(Vocabulary.scenario.fields.map(\.name)))
        for (key, words) in [
            ("faults", Vocabulary.faults), ("actions", Vocabulary.actions), ("expect", Vocabulary.expectations),
        ] {
            let verbs = schema["properties", key, "items", "properties"]
            #expect(verbs?.keys == Set(words.map(\.name)))
            for word in words {
                let parameters = try #require(verbs?[word.name, "properties"])
                #expect(parameters.keys == Set(word.record.fields.map(\.name)), "\(word.name)")
            }
        }
    }

    /// The map of the language, word for word: a word that goes missing here went missing by mistake.
    @Test func theVocabularyIsTheDesigns() {
        let keys = """
            summary question why reference answer topology families tags alone without sysctls matrix initial-rto \
            faults actions expect deadline
            """
        #expect(Vocabulary.scenario.fields.map(\.name).joined(separator: " ") == keys)
        let actions = "listen accept connect send receive shutdown close inject replay fault set wait"
        #expect(Vocabulary.actions.map(\.name).joined(separator: " ") == actions)
        let claims = "law call packets state queue counters memory sysctl"
        #expect(Vocabulary.expectations.map(\.name).joined(separator: " ") == claims)
        for claim in Vocabulary.expectations {
            #expect(Set(claim.record.fields.map(\.name)).isSuperset(of: ["within", "count"]), "\(claim.name)")
        }
        for action in Vocabulary.actions {
            #expect(Set(action.record.fields.map(\.name)).isSuperset(of: ["await", "name"]), "\(action.name)")
        }
    }
}
