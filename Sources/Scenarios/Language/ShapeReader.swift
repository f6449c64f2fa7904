import Model

/// Reads items into values of a shape; whatever does not fit is told to `Diagnostics`, and reading goes on.
struct ShapeReader {
    let log: Diagnostics

    /// `nil` when it does not fit. `what` names the place in messages: `'deadline'`.
    func read(_ item: Item, as shape: Shape, what: String) -> Parsed? {
        switch shape {
        case .list(let element): return readList(item, of: element, what: what)
        case .oneOrMore(let element):
            if case .list = item.content { return readList(item, of: element, what: what) }
            return read(item, as: element, what: what)
        case .record(let record):
            guard case .map(let entries) = item.content else { return mismatch(item, shape, what) }
            return readRecord(entries, at: item.at, record, what: what).map { Parsed(.record($0), at: item.at) }
        case .phrase(let words):
            guard case .map(let entries) = item.content, !entries.isEmpty else { return mismatch(item, shape, what) }
            return readPhrase(entries, words, at: item.at, what: what)
        default:
            guard case .scalar(let text, _) = item.content, !item.isEmpty else { return mismatch(item, shape, what) }
            return readScalar(text, item, shape, what).map { Parsed($0, at: item.at) }
        }
    }

    private func mismatch(_ item: Item, _ shape: Shape, _ what: String) -> Parsed? {
        log.add("\(what) must be \(shape.expectation), not \(item.kind)", at: item.at, advice: shape.advice)
        return nil
    }

    private func readList(_ item: Item, of element: Shape, what: String) -> Parsed? {
        guard case .list(let items) = item.content, !items.isEmpty else {
            if case .list = item.content {
                log.add("\(what) is an empty list", at: item.at, advice: "leave it out, or put something in it")
                return nil
            }
            return mismatch(item, .list(element), what)
        }
        let single = "each of \(what)"
        let values = items.map { read($0, as: element, what: single) }
        guard !values.contains(where: { $0 == nil }) else { return nil }
        return Parsed(.list(values.compactMap { $0 }), at: item.at)
    }

    private func readPhrase(_ entries: [Item.Entry], _ words: [Word], at: SourceLocation, what: String) -> Parsed? {
        let entry = entries[0]
        guard let word = words.first(where: { $0.name == entry.key }) else {
            log.add(
                "unknown word \(quoted(entry.key))", at: entry.keyAt,
                advice: Suggestion.advice(for: entry.key, among: words.map(\.name), known: "words"))
            return nil
        }
        if entries.count > 1 {
            log.add(
                "\(quoted(entries[1].key)) stands beside '\(word.name)'", at: entries[1].keyAt,
                advice: "each line has one verb; its parameters go inside: - \(word.name): { \(entries[1].key): … }")
            return nil
        }
        guard case .map(let parameters) = entry.value.content else {
            log.add(
                "'\(word.name)' must be a mapping of its parameters, not \(entry.value.kind)", at: entry.value.at,
                advice: "write - \(word.name): { \(word.record.example) }")
            return nil
        }
        guard let arguments = readRecord(parameters, at: entry.value.at, word.record, what: "'\(word.name)'") else {
            return nil
        }
        return Parsed(.phrase(Phrase(verb: word.name, at: entry.keyAt, arguments: arguments)), at: at)
    }

    /// `nil` when anything in it does not fit; everything in it is looked at all the same.
    func readRecord(_ entries: [Item.Entry], at: SourceLocation, _ record: Record, what: String) -> Arguments? {
        let before = log.errors.count
        var arguments = Arguments(at: at)
        var given: Set<String> = []
        // The language's order, so that a name is given before it is used wherever its key stands.
        for field in record.fields {
            guard let entry = entries.first(where: { $0.key == field.name }) else { continue }
            given.insert(field.name)
            arguments.fields[field.name] = read(entry.value, as: field.shape, what: "'\(field.name)'")
        }
        for entry in entries where !given.contains(entry.key) {
            readOpen(entry, record, what: what, into: &arguments)
        }
        checkComplete(record, given: given, at: at, what: what)
        if let open = record.open, arguments.pairs.count > open.count.upperBound {
            let extra = arguments.pairs[open.count.upperBound]
            log.add(
                "\(what) takes at most \(open.count.upperBound) \(open.role.rawValue)", at: extra.at,
                advice: "move this one to a line of its own")
        } else if let open = record.open, arguments.pairs.count < open.count.lowerBound, log.errors.count == before {
            log.add("\(what) names no \(open.role.rawValue)", at: at, advice: "write { \(record.example) }")
        }
        return log.errors.count == before ? arguments : nil
    }

    private func readOpen(_ entry: Item.Entry, _ record: Record, what: String, into arguments: inout Arguments) {
        guard let open = record.open, accepts(entry.key, as: open.role) else {
            let known =
                record.fields.filter(\.built).map(\.name) + (record.open.map { [Self.example(of: $0.role)] } ?? [])
            let suggestions = record.fields.map(\.name) + (record.open.map { names(of: $0.role) } ?? [])
            let meant =
                record.open.flatMap { fullName(of: entry.key, as: $0.role) }
                ?? Suggestion.nearest(to: entry.key, among: suggestions)
            let advice =
                meant.map { "did you mean '\($0)'?" }
                ?? "known here: \(known.joined(separator: ", "))"
            log.add("unknown key \(quoted(entry.key)) in \(what)", at: entry.keyAt, advice: advice)
            return
        }
        if open.role == .hostSysctl, let colon = entry.key.firstIndex(of: ":") {
            log.mention(.host, String(entry.key[..<colon]), at: entry.keyAt)
        } else {
            log.mention(open.role, entry.key, at: entry.keyAt)
        }
        let value =
            open.role == .socketOption
            ? readOption(entry) : read(entry.value, as: open.value, what: "'\(entry.key)'")
        guard let value else { return }
        arguments.pairs.append(Arguments.Pair(key: entry.key, at: entry.keyAt, value: value))
    }

    private func checkComplete(_ record: Record, given: Set<String>, at: SourceLocation, what: String) {
        for field in record.fields where field.required && !given.contains(field.name) {
            log.add("\(what) needs '\(field.name)'", at: at, advice: "\(field.name): \(field.summary)")
        }
        for group in record.exactlyOne {
            let present = group.filter(given.contains)
            guard present.count != 1 else { continue }
            let problem = present.isEmpty ? "needs one of" : "takes only one of"
            log.add("\(what) \(problem) \(group.joined(separator: ", "))", at: at)
        }
    }
}
