import FoundationEssentials
import Model
import Oracle
import Testing

@testable import Scenarios

/// Documentation/scenarios.md has every word of the vocabulary, each in the section it belongs to.
@Suite struct ManualTests {
    private static let page =
        (try? String(contentsOfFile: "\(Fixture.root)/Documentation/scenarios.md", encoding: .utf8)) ?? ""

    @Test func everyKeyOfAScenario() throws {
        for field in Vocabulary.scenario.fields {
            let words = try Self.words(field.built ? "Keys of the file" : "Not built yet")
            #expect(words.contains(field.name))
        }
    }

    @Test(arguments: [Vocabulary.faults, Vocabulary.actions, Vocabulary.expectations].flatMap { $0.map(\.name) })
    func everyVerbWithItsParameters(_ verb: String) throws {
        let all = Vocabulary.faults + Vocabulary.actions + Vocabulary.expectations
        for word in all where word.name == verb {
            let section = word.built ? "`\(verb)`" : "Not built yet"
            #expect(try Self.words(section).contains(verb))
            for field in word.record.fields {
                let place = try field.built && word.built ? Self.words(section) : Self.words("Not built yet")
                let words = try place.union(Self.words("Which packets")).union(Self.words("Actions"))
                #expect(words.contains(field.name), "a parameter of \(verb)")
                for choice in Self.choices(field.shape) {
                    #expect(words.contains(choice), "a word for \(field.name) of \(verb)")
                }
            }
        }
    }

    @Test func everyKindOfPacketAndEveryFlag() throws {
        let words = try Self.words("Which packets")
        for kind in PacketKind.allCases { #expect(words.contains(kind.rawValue)) }
        for flag in Vocabulary.flags { #expect(words.contains(flag)) }
    }

    @Test(arguments: Vocabulary.socketOptions.keys.sorted())
    func everySocketOption(_ option: String) throws {
        let title = SocketOption.settable.contains(option) ? "Socket options" : "Not built yet"
        #expect(try Self.words(title).contains(option))
    }

    @Test func everyLawWithItsSysctls() throws {
        for law in Oracle.laws {
            let words = try Self.words(law.name)
            for key in law.sysctls { #expect(words.contains(key), "\(key) of \(law.name)") }
        }
    }

    @Test func everyTableOfCountersAndEveryReservedWord() throws {
        let counters = try Self.words("Counters")
        for table in Vocabulary.counterTables { #expect(counters.contains(table)) }
        let values = try Self.words("How to write values")
        for word in ShapeReader.reserved { #expect(values.contains(word)) }
        for field in Vocabulary.without.fields {
            #expect(try Self.words("The cause, and the run without it").contains(field.name))
        }
        for field in Vocabulary.answer.fields { #expect(try Self.words("The answer").contains(field.name)) }
        for field in Vocabulary.topology.fields { #expect(try Self.words("Topologies").contains(field.name)) }
    }

    @Test func theExampleIsGoodAndPlans() throws {
        let text = try #require(
            Self.page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        let scenario = try Fixture.scenario(String(text))
        try scenario.checkPlannable()
        #expect(scenario.matrix.count == 1 && scenario.expectations.count == 5)
    }

    /// The words in backticks and fences below a heading, up to the next heading.
    private static func words(_ title: String) throws -> Set<String> {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(
            lines.firstIndex { $0.drop { $0 == "#" } == " \(title)" && $0.hasPrefix("##") }, "no heading '\(title)'")
        let body = lines[(start + 1)...].prefix { !$0.hasPrefix("#") }.joined(separator: "\n")
        let code = body.replacing("```yaml", with: "`").replacing("```", with: "`")
            .split(separator: "`", omittingEmptySubsequences: false)
            .enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: " ")
        let words = (code + " " + title).split { !($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        return Set(words.map(String.init))
    }

    private static func choices(_ shape: Shape) -> [String] {
        switch shape {
        case .choice(let words), .integerOr(_, let words), .bytesOr(let words): words
        case .oneOrMore(let element), .list(let element): choices(element)
        default: []
        }
    }
}
