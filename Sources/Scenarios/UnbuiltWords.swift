import Model

/// Finds what the language has and the programs do not do yet.
struct UnbuiltWords {
    let source: SourceText

    func find(in scenario: Arguments) -> [InputError] {
        var found = fields(scenario, Vocabulary.scenario, of: "a scenario")
        found += phrases(scenario.phrases("faults"), Vocabulary.faults, "fault")
        found += phrases(scenario.phrases("actions"), Vocabulary.actions, "action")
        found += phrases(scenario.phrases("expect"), Vocabulary.expectations, "expectation")
        return found
    }

    private func phrases(_ phrases: [Phrase], _ words: [Word], _ kind: String) -> [InputError] {
        phrases.flatMap { phrase -> [InputError] in
            guard let word = words.first(where: { $0.name == phrase.verb }) else { return [] }
            guard word.built else { return [error("\(kind) \(phrase.verb)", phrase.at)] }
            var found = fields(phrase.arguments, word.record, of: "\(kind) \(phrase.verb)")
            found += (phrase.arguments.record("options")?.pairs ?? [])
                .filter { !SocketOption.settable.contains($0.key) }
                .map { error("option \($0.key) of \(kind) \(phrase.verb)", $0.at) }
            return found
        }
    }

    private func fields(_ arguments: Arguments, _ record: Record, of owner: String) -> [InputError] {
        record.fields.filter { !$0.built }.compactMap { field in
            arguments.fields[field.name].map { error("'\(field.name)' of \(owner)", $0.at) }
        }
    }

    private func error(_ what: String, _ at: SourceLocation) -> InputError {
        source.error(
            at: at.line, at.column, "not built yet: \(what)",
            advice: "the language has this word, but this tcpfault cannot run it")
    }
}
