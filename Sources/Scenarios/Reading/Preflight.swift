/// A look at YAML text before the YAML parser sees it, in one pass over the characters, so that nothing in the text
/// can make the parser expand, recurse or guess: no anchors, aliases, tags, complex keys, tabs in indentation,
/// nor nesting beyond what a person can read.
///
/// It knows just enough YAML to tell tokens from quoted text, comments and block text. Two rules keep it from losing
/// its place, whatever the text: a quoted text ends on its line, and a bracket is closed before the indentation goes
/// back. Where it is in doubt (a further line of a plain text that begins with `*`), it refuses.
struct Preflight {
    /// Brackets within brackets.
    static let deepestFlow = 16
    /// Columns of indentation, list dashes included.
    static let deepestIndent = 160

    private let source: SourceText
    private var flow = 0
    /// The indentation of the line that opened the outermost bracket, and its number.
    private var flowOpened = (indent: 0, line: 0)
    /// Inside brackets: a token may begin at the start of the next line.
    private var flowFresh = false
    /// Lines indented deeper than this are block text.
    private var blockParent: Int?
    private var documents = 0
    private var sawContent = false
    private var sawEnd = false

    /// Throws the first thing found.
    static func check(_ source: SourceText) throws(InputErrors) {
        var preflight = Preflight(source: source)
        for (index, line) in source.lines.enumerated() {
            if let error = preflight.scan(Array(line), number: index + 1) { throw InputErrors(error) }
        }
    }

    private init(source: SourceText) { self.source = source }

    private mutating func scan(_ line: [Character], number: Int) -> InputError? {
        let indent = line.firstIndex { $0 != " " } ?? line.count
        let isBlank = line.allSatisfy(\.isWhitespace)
        if let parent = blockParent {
            if isBlank || indent > parent { return nil }
            blockParent = nil
        }
        if let error = scanDocumentMark(line, number: number) { return error }
        if isBlank || line[indent] == "#" { return nil }
        if line[indent] == "\t" {
            return source.error(
                at: number, indent + 1, "a tab in the indentation", advice: "YAML is indented with spaces only")
        }
        if flow > 0, indent <= flowOpened.indent, !"]}".contains(line[indent]) {
            return source.error(
                at: number, indent + 1, "a bracket that was opened on line \(flowOpened.line) is not closed",
                advice: "close it, or indent this line more than that one")
        }
        return scanTokens(line, from: indent, number: number)
    }

    private mutating func scanDocumentMark(_ line: [Character], number: Int) -> InputError? {
        let mark = String(line.prefix(3))
        let isMark = (mark == "---" || mark == "...") && (line.count == 3 || line[3].isWhitespace)
        if !isMark {
            if let first = line.first(where: { !$0.isWhitespace }), first != "#" { sawContent = true }
            return nil
        }
        if mark == "...", sawContent { sawEnd = true }
        guard mark == "---" else { return nil }
        documents += 1
        guard sawContent || sawEnd || documents > 1 else { return nil }
        return source.error(
            at: number, 1, "a second document begins here", advice: "one file holds one scenario or topology")
    }

    private mutating func scanTokens(_ line: [Character], from indent: Int, number: Int) -> InputError? {
        var index = indent
        /// A token may begin here: nothing but indentation, dashes and brackets came before, or a key's colon.
        var fresh = flow == 0 || flowFresh
        var keyColumn: Int?
        var lastDash = -1
        defer { flowFresh = fresh }
        while index < line.count {
            let character = line[index]
            let following = index + 1 < line.count ? line[index + 1] : " "
            defer { index += 1 }
            if character == "#", index == 0 || line[index - 1].isWhitespace { return nil }
            if character.isWhitespace { continue }
            let wasFresh = fresh
            fresh = false
            if flow == 0, wasFresh, keyColumn == nil, index > Self.deepestIndent { return tooDeep(number, index) }
            if flow == 0, wasFresh, character == "-", following.isWhitespace {
                fresh = true
                lastDash = index
            } else if character == ":", following.isWhitespace || (flow > 0 && "[]{},".contains(following)) {
                fresh = true
            } else if flow > 0 ? "[]{},".contains(character) : wasFresh && "[{".contains(character) {
                fresh = true
                if flow == 0 { flowOpened = (indent, number) }
                if let error = nest(character, number, index) { return error }
            } else if wasFresh {
                if flow == 0, keyColumn == nil { keyColumn = index }
                switch character {
                case "\"", "'":
                    guard let end = endOfQuote(line, from: index) else {
                        return source.error(
                            at: number, index + 1, "this quote is not closed on its line",
                            advice: "longer text goes below 'KEY: >', indented, without quotes")
                    }
                    index = end
                case "|", ">":
                    guard flow == 0 else { break }
                    blockParent = keyColumn == index ? lastDash : keyColumn ?? lastDash
                    return nil
                default:
                    if let error = refusal(of: character, before: following, number, index) { return error }
                }
            }
        }
        return nil
    }

    /// The index of the quote that closes the one at `start`.
    private func endOfQuote(_ line: [Character], from start: Int) -> Int? {
        let quote = line[start]
        var index = start + 1
        while index < line.count {
            if line[index] == "\\", quote == "\"" {
                index += 1
            } else if line[index] == quote {
                guard quote == "'", index + 1 < line.count, line[index + 1] == "'" else { return index }
                index += 1
            }
            index += 1
        }
        return nil
    }

    private mutating func nest(_ bracket: Character, _ line: Int, _ index: Int) -> InputError? {
        if "[{".contains(bracket) { flow += 1 }
        if "]}".contains(bracket) { flow = max(0, flow - 1) }
        return flow > Self.deepestFlow ? tooDeep(line, index) : nil
    }

    private func tooDeep(_ line: Int, _ index: Int) -> InputError {
        source.error(at: line, index + 1, "nested too deeply", advice: "no part of the language is this deep")
    }

    /// The tokens of YAML that the language has no use for.
    private func refusal(
        of character: Character, before following: Character, _ line: Int, _ index: Int
    ) -> InputError? {
        let quoting = "write it out; if it is meant as text, put it in quotes"
        switch character {
        case "*" where !following.isWhitespace:
            return source.error(at: line, index + 1, "YAML aliases are not accepted", advice: quoting)
        case "&" where !following.isWhitespace:
            return source.error(at: line, index + 1, "YAML anchors are not accepted", advice: quoting)
        case "!":
            return source.error(at: line, index + 1, "YAML tags are not accepted", advice: quoting)
        case "?" where following.isWhitespace:
            return source.error(at: line, index + 1, "keys of several words are not accepted", advice: quoting)
        case "%" where index == 0:
            return source.error(at: line, 1, "YAML directives are not accepted", advice: "remove this line")
        default: return nil
        }
    }
}
