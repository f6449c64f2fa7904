import Model
import Oracle
import Reporting
import Testing

@Suite("A page of a comparison")
struct ComparisonPageTests {
    private struct Document: Decodable {
        struct Line: Decodable {
            var kind: String
            var what: [String]
            var before: String?
            var after: String?
            var cause: String?
            var instances: [String]
        }
        struct Group: Decodable {
            var heading: String
            var isExplained: Bool
            var rules: [String]
            var lines: [Line]
        }
        struct Row: Decodable {
            var group: Int
            var line: Line
        }
        struct Side: Decodable { var extras: PageExamples.Extras }
        struct Pair: Decodable { var before, after: Side }
        struct Instance: Decodable {
            var name: String
            var changes: [Row]
            var pair: Pair?
        }
        var headline: String
        var verdict: String
        var groups: [Group]
        var instances: [Instance]
        var same: [String]
        var unsure: [[String]]
    }

    private static func document(
        _ comparison: Comparison, sides: @escaping (String) -> ComparisonPage.Pair? = { _ in nil }
    ) throws -> Document {
        let page = try ComparisonFormat.html.lines(comparison, sides: sides).joined(separator: "\n")
        return try PageExamples.document(page, as: Document.self)
    }

    @Test("says what the text says, the unexplained first")
    func words() throws {
        let document = try Self.document(ComparisonExamples.open)
        #expect(document.verdict == "fail")
        #expect(document.headline == ComparisonText(ComparisonExamples.open).lines[0])
        #expect(document.groups.map(\.isExplained) == [false] + Array(repeating: true, count: 6))
        #expect(document.groups[0].lines.map(\.kind) == ["object size", "packets"])
        #expect(document.groups[0].lines[1].instances == ["connect-timeout/ipv6"])
        let law = try #require(document.groups.first { $0.heading.hasPrefix("Law syn-retransmission") })
        #expect(law.rules.count == 2 && law.rules[0] != law.rules[1])
        #expect(document.unsure.map(\.first) == ["synflood/ipv4", "connection-refused/ipv4"])
    }

    @Test("each instance that changed has its changes, and by which group they are explained")
    func instances() throws {
        let document = try Self.document(ComparisonExamples.open)
        #expect(document.instances.map(\.name) == ["connect-timeout/ipv4", "connect-timeout/ipv6"])
        let last = document.instances[1]
        #expect(last.changes.map(\.line.kind) == ["prediction", "packets", "counter", "packets"])
        let explained = last.changes.map { document.groups[$0.group].isExplained }
        #expect(explained == [true, true, true, false])
        #expect(last.changes[2].line.cause == "repeated SYNs that client sent: 2 → 5")
    }

    @Test("holds both ladders of what changed, and of nothing else")
    func ladders() throws {
        var asked: [String] = []
        var comparison = ComparisonExamples.explained
        comparison.compared.append("connection-refused/ipv4")
        let document = try Self.document(comparison) { name in
            asked.append(name)
            return ComparisonPage.Pair(
                before: ComparisonPage.Side(PageExamples.record(syns: 3), folder: "old/a"),
                after: ComparisonPage.Side(PageExamples.record(syns: 6), folder: "new/a"))
        }
        #expect(asked == ["connect-timeout/ipv4", "connect-timeout/ipv6"])
        #expect(document.same == ["connection-refused/ipv4"])
        let pair = try #require(document.instances[0].pair)
        func syns(_ side: Document.Side) -> Int {
            side.extras.ladder.rungs.count { rung in
                if case .text(let what) = rung[0] { what.hasPrefix("SYN") && what != "SYN_SENT" } else { false }
            }
        }
        #expect(syns(pair.before) == 3 && syns(pair.after) == 6)
        #expect(pair.before.extras.links[0] == "./old/a/record.json")
        #expect(pair.after.extras.links[0] == "./new/a/record.json")
    }

    @Test("without a program it says all that the text says")
    func plain() throws {
        let page = try ComparisonPage(ComparisonExamples.open).lines()
        let start = try #require(page.firstIndex(of: "<noscript>"))
        let end = try #require(page.firstIndex(of: "</noscript>"))
        let plain = page[start..<end].joined(separator: "\n")
        for line in ComparisonText(ComparisonExamples.open).lines where !line.contains("&") && !line.contains("<") {
            #expect(plain.contains(line))
        }
    }
}
