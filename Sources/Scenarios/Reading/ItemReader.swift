import Model
import Yams

/// Turns YAML text into items. The only place that knows the YAML library.
enum ItemReader {
    /// Throws the first thing that is not YAML, or not accepted (see `Preflight`).
    static func read(_ source: SourceText) throws(InputErrors) -> Item {
        try Preflight.check(source)
        do {
            let parser = try Parser(yaml: source.text, resolver: .basic, constructor: .default, encoding: .utf8)
            // A node knows its anchor only as long as the parser lives.
            return try withExtendedLifetime(parser) {
                guard let node = try parser.singleRoot() else {
                    throw InputErrors(InputError(file: source.file, message: "the file is empty"))
                }
                return try item(node, in: source)
            }
        } catch let errors as InputErrors {
            throw errors
        } catch let error as YamlError {
            throw InputErrors(translate(error, source))
        } catch {
            throw InputErrors(InputError(file: source.file, message: "this is not YAML: \(error)"))
        }
    }

    private static func item(_ node: Node, in source: SourceText) throws(InputErrors) -> Item {
        let at = location(node.mark, in: source)
        // The second net below `Preflight`: an anchor comes before its aliases, so nothing is ever expanded.
        guard node.anchor == nil else {
            throw InputErrors(source.error(at: at.line, at.column, "YAML anchors are not accepted"))
        }
        switch node {
        case .scalar(let scalar):
            return Item(content: .scalar(scalar.string, isPlain: scalar.style == .plain), at: at)
        case .sequence(let sequence):
            var items: [Item] = []
            for element in sequence { items.append(try item(element, in: source)) }
            return Item(content: .list(items), at: at)
        case .mapping(let mapping):
            var entries: [Item.Entry] = []
            for (key, value) in mapping {
                guard case .scalar(let scalar) = key else {
                    let place = location(key.mark, in: source)
                    throw InputErrors(
                        source.error(at: place.line, place.column, "a key must be one word", advice: nil))
                }
                entries.append(
                    Item.Entry(
                        key: scalar.string, keyAt: location(key.mark, in: source),
                        value: try item(value, in: source)))
            }
            return Item(content: .map(entries), at: at)
        case .alias:
            throw InputErrors(source.error(at: at.line, at.column, "YAML aliases are not accepted"))
        }
    }

    /// libyaml counts columns in Unicode scalars; editors count characters.
    private static func location(_ mark: Mark?, in source: SourceText) -> SourceLocation {
        let line = max(1, min(mark?.line ?? 1, source.lines.count))
        let scalars = source.lines[line - 1].unicodeScalars
        let column = String(String.UnicodeScalarView(scalars.prefix(max(0, (mark?.column ?? 1) - 1)))).count + 1
        return SourceLocation(file: source.file, line: line, column: column)
    }

    private static func translate(_ error: YamlError, _ source: SourceText) -> InputError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = location(mark, in: source)
            let within = context.map { " (\($0.text.trimmingSpaces))" } ?? ""
            return source.error(
                at: place.line, place.column, "this is not YAML: \(problem.trimmingSpaces)\(within)",
                advice: "look at the indentation, the brackets and the quotes just before this place")
        case .duplicatedKeysInMapping(let keys, let context):
            return duplicate(keys.first ?? "", first: location(context.mark, in: source), source)
        case .reader(let problem, _, _, _):
            return InputError(file: source.file, message: "this is not YAML: \(problem)")
        default:
            return InputError(file: source.file, message: "this is not YAML: \(error)")
        }
    }

    /// The YAML library tells where the first of two equal keys stands; the second is the one to change.
    private static func duplicate(_ key: String, first: SourceLocation, _ source: SourceText) -> InputError {
        let message = "the key \(quoted(key)) is given twice; first on line \(first.line)"
        let advice = "remove one of them"
        for line in first.line..<max(first.line, source.lines.count) {
            let characters = Array(source.lines[line])
            let start = first.column - 1
            guard characters.count > start, characters[..<start].allSatisfy({ $0 == " " || $0 == "-" }) else {
                continue
            }
            let rest = String(characters[start...])
            if ["\(key):", "\"\(key)\":", "'\(key)':"].contains(where: rest.hasPrefix) {
                return source.error(at: line + 1, first.column, message, advice: advice)
            }
        }
        return source.error(at: first.line, first.column, "the key \(quoted(key)) is given twice", advice: advice)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
