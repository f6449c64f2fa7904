import Testing

@testable import Scenarios

@Suite struct PreflightTests {
    private func refusal(_ text: String) throws -> String? {
        let source = try SourceText(file: "t.yaml", bytes: Array(text.utf8))
        do {
            _ = try ItemReader.read(source)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        "a: plain text with * and & and 'quotes' in it",
        "a: \"*not an alias\"",
        "a: '*neither'",
        "a: # *a comment\n  b",
        "a: >\n  *bold* text\n  &more\tand a tab\nb: c",
        "- >-\n  *text*\n- b",
        "a: [b, 'c, *d', \"e, &f\"]",
        "a: { b: c#1, d#2: e }\nf: g#1",
        "a: it's fine, isn't it",
        "a: {b: [c, d],\n    e: f}",
        "a: [b,\n    c\n    ]",
        "---\na: b\n",
        "# a comment first\n---\na: b\n...\n",
        "a: \"a \\\" quote\"\nb: 'it''s'",
        "? a",
        "a: b: c",
    ]) func plainTextIsNotMistaken(_ text: String) throws {
        let said = try refusal(text)
        if text.hasPrefix("?") {
            #expect(said?.contains("keys of several words") == true)
        } else if text == "a: b: c" {
            #expect(said?.contains("this is not YAML") == true)
        } else {
            #expect(said == nil, "\(said ?? "")")
        }
    }

    /// Texts that try to bring an alias past the check by making it lose its place.
    @Test(arguments: [
        "a: *b",
        "- *b",
        "*b : c",
        "a: [b, *c]",
        "a: [b,\n  *c]",
        "a: {b: *c}",
        "a: {*b : c}",
        "a:\n  *b",
        "a: &b c",
        "a: &b\n  c: d",
        "a: foo\n  'bar\nb: &c [d]\n",
        "a: foo\n  [bar\nb: &c [d]\n",
        "a: [foo\n  'bar, &x y, ' ]",
        "a: [foo\n  'bar', &x y ]",
        "a: |\n  text\nb: &c d",
        "- a: |\n    text\n  b: &c d",
        "- |\n  text\n- &c d",
        "a: \"x\\\\\"\nb: &c d",
        "a: 'x'''\nb: &c d",
        "a: # comment '\n  &b c",
        "\"a\": &b c",
        "{a: b}: &c d",
        "a: !!str b",
        "!!map a: b",
        "%YAML 1.2\n---\na: b",
        "a: >\n  x\n &b c: d",
    ]) func nothingIsEverExpanded(_ text: String) throws {
        #expect(try refusal(text) != nil)
    }

    /// A bomb that doubles 40 times must be refused in no time, wherever it hides.
    @Test(.timeLimit(.minutes(1)), arguments: ["", "z: foo\n  'bar\n", "z: foo\n  [bar\n", "? ", "z: [a\n  'b, "])
    func bombsDoNotGoOff(_ before: String) throws {
        var text = before + "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(try refusal(text + "? *a40\n: x\n") != nil)
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000),
        String(repeating: "- ", count: 100_000) + "a",
        String(repeating: "{a: ", count: 60_000),
        (0..<600).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        String(repeating: "? ", count: 100_000) + "a",
    ]) func depthIsRefusedBeforeItIsReached(_ text: String) throws {
        #expect(try refusal(text) != nil)
    }

    @Test func columnsCountCharacters() throws {
        let said = try refusal("a: [\"é👩‍👩‍👧\", *b]")
        #expect(said?.hasPrefix("t.yaml:1:11: YAML aliases") == true, "\(said ?? "")")
    }
}
